using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures by the data they are computed from.</summary>
internal enum EffectFamily
{
    Given,
    TwoByTwo,
    Matched,
    MatchedMargins,
    Genotypes,
    PersonTime,
    TwoMeans,
    Concordance,
    Correlation,
    PartialCorrelation,
    Determination,
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
        EffectMeasure.Given or EffectMeasure.HazardRatio or EffectMeasure.HazardDifference => EffectFamily.Given,
        EffectMeasure.RiskRatio or EffectMeasure.OddsRatio or EffectMeasure.RiskDifference or EffectMeasure.ArcsineRiskDifference
            or EffectMeasure.PetoOddsRatio or EffectMeasure.PhiCoefficient or EffectMeasure.FisherZPhi or EffectMeasure.YuleQ
            or EffectMeasure.YuleY or EffectMeasure.OddsRatioToSmdLogistic or EffectMeasure.OddsRatioToSmdNormal
            or EffectMeasure.Tetrachoric or EffectMeasure.FisherZTetrachoric or EffectMeasure.ProbitDifference => EffectFamily.TwoByTwo,
        EffectMeasure.MatchedRiskDifference or EffectMeasure.MatchedRiskRatio or EffectMeasure.MatchedOddsRatio
            or EffectMeasure.MatchedOddsRatioConditional or EffectMeasure.MatchedOddsRatioPeto => EffectFamily.Matched,
        EffectMeasure.MatchedOddsRatioMarginal => EffectFamily.MatchedMargins,
        EffectMeasure.RelativeExcessHeterozygosity => EffectFamily.Genotypes,
        EffectMeasure.IncidenceRateRatio or EffectMeasure.IncidenceRateDifference
            or EffectMeasure.SquareRootIncidenceRateDifference => EffectFamily.PersonTime,
        EffectMeasure.CommonLanguage => EffectFamily.Concordance,
        EffectMeasure.Correlation or EffectMeasure.CorrelationUnbiased or EffectMeasure.FisherZ => EffectFamily.Correlation,
        EffectMeasure.PartialCorrelation or EffectMeasure.FisherZPartial or EffectMeasure.SemiPartialCorrelation
            or EffectMeasure.FisherZSemiPartial => EffectFamily.PartialCorrelation,
        EffectMeasure.RSquared or EffectMeasure.FisherZRSquared or EffectMeasure.RSquaredFixed
            or EffectMeasure.FisherZRSquaredFixed => EffectFamily.Determination,
        EffectMeasure.Proportion or EffectMeasure.LogitProportion or EffectMeasure.LogProportion or EffectMeasure.ProbitProportion
            or EffectMeasure.ArcsineProportion or EffectMeasure.FreemanTukeyProportion => EffectFamily.Proportion,
        EffectMeasure.IncidenceRate or EffectMeasure.LogIncidenceRate or EffectMeasure.SquareRootIncidenceRate
            or EffectMeasure.FreemanTukeyIncidenceRate => EffectFamily.Rate,
        EffectMeasure.Mean or EffectMeasure.StandardizedMean or EffectMeasure.LogMean
            or EffectMeasure.LogCoefficientOfVariation or EffectMeasure.LogStandardDeviation => EffectFamily.OneMean,
        EffectMeasure.MeanChange or EffectMeasure.StandardizedMeanChangeChangeScore or EffectMeasure.StandardizedMeanChangeRawScore
            or EffectMeasure.StandardizedMeanChangeHeteroscedastic or EffectMeasure.StandardizedMeanChangePooled
            or EffectMeasure.StandardizedMeanChangePooledHeteroscedastic or EffectMeasure.RatioOfMeansChange
            or EffectMeasure.VariabilityRatioChange or EffectMeasure.CoefficientOfVariationRatioChange
            or EffectMeasure.CommonLanguageChange => EffectFamily.Change,
        EffectMeasure.CronbachAlpha or EffectMeasure.CronbachAlphaHakstianWhalen
            or EffectMeasure.CronbachAlphaBonett => EffectFamily.Alpha,
        _ => EffectFamily.TwoMeans,
    };

    /// <summary>The roles without which the measure can't be computed; alternatives were filled in before.</summary>
    public static EffectRole[] Roles(EffectFamily family, EffectMeasure measure) => family switch
    {
        EffectFamily.Given => [EffectRole.Yi, EffectRole.Vi],
        EffectFamily.TwoByTwo or EffectFamily.Matched => [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di],
        EffectFamily.MatchedMargins => [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di, EffectRole.Ri],
        EffectFamily.Genotypes => [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci],
        EffectFamily.PersonTime => [EffectRole.X1i, EffectRole.X2i, EffectRole.T1i, EffectRole.T2i],
        EffectFamily.Concordance => [EffectRole.Ai, EffectRole.N1i, EffectRole.N2i],
        EffectFamily.Correlation => [EffectRole.Ri, EffectRole.Ni],
        EffectFamily.PartialCorrelation => IsSemiPartial(measure)
            ? [EffectRole.Ri, EffectRole.Ni, EffectRole.Mi, EffectRole.R2i]
            : [EffectRole.Ri, EffectRole.Ni, EffectRole.Mi],
        EffectFamily.Determination => measure == EffectMeasure.FisherZRSquared
            ? [EffectRole.R2i, EffectRole.Ni]
            : [EffectRole.R2i, EffectRole.Ni, EffectRole.Mi],
        EffectFamily.Proportion => [EffectRole.Xi, EffectRole.Mi],
        EffectFamily.Rate => [EffectRole.Xi, EffectRole.Ti],
        EffectFamily.OneMean => measure == EffectMeasure.LogStandardDeviation
            ? [EffectRole.Sdi, EffectRole.Ni]
            : [EffectRole.Mi, EffectRole.Sdi, EffectRole.Ni],
        EffectFamily.Change => ChangeRoles(measure),
        EffectFamily.Alpha => [EffectRole.Ai, EffectRole.Mi, EffectRole.Ni],
        _ => measure == EffectMeasure.VariabilityRatio
            ? [EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i]
            : measure == EffectMeasure.StandardizedMeanDifferenceSecondSd
                ? [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i]
                : [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.N1i, EffectRole.N2i],
    };

    /// <summary>Semi-partial correlations need the R² of the whole model too.</summary>
    public static bool IsSemiPartial(EffectMeasure measure) =>
        measure is EffectMeasure.SemiPartialCorrelation or EffectMeasure.FisherZSemiPartial;

    /// <summary>Measures that need only d, so that d, t or p may stand in for means and standard deviations.</summary>
    public static bool TakesSmd(EffectMeasure measure) => measure is EffectMeasure.StandardizedMeanDifference
        or EffectMeasure.SmdToOddsRatioLogistic or EffectMeasure.SmdToOddsRatioNormal or EffectMeasure.PointBiserial
        or EffectMeasure.FisherZPointBiserial or EffectMeasure.Biserial or EffectMeasure.FisherZBiserial;

    /// <summary>Whether zero counts of the measure are left alone unless the user says otherwise.</summary>
    public static bool NeedsNoAddition(EffectMeasure measure) => measure is EffectMeasure.ArcsineRiskDifference
        or EffectMeasure.PhiCoefficient or EffectMeasure.FisherZPhi or EffectMeasure.Tetrachoric or EffectMeasure.FisherZTetrachoric
        or EffectMeasure.SquareRootIncidenceRateDifference or EffectMeasure.ArcsineProportion
        or EffectMeasure.FreemanTukeyProportion or EffectMeasure.SquareRootIncidenceRate or EffectMeasure.FreemanTukeyIncidenceRate;

    /// <summary>Measures for which the addition can be kept out of the effect sizes or of the variances alone, as in metafor.</summary>
    public static bool SplitsAddition(EffectMeasure measure) => measure is EffectMeasure.RiskRatio or EffectMeasure.OddsRatio
        or EffectMeasure.OddsRatioToSmdLogistic or EffectMeasure.OddsRatioToSmdNormal or EffectMeasure.MatchedOddsRatioMarginal
        or EffectMeasure.RiskDifference or EffectMeasure.IncidenceRateRatio or EffectMeasure.IncidenceRateDifference or EffectMeasure.SquareRootIncidenceRateDifference
        or EffectMeasure.Proportion or EffectMeasure.LogProportion or EffectMeasure.LogitProportion or EffectMeasure.IncidenceRate
        or EffectMeasure.LogIncidenceRate or EffectMeasure.SquareRootIncidenceRate;

    private static EffectRole[] ChangeRoles(EffectMeasure measure) => measure switch
    {
        EffectMeasure.VariabilityRatioChange => [EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.Ni, EffectRole.Ri],
        EffectMeasure.StandardizedMeanChangeRawScore =>
            [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Ni, EffectRole.Ri],
        _ => [EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.Ni, EffectRole.Ri],
    };
}
