using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Empirical priors estimated from collections of published meta-analyses.</summary>
/// <remarks>
/// Medicine: Bartoš et al. (2021, 2023), from the Cochrane Database of Systematic Reviews. Psychology: Gronau et al. (2017) for the effect and van Erp et
/// al. (2017) for the heterogeneity of standardised mean differences.
/// </remarks>
internal static class InformedPriorTable
{
    /// <summary>Effect and heterogeneity priors of a field.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/> or <see cref="ErrorCode.PriorScaleUnknown"/>.</exception>
    public static (Prior Effect, Prior Heterogeneity) Find(string field, BayesMeasure measure) => field.ToUpperInvariant() switch
    {
        "MEDICINE" or "COCHRANE" => Medicine(measure),
        "ORAL HEALTH" when measure == BayesMeasure.StandardizedMeanDifference =>
            (Prior.StudentT(0, 0.51, 5), Prior.InverseGamma(1.79, 0.28)),
        "ACUTE RESPIRATORY INFECTIONS" when measure == BayesMeasure.OddsRatio =>
            (Prior.StudentT(0, 0.48, 3), Prior.InverseGamma(1.67, 0.45)),
        "PSYCHOLOGY" when measure == BayesMeasure.StandardizedMeanDifference =>
            (Prior.StudentT(0.35, 0.102, 3) with { Lower = 0 }, Prior.InverseGamma(1, 0.15)),
        "ORAL HEALTH" or "ACUTE RESPIRATORY INFECTIONS" or "PSYCHOLOGY" => throw Unknown(field, measure),
        _ => throw new MetaBridgeException(
            ErrorCode.UnknownName,
            $"Unknown field '{field}' of informed priors; known are medicine (Cochrane), Oral Health (SMD), Acute Respiratory Infections (OR), psychology (SMD).",
            new Dictionary<string, object?> { ["field"] = field }),
    };

    private static (Prior Effect, Prior Heterogeneity) Medicine(BayesMeasure measure) => measure switch
    {
        BayesMeasure.StandardizedMeanDifference => (Prior.StudentT(0, 0.43, 5), Prior.InverseGamma(1.71, 0.40)),
        BayesMeasure.OddsRatio => (Prior.StudentT(0, 0.58, 4), Prior.InverseGamma(1.77, 0.55)),
        BayesMeasure.RiskRatio => (Prior.StudentT(0, 0.32, 3), Prior.InverseGamma(1.51, 0.23)),
        BayesMeasure.RiskDifference => (Prior.StudentT(0, 0.034, 1), Prior.HalfNormal(0.099)),
        BayesMeasure.HazardRatio => (Prior.StudentT(0, 0.13, 2), Prior.InverseGamma(2.42, 0.30)),
        _ => throw Unknown("medicine", measure),
    };

    private static MetaBridgeException Unknown(string field, BayesMeasure measure) => new(
        ErrorCode.PriorScaleUnknown,
        $"The field '{field}' has no informed priors for the measure {Keywords<BayesMeasure>.Of(measure)}.",
        new Dictionary<string, object?> { ["field"] = field });
}
