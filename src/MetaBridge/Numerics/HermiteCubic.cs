namespace MetaBridge.Numerics;

/// <summary>The cubic that has given values and slopes at two points, as a polynomial about the first.</summary>
internal readonly struct HermiteCubic
{
    private readonly double value;
    private readonly double slope;
    private readonly double square;
    private readonly double cube;

    /// <param name="value">The value at 0.</param>
    /// <param name="slope">The slope at 0.</param>
    /// <param name="otherValue">The value at <paramref name="distance"/>.</param>
    /// <param name="otherSlope">The slope there.</param>
    /// <param name="distance">Where the other point is; not 0.</param>
    public HermiteCubic(double value, double slope, double otherValue, double otherSlope, double distance)
    {
        var chord = (otherValue - value) / distance;
        (this.value, this.slope) = (value, slope);
        cube = (otherSlope + slope - (2 * chord)) / (distance * distance);
        square = ((chord - slope) / distance) - (cube * distance);
    }

    /// <summary>The value at x.</summary>
    public double At(double x) => value + (x * (slope + (x * (square + (x * cube)))));

    /// <summary>The slope at x.</summary>
    public double SlopeAt(double x) => slope + (x * ((2 * square) + (3 * x * cube)));
}
