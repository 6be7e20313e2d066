using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Fits one permutation after another, for one thread.</summary>
internal sealed class PermutationRefit
{
    private readonly UnivariateInput input;
    private readonly UnivariateSettings settings;

    public PermutationRefit(UnivariateInput input, UnivariateSettings settings) => (this.input, this.settings) = (input, settings);

    /// <summary>Coefficients of the last fit, p.</summary>
    public double[] Estimates { get; private set; } = [];

    /// <summary>Their z or t values, p.</summary>
    public double[] Statistics { get; private set; } = [];

    /// <summary>Its omnibus statistic.</summary>
    public double Omnibus { get; private set; }

    /// <summary>Fits other effect sizes on another design; false when there is no fit.</summary>
    public bool Fit(double[] effectSizes, double[]? design)
    {
        try
        {
            var fit = UnivariateEngine.Fit(input with { EffectSizes = effectSizes, Design = design }, settings);
            (Estimates, Statistics, Omnibus) = (fit.Coefficients.Estimates, fit.Coefficients.Statistics, fit.OmnibusTest.Statistic);
            return true;
        }
        catch (MetaBridgeException failure) when (failure.Code is ErrorCode.NotConverged or ErrorCode.NumericOverflow or ErrorCode.RankDeficientDesign)
        {
            return false;
        }
    }
}
