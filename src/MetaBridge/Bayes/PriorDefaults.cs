using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>The priors that a fit uses.</summary>
/// <param name="Effect">Of the intercept.</param>
/// <param name="Heterogeneity">Of τ.</param>
/// <param name="Allocation">Of ρ.</param>
/// <param name="Moderators">Of each moderator coefficient.</param>
/// <param name="Scale">Of each coefficient of ln τ.</param>
/// <param name="UnitInformationSd">The unit-information standard deviation behind the defaults; NaN where none was needed.</param>
public sealed record PriorSet(Prior Effect, Prior Heterogeneity, Prior Allocation, Prior Moderators, Prior Scale, double UnitInformationSd);

/// <summary>RoBMA 4's default priors: multiples of the unit-information standard deviation of the measure.</summary>
/// <remarks>Röver et al. (2021), "On weakly informative prior distributions for the heterogeneity parameter"; equation 6 for the estimate.</remarks>
internal static class PriorDefaults
{
    private const double EffectFactor = 0.5, HeterogeneityFactor = 0.25, ModeratorFactor = 0.25, ScaleSd = 0.5, InformedModeratorFactor = 0.5;

    /// <summary>The priors of a specification, with everything it leaves open filled in.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="variances">Sampling variances of the studies used.</param>
    /// <param name="sampleSizes">Their sample sizes, or null.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.PriorScaleUnknown"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    public static PriorSet Resolve(BayesSpec spec, BayesMeasure measure, double[] variances, double[]? sampleSizes)
    {
        var needed = spec.PriorEffect is null || spec.PriorHeterogeneity is null
            || (spec.Moderators is not null && spec.PriorModerators is null);
        var unit = double.NaN;
        Prior effect, heterogeneity, moderators;
        if (spec.InformedPriors is { } field)
        {
            if (spec.UnitInformationSd is not null)
            {
                throw new MetaBridgeException(
                    ErrorCode.SpecificationInvalid, "prior_informed and prior_unit_information_sd exclude each other.");
            }

            (effect, heterogeneity) = InformedPriorTable.Find(field, measure);
            moderators = effect with { Scale = effect.Scale * InformedModeratorFactor };
        }
        else
        {
            unit = needed ? UnitInformationSd(spec, measure, variances, sampleSizes) : 1;
            effect = Prior.Normal(0, EffectFactor * unit);
            heterogeneity = Prior.HalfNormal(HeterogeneityFactor * unit);
            moderators = Prior.Normal(0, ModeratorFactor * unit);
        }

        var r = spec.RescalePriors;
        return new PriorSet(
            (spec.PriorEffect ?? effect).Rescaled(r),
            (spec.PriorHeterogeneity ?? heterogeneity).Rescaled(r),
            spec.PriorAllocation ?? Prior.BetaOf(1, 1),
            (spec.PriorModerators ?? moderators).Rescaled(r),
            (spec.PriorScale ?? Prior.Normal(0, ScaleSd)).Rescaled(r),
            needed ? unit : double.NaN);
    }

    /// <summary>The measure of a specification.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.PriorScaleUnknown"/> when neither the specification nor the effect sizes name one.</exception>
    public static BayesMeasure MeasureOf(BayesSpec spec) => spec.Measure ?? spec.Effect.Measure switch
    {
        EffectMeasure.StandardizedMeanDifference => BayesMeasure.StandardizedMeanDifference,
        EffectMeasure.FisherZ => BayesMeasure.FisherZ,
        EffectMeasure.OddsRatio => BayesMeasure.OddsRatio,
        EffectMeasure.RiskRatio => BayesMeasure.RiskRatio,
        EffectMeasure.RiskDifference => BayesMeasure.RiskDifference,
        EffectMeasure.IncidenceRateRatio => BayesMeasure.IncidenceRateRatio,
        EffectMeasure.Given => throw new MetaBridgeException(
            ErrorCode.PriorScaleUnknown,
            "The effect sizes are given without their measure, so the scale of the default priors is unknown; set measure to SMD, ZCOR, OR, RR, HR, IRR, RD or GEN."),
        _ => BayesMeasure.General,
    };

    private static double UnitInformationSd(BayesSpec spec, BayesMeasure measure, double[] variances, double[]? sampleSizes)
    {
        if (spec.UnitInformationSd is { } given)
        {
            return given > 0 && double.IsFinite(given) ? given : throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                FormattableString.Invariant($"The option 'prior_unit_information_sd' is {given}; it must be a positive number."));
        }

        var known = measure switch
        {
            BayesMeasure.StandardizedMeanDifference => Math.Sqrt(2),
            BayesMeasure.FisherZ => 1,
            BayesMeasure.OddsRatio or BayesMeasure.RiskRatio or BayesMeasure.HazardRatio or BayesMeasure.IncidenceRateRatio => 2,
            _ => double.NaN,
        };
        return !double.IsNaN(known) ? known
            : sampleSizes is not null ? Math.Sqrt(sampleSizes.Sum() / variances.Sum(v => 1 / v))
            : throw new MetaBridgeException(
                ErrorCode.PriorScaleUnknown,
                $"The measure {Keywords<BayesMeasure>.Of(measure)} has no unit-information standard deviation; give sample sizes (ni), prior_unit_information_sd, or the priors themselves.");
    }
}
