using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures by the data they are computed from.</summary>
internal enum EffectFamily
{
    Given,
    TwoByTwo,
    PersonTime,
    TwoMeans,
    Correlation,
    PartialCorrelation,
    Proportion,
    Rate,
    OneMean,
    Change,
    Alpha,
}

/// <summary>Which measure belongs where.</summary>
internal static class EffectFamilies
{
    public static EffectFamily Of(EffectMeasure measure) => measure switch
    {
        EffectMeasure.Given => EffectFamily.Given,
        EffectMeasure.RiskRatio or EffectMeasure.OddsRatio or EffectMeasure.RiskDifference or EffectMeasure.ArcsineRiskDifference
            or EffectMeasure.PetoOddsRatio or EffectMeasure.PhiCoefficient or EffectMeasure.YuleQ or EffectMeasure.YuleY
            or EffectMeasure.OddsRatioToSmdLogistic or EffectMeasure.OddsRatioToSmdNormal => EffectFamily.TwoByTwo,
        EffectMeasure.IncidenceRateRatio or EffectMeasure.IncidenceRateDifference
            or EffectMeasure.SquareRootIncidenceRateDifference => EffectFamily.PersonTime,
        EffectMeasure.Correlation or EffectMeasure.FisherZ => EffectFamily.Correlation,
        EffectMeasure.PartialCorrelation or EffectMeasure.FisherZPartial => EffectFamily.PartialCorrelation,
        EffectMeasure.Proportion or EffectMeasure.LogitProportion or EffectMeasure.LogProportion
            or EffectMeasure.ArcsineProportion or EffectMeasure.FreemanTukeyProportion => EffectFamily.Proportion,
        EffectMeasure.IncidenceRate or EffectMeasure.LogIncidenceRate or EffectMeasure.SquareRootIncidenceRate
            or EffectMeasure.FreemanTukeyIncidenceRate => EffectFamily.Rate,
        EffectMeasure.Mean or EffectMeasure.StandardizedMean or EffectMeasure.LogMean
            or EffectMeasure.LogCoefficientOfVariation or EffectMeasure.LogStandardDeviation => EffectFamily.OneMean,
        EffectMeasure.MeanChange or EffectMeasure.StandardizedMeanChangeChangeScore
            or EffectMeasure.StandardizedMeanChangeRawScore or EffectMeasure.RatioOfMeansChange => EffectFamily.Change,
        EffectMeasure.CronbachAlpha or EffectMeasure.CronbachAlphaHakstianWhalen
            or EffectMeasure.CronbachAlphaBonett => EffectFamily.Alpha,
        _ => EffectFamily.TwoMeans,
    };

    /// <summary>The roles without which the family can't be computed; alternatives were filled in before.</summary>
    public static EffectRole[] Roles(EffectFamily family, EffectMeasure measure) => family switch
    {
        EffectFamily.Given => [EffectRole.Yi, EffectRole.Vi],
        EffectFamily.TwoByTwo => [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di],
        EffectFamily.PersonTime => [EffectRole.X1i, EffectRole.X2i, EffectRole.T1i, EffectRole.T2i],
        EffectFamily.Correlation => [EffectRole.Ri, EffectRole.Ni],
        EffectFamily.PartialCorrelation => [EffectRole.Ti, EffectRole.Ni, EffectRole.Mi],
        EffectFamily.Proportion => [EffectRole.Xi, EffectRole.Mi],
        EffectFamily.Rate => [EffectRole.Xi, EffectRole.Ti],
        EffectFamily.OneMean => measure == EffectMeasure.LogStandardDeviation
            ? [EffectRole.Sdi, EffectRole.Ni]
            : [EffectRole.Mi, EffectRole.Sdi, EffectRole.Ni],
        EffectFamily.Change => [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.Ni, EffectRole.Ri],
        EffectFamily.Alpha => [EffectRole.Ai, EffectRole.Mi, EffectRole.Ni],
        _ => measure == EffectMeasure.VariabilityRatio
            ? [EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i]
            : [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i],
    };

    /// <summary>Roles that hold counts, person-times, standard deviations or sizes, none of which is ever negative.</summary>
    public static bool IsNeverNegative(EffectRole role) => role is not (EffectRole.Yi or EffectRole.Vi or EffectRole.M1i
        or EffectRole.M2i or EffectRole.Ri or EffectRole.Ti or EffectRole.Mi);

    /// <summary>Whether zero counts of the measure are left alone unless the user says otherwise.</summary>
    public static bool NeedsNoAddition(EffectMeasure measure) => measure is EffectMeasure.ArcsineRiskDifference
        or EffectMeasure.PhiCoefficient or EffectMeasure.SquareRootIncidenceRateDifference or EffectMeasure.ArcsineProportion
        or EffectMeasure.FreemanTukeyProportion or EffectMeasure.SquareRootIncidenceRate or EffectMeasure.FreemanTukeyIncidenceRate;
}
