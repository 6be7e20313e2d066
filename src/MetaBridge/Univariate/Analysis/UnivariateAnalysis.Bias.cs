using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <content>Fail-safe N, excess significance, and an interval that bears with missing studies.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>How many studies with null results would overturn the result.</summary>
    /// <remarks>
    /// <see cref="FailSafeType.General"/>, for equal effects only, adds N studies with effect size 0 and the harmonic mean of the sampling variances, and fits the model to all;
    /// N is found by halving, at O(k + N) for each fit.
    /// </remarks>
    /// <param name="options">For what; null for Rosenthal's.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>; <see cref="ErrorCode.NonPositiveVariance"/>; <see cref="ErrorCode.SpecificationInvalid"/>: the general one of a model with moderators;
    /// <see cref="ErrorCode.NotSupported"/>: that of a random-effects model.
    /// </exception>
    public FailSafeResult FailSafeNumber(FailSafeOptions? options = null) => FailSafe.Of(this, options ?? new FailSafeOptions());

    /// <summary>Whether more studies are significant than their power lets expect (Ioannidis &amp; Trikalinos, 2007).</summary>
    /// <param name="options">How; null for an exact test of excess.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.NonPositiveVariance"/>.</exception>
    public ExcessSignificanceResult ExcessSignificance(ExcessSignificanceOptions? options = null)
    {
        options ??= new ExcessSignificanceOptions();
        CheckProbability("alpha", options.Alpha);
        CheckProbability("tes.alpha", options.LimitAlpha);
        if (options.TauSquared is { } given && !(given >= 0 && double.IsFinite(given)))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"The option 'tau2' is {given}; it must be zero or a positive number.");
        }

        var hasOneEffect = options.Effect is not null || IsInterceptOnly;
        var theta = UnivariateResiduals.FittedValues(Fit);
        if (options.Effect is { } effect)
        {
            Array.Fill(theta, effect);
        }

        var variances = PositiveVariances("tes");
        return new Analysis.ExcessSignificance(Fit.Studies.EffectSizes, variances, options.TauSquared ?? Fit.TauSquared.Value, options).Run(theta, hasOneEffect);
    }

    /// <summary>The average weighted by 1/v with an interval that has the heterogeneity in it, and its coverage kept when small studies are missing (Henmi &amp; Copas, 2010).</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>: the model has moderators; <see cref="ErrorCode.TooFewStudies"/>: fewer than two; <see
    /// cref="ErrorCode.NonPositiveVariance"/>.
    /// </exception>
    public HenmiCopasResult HenmiCopasInterval()
    {
        RequireNoModerators("hc");
        return Fit.StudyCount > 1 ? new HenmiCopas(Fit.Studies.EffectSizes, PositiveVariances("hc")).Run(Fit.Level) : throw new MetaBridgeException(
            ErrorCode.TooFewStudies, "The interval of Henmi and Copas needs at least two studies; there is 1.");
    }

    private static void CheckProbability(string option, double value)
    {
        if (!(value is > 0 and < 1))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The option '{option}' is {value}; it must be between 0 and 1, both excluded.",
                new Dictionary<string, object?> { ["option"] = option, ["value"] = value });
        }
    }
}
