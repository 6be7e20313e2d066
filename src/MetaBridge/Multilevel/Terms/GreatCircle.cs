namespace MetaBridge.Multilevel.Terms;

/// <summary>Distances on the Earth, between points of longitude and latitude in degrees.</summary>
/// <remarks>
/// On the WGS84 ellipsoid by Andoyer's first-order formula as Meeus (1998, <i>Astronomical algorithms</i>, 2nd ed., ch. 11) has it, the formula
/// that metafor uses too. Within 0.5 % of a sphere with R = 6371 km, and within about 50 m of the exact geodesic.
/// </remarks>
internal static class GreatCircle
{
    // WGS84: the equatorial radius in km and the flattening.
    private const double EquatorialRadius = 6378.137;
    private const double Flattening = 1 / 298.257223563;

    // Points nearer than this part of a radian (6 m) have no digits left in the formula.
    private const double Coincident = 1e-12;

    /// <summary>The distance in kilometres.</summary>
    public static double Kilometres(double longitudeA, double latitudeA, double longitudeB, double latitudeB)
    {
        const double radians = Math.PI / 180;
        var f = 0.5 * (latitudeA + latitudeB) * radians;
        var g = 0.5 * (latitudeA - latitudeB) * radians;
        var l = 0.5 * (longitudeA - longitudeB) * radians;
        var s = Mix(g, l, f);
        if (s <= Coincident * Coincident)
        {
            return 0;
        }

        // Antipodes: c = 0, half the circumference.
        var c = Math.Max((Square(Math.Cos(g)) * Square(Math.Cos(l))) + (Square(Math.Sin(f)) * Square(Math.Sin(l))), Coincident * Coincident);
        var omega = Math.Atan(Math.Sqrt(s / c));
        var r = Math.Sqrt(s * c) / omega;
        var first = ((3 * r) - 1) / (2 * c) * Square(Math.Sin(f)) * Square(Math.Cos(g));
        var second = ((3 * r) + 1) / (2 * s) * Square(Math.Cos(f)) * Square(Math.Sin(g));
        return 2 * omega * EquatorialRadius * (1 + (Flattening * (first - second)));
    }

    private static double Mix(double g, double l, double f) =>
        (Square(Math.Sin(g)) * Square(Math.Cos(l))) + (Square(Math.Cos(f)) * Square(Math.Sin(l)));

    private static double Square(double x) => x * x;
}
