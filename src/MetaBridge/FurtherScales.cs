namespace MetaBridge;

/// <summary>Natural scales of values that are differences of larger terms.</summary>
internal static class FurtherScales
{
    /// <summary>|estimate| + half the width: the size of the two terms that an interval's end is the sum of.</summary>
    public static double[] Reach(double[] estimates, double[] lower, double[] upper) =>
        [.. estimates.Select((estimate, i) => Math.Abs(estimate) + (double.IsFinite(upper[i] - lower[i]) ? (upper[i] - lower[i]) / 2 : 0))];

    /// <summary>1 everywhere: values in standard deviations.</summary>
    public static double[] Unit(int count)
    {
        var scale = new double[count];
        Array.Fill(scale, 1.0);
        return scale;
    }
}
