using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>Fits univariate models on plain arrays; knows no datasets, formulas or files.</summary>
/// <remarks>y ~ N(Xβ, diag(v + τ²)); O(k p²) for each τ² looked at.</remarks>
public static class UnivariateEngine
{
    /// <summary>The name and version that results carry.</summary>
    public static string EngineName { get; } = "MetaBridge " + typeof(UnivariateEngine).Assembly.GetName().Version?.ToString(3);

    /// <summary>Fits.</summary>
    /// <param name="input">Complete data.</param>
    /// <param name="settings">What to estimate.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NoData"/>, <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.NonFiniteValue"/>,
    /// <see cref="ErrorCode.NonPositiveVariance"/>, <see cref="ErrorCode.TooFewStudies"/>, <see cref="ErrorCode.RankDeficientDesign"/>,
    /// <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.NumericOverflow"/> or <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    public static UnivariateFit Fit(UnivariateInput input, UnivariateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        try
        {
            settings.CancellationToken.ThrowIfCancellationRequested();
            var (effects, variances) = (SampleSummary.Of(input.EffectSizes), SampleSummary.Of(input.Variances));
            InputChecks.Check(input, settings, effects, variances);
            var design = Design.Prepare(input.Design, input.ColumnNames, input.EffectSizes.Length);
            InputChecks.CheckCounts(input, settings, design);
            return new UnivariateFitter(input, settings, design, effects, variances).Fit();
        }
        catch (OperationCanceledException cancelled)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, "The fit was cancelled.", innerException: cancelled);
        }
    }
}
