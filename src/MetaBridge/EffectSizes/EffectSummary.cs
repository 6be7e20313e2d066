using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>Standard errors, tests and intervals of single effect sizes: metafor's <c>summary</c> of an escalc object.</summary>
/// <param name="Yi">Effect sizes, transformed if asked for.</param>
/// <param name="StandardErrors">√vi, on the scale before the transformation.</param>
/// <param name="Statistics">(yi − H0)/sei.</param>
/// <param name="PValues">Two-sided.</param>
/// <param name="Lower">Lower ends of the intervals, transformed if asked for.</param>
/// <param name="Upper">Upper ends.</param>
public sealed record EffectSummary(
    double[] Yi, double[] StandardErrors, double[] Statistics, double[] PValues, double[] Lower, double[] Upper)
{
    /// <summary>Summarises effect sizes.</summary>
    /// <param name="yi">Effect sizes; NaN is missing.</param>
    /// <param name="vi">Sampling variances.</param>
    /// <param name="options">Level, null value, limits and transformation; null for the defaults.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    public static EffectSummary Of(ReadOnlySpan<double> yi, ReadOnlySpan<double> vi, EffectSummaryOptions? options = null)
    {
        options ??= new EffectSummaryOptions();
        if (yi.Length != vi.Length)
        {
            throw new MetaBridgeException(ErrorCode.LengthMismatch, $"There are {yi.Length} effect sizes and {vi.Length} variances.");
        }

        if (!(options.Level is > 0 and < 100))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "The confidence level must be between 0 and 100 percent.");
        }

        var critical = CriticalValues.TwoSided(options.Level, double.NaN);
        var k = yi.Length;
        var result = new EffectSummary(yi.ToArray(), new double[k], new double[k], new double[k], new double[k], new double[k]);
        for (var i = 0; i < k; i++)
        {
            var sei = Math.Sqrt(vi[i]);
            result.StandardErrors[i] = sei;
            result.Statistics[i] = (yi[i] - options.NullValue) / sei;
            result.PValues[i] = Distributions.NormalTwoSided(result.Statistics[i]);
            result.Yi[i] = options.Finish(yi[i]);
            (result.Lower[i], result.Upper[i]) = options.Finish(yi[i] - (critical * sei), yi[i] + (critical * sei));
        }

        return result;
    }
}

/// <summary>How to summarise effect sizes.</summary>
public sealed record EffectSummaryOptions
{
    /// <summary>Confidence level in percent.</summary>
    public double Level { get; init; } = 95;

    /// <summary>The effect size under the null hypothesis.</summary>
    public double NullValue { get; init; }

    /// <summary>Lowest possible value, applied after the transformation.</summary>
    public double LowerLimit { get; init; } = double.NegativeInfinity;

    /// <summary>Highest possible value.</summary>
    public double UpperLimit { get; init; } = double.PositiveInfinity;

    /// <summary>Applied to effect sizes and interval ends; null for none.</summary>
    public Func<double, double>? Transformation { get; init; }

    internal double Finish(double value) => Limit(Transformation is null ? value : Transformation(value));

    /// <summary>A falling transformation exchanges the ends.</summary>
    internal (double Lower, double Upper) Finish(double lower, double upper)
    {
        var (a, b) = (Finish(lower), Finish(upper));
        return a > b ? (b, a) : (a, b);
    }

    private double Limit(double value) => double.IsNaN(value) ? value : Math.Min(Math.Max(value, LowerLimit), UpperLimit);
}
