namespace MetaBridge.Univariate;

/// <summary>Estimates and limits on another scale.</summary>
internal static class Transformed
{
    /// <summary>The transformed estimate and limits, the smaller limit first, as a decreasing transformation turns them round.</summary>
    public static (double Estimate, double Lower, double Upper) Interval(Func<double, double>? transformation, double estimate, double lower, double upper) =>
        transformation is null ? (estimate, lower, upper) : Ordered(transformation(estimate), transformation(lower), transformation(upper));

    private static (double Estimate, double Lower, double Upper) Ordered(double estimate, double a, double b) => b < a ? (estimate, b, a) : (estimate, a, b);
}
