namespace MetaBridge.Plots;

/// <summary>The standard normal quantile, for the intervals of single studies and the funnel's contours.</summary>
/// <remarks>Wichura (1988), Algorithm AS 241, PPND16: rational approximations with a relative error near 1e-16.</remarks>
internal static class NormalQuantile
{
    // |p − 1/2| up to here is the central region; r = √(−log min(p, 1 − p)) up to TailSplit is the near tail.
    private const double CentralSplit = 0.425;
    private const double CentralConstant = CentralSplit * CentralSplit;
    private const double TailSplit = 5;
    private const double NearTailOffset = 1.6;

    private static readonly double[] CentralNumerator =
    [
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
    ];

    private static readonly double[] CentralDenominator =
    [
        1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
    ];

    private static readonly double[] NearNumerator =
    [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ];

    private static readonly double[] NearDenominator =
    [
        1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static readonly double[] FarNumerator =
    [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static readonly double[] FarDenominator =
    [
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <summary>The number of standard errors on each side of an estimate in an interval of that level.</summary>
    /// <param name="level">Confidence level in percent, between 0 and 100.</param>
    public static double TwoSided(double level) => -Of((100 - level) / 200);

    /// <summary>Φ⁻¹(p) for 0 &lt; p &lt; 1.</summary>
    public static double Of(double p)
    {
        var q = p - 0.5;
        if (Math.Abs(q) <= CentralSplit)
        {
            var s = CentralConstant - (q * q);
            return q * Polynomial(CentralNumerator, s) / Polynomial(CentralDenominator, s);
        }

        var r = Math.Sqrt(-Math.Log(Math.Min(p, 1 - p)));
        var magnitude = r <= TailSplit
            ? Polynomial(NearNumerator, r - NearTailOffset) / Polynomial(NearDenominator, r - NearTailOffset)
            : Polynomial(FarNumerator, r - TailSplit) / Polynomial(FarDenominator, r - TailSplit);
        return q < 0 ? -magnitude : magnitude;
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        var sum = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return sum;
    }
}
