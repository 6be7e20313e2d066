namespace MetaBridge.Specs;

/// <summary>Effect size measures.</summary>
public enum EffectMeasure
{
    /// <summary>Given effect sizes and variances.</summary>
    [Keyword("GEN", "given effect sizes (yi with vi or sei)")]
    Given,

    /// <summary>Log risk ratio.</summary>
    [Keyword("RR", "log risk ratio")]
    RiskRatio,

    /// <summary>Log odds ratio.</summary>
    [Keyword("OR", "log odds ratio")]
    OddsRatio,

    /// <summary>Risk difference.</summary>
    [Keyword("RD", "risk difference")]
    RiskDifference,

    /// <summary>Log incidence rate ratio.</summary>
    [Keyword("IRR", "log incidence rate ratio")]
    IncidenceRateRatio,

    /// <summary>Raw mean difference.</summary>
    [Keyword("MD", "mean difference")]
    MeanDifference,

    /// <summary>Standardised mean difference (Hedges' g, exact correction).</summary>
    [Keyword("SMD", "standardized mean difference")]
    StandardizedMeanDifference,

    /// <summary>Log ratio of means.</summary>
    [Keyword("ROM", "log ratio of means")]
    RatioOfMeans,

    /// <summary>Raw correlation coefficient.</summary>
    [Keyword("COR", "correlation coefficient")]
    Correlation,

    /// <summary>Fisher's r-to-z transformed correlation.</summary>
    [Keyword("ZCOR", "Fisher's z transformed correlation")]
    FisherZ,

    /// <summary>Raw proportion.</summary>
    [Keyword("PR", "proportion")]
    Proportion,

    /// <summary>Logit of a proportion (log odds).</summary>
    [Keyword("PLO", "logit transformed proportion")]
    LogitProportion,

    /// <summary>Freeman-Tukey double arcsine of a proportion.</summary>
    [Keyword("PFT", "Freeman-Tukey transformed proportion")]
    FreemanTukeyProportion,

    /// <summary>Log incidence rate.</summary>
    [Keyword("IRLN", "log incidence rate")]
    LogIncidenceRate,

    /// <summary>Arcsine square root transformed risk difference.</summary>
    [Keyword("AS", "arcsine square root transformed risk difference")]
    ArcsineRiskDifference,

    /// <summary>Log odds ratio by Peto's method.</summary>
    [Keyword("PETO", "log odds ratio by Peto's method")]
    PetoOddsRatio,

    /// <summary>Phi coefficient.</summary>
    [Keyword("PHI", "phi coefficient")]
    PhiCoefficient,

    /// <summary>Yule's Q.</summary>
    [Keyword("YUQ", "Yule's Q")]
    YuleQ,

    /// <summary>Yule's Y.</summary>
    [Keyword("YUY", "Yule's Y")]
    YuleY,

    /// <summary>Odds ratio as standardized mean difference (logistic).</summary>
    [Keyword("OR2DL", "odds ratio as standardized mean difference (logistic)", Aliases = "OR2D")]
    OddsRatioToSmdLogistic,

    /// <summary>Odds ratio as standardized mean difference (normal).</summary>
    [Keyword("OR2DN", "odds ratio as standardized mean difference (normal)")]
    OddsRatioToSmdNormal,

    /// <summary>Incidence rate difference.</summary>
    [Keyword("IRD", "incidence rate difference")]
    IncidenceRateDifference,

    /// <summary>Square root transformed incidence rate difference.</summary>
    [Keyword("IRSD", "square root transformed incidence rate difference")]
    SquareRootIncidenceRateDifference,

    /// <summary>Mean difference in units of the second standard deviation.</summary>
    [Keyword("SMD1", "mean difference in units of the second standard deviation")]
    StandardizedMeanDifferenceSecondSd,

    /// <summary>Standardized mean difference, unequal variances.</summary>
    [Keyword("SMDH", "standardized mean difference, unequal variances")]
    StandardizedMeanDifferenceHeteroscedastic,

    /// <summary>Log ratio of standard deviations.</summary>
    [Keyword("VR", "log ratio of standard deviations")]
    VariabilityRatio,

    /// <summary>Log ratio of coefficients of variation.</summary>
    [Keyword("CVR", "log ratio of coefficients of variation")]
    CoefficientOfVariationRatio,

    /// <summary>Point-biserial correlation.</summary>
    [Keyword("RPB", "point-biserial correlation")]
    PointBiserial,

    /// <summary>Standardized mean difference as log odds ratio (logistic).</summary>
    [Keyword("D2ORL", "standardized mean difference as log odds ratio (logistic)", Aliases = "D2OR")]
    SmdToOddsRatioLogistic,

    /// <summary>Standardized mean difference as log odds ratio (normal).</summary>
    [Keyword("D2ORN", "standardized mean difference as log odds ratio (normal)")]
    SmdToOddsRatioNormal,

    /// <summary>Partial correlation.</summary>
    [Keyword("PCOR", "partial correlation")]
    PartialCorrelation,

    /// <summary>Fisher's z transformed partial correlation.</summary>
    [Keyword("ZPCOR", "Fisher's z transformed partial correlation")]
    FisherZPartial,

    /// <summary>Log transformed proportion.</summary>
    [Keyword("PLN", "log transformed proportion")]
    LogProportion,

    /// <summary>Arcsine square root transformed proportion.</summary>
    [Keyword("PAS", "arcsine square root transformed proportion")]
    ArcsineProportion,

    /// <summary>Incidence rate.</summary>
    [Keyword("IR", "incidence rate")]
    IncidenceRate,

    /// <summary>Square root transformed incidence rate.</summary>
    [Keyword("IRS", "square root transformed incidence rate")]
    SquareRootIncidenceRate,

    /// <summary>Freeman-Tukey transformed incidence rate.</summary>
    [Keyword("IRFT", "Freeman-Tukey transformed incidence rate")]
    FreemanTukeyIncidenceRate,

    /// <summary>Mean.</summary>
    [Keyword("MN", "mean")]
    Mean,

    /// <summary>Standardized mean.</summary>
    [Keyword("SMN", "standardized mean")]
    StandardizedMean,

    /// <summary>Log transformed mean.</summary>
    [Keyword("MNLN", "log transformed mean")]
    LogMean,

    /// <summary>Log transformed coefficient of variation.</summary>
    [Keyword("CVLN", "log transformed coefficient of variation")]
    LogCoefficientOfVariation,

    /// <summary>Log transformed standard deviation.</summary>
    [Keyword("SDLN", "log transformed standard deviation")]
    LogStandardDeviation,

    /// <summary>Mean change.</summary>
    [Keyword("MC", "mean change")]
    MeanChange,

    /// <summary>Standardized mean change, change score standardization.</summary>
    [Keyword("SMCC", "standardized mean change, change score standardization")]
    StandardizedMeanChangeChangeScore,

    /// <summary>Standardized mean change, raw score standardization.</summary>
    [Keyword("SMCR", "standardized mean change, raw score standardization")]
    StandardizedMeanChangeRawScore,

    /// <summary>Log ratio of means of matched measurements.</summary>
    [Keyword("ROMC", "log ratio of means of matched measurements")]
    RatioOfMeansChange,

    /// <summary>Coefficient alpha.</summary>
    [Keyword("ARAW", "coefficient alpha")]
    CronbachAlpha,

    /// <summary>Coefficient alpha, cube root transformed.</summary>
    [Keyword("AHW", "coefficient alpha, cube root transformed")]
    CronbachAlphaHakstianWhalen,

    /// <summary>Coefficient alpha, log transformed.</summary>
    [Keyword("ABT", "coefficient alpha, log transformed")]
    CronbachAlphaBonett,

    /// <summary>Fisher's z transformed phi coefficient.</summary>
    [Keyword("ZPHI", "Fisher's z transformed phi coefficient")]
    FisherZPhi,

    /// <summary>Tetrachoric correlation.</summary>
    [Keyword("RTET", "tetrachoric correlation")]
    Tetrachoric,

    /// <summary>Fisher's z transformed tetrachoric correlation.</summary>
    [Keyword("ZTET", "Fisher's z transformed tetrachoric correlation")]
    FisherZTetrachoric,

    /// <summary>Probit transformed risk difference.</summary>
    [Keyword("PBIT", "probit transformed risk difference")]
    ProbitDifference,

    /// <summary>Matched pairs, marginal risk difference.</summary>
    [Keyword("MPRD", "matched pairs, marginal risk difference")]
    MatchedRiskDifference,

    /// <summary>Matched pairs, marginal log risk ratio.</summary>
    [Keyword("MPRR", "matched pairs, marginal log risk ratio")]
    MatchedRiskRatio,

    /// <summary>Matched pairs, marginal log odds ratio.</summary>
    [Keyword("MPOR", "matched pairs, marginal log odds ratio")]
    MatchedOddsRatio,

    /// <summary>Matched pairs, conditional log odds ratio.</summary>
    [Keyword("MPORC", "matched pairs, conditional log odds ratio")]
    MatchedOddsRatioConditional,

    /// <summary>Matched pairs, conditional log odds ratio by Peto's method.</summary>
    [Keyword("MPPETO", "matched pairs, conditional log odds ratio by Peto's method")]
    MatchedOddsRatioPeto,

    /// <summary>Matched pairs, marginal log odds ratio from the marginal table.</summary>
    [Keyword("MPORM", "matched pairs, marginal log odds ratio from the marginal table")]
    MatchedOddsRatioMarginal,

    /// <summary>Mean difference in units of the second standard deviation, unequal variances.</summary>
    [Keyword("SMD1H", "mean difference in units of the second standard deviation, unequal variances")]
    StandardizedMeanDifferenceSecondSdHeteroscedastic,

    /// <summary>Fisher's z transformed point-biserial correlation.</summary>
    [Keyword("ZPB", "Fisher's z transformed point-biserial correlation")]
    FisherZPointBiserial,

    /// <summary>Biserial correlation.</summary>
    [Keyword("RBIS", "biserial correlation")]
    Biserial,

    /// <summary>Fisher's z transformed biserial correlation.</summary>
    [Keyword("ZBIS", "Fisher's z transformed biserial correlation")]
    FisherZBiserial,

    /// <summary>Common language effect size, area under the curve.</summary>
    [Keyword("CLES", "common language effect size, area under the curve", Aliases = "AUC")]
    CommonLanguage,

    /// <summary>Common language effect size of normal data.</summary>
    [Keyword("CLESN", "common language effect size of normal data", Aliases = "AUCN")]
    CommonLanguageNormal,

    /// <summary>Correlation coefficient, corrected for bias.</summary>
    [Keyword("UCOR", "correlation coefficient, corrected for bias")]
    CorrelationUnbiased,

    /// <summary>Semi-partial correlation.</summary>
    [Keyword("SPCOR", "semi-partial correlation")]
    SemiPartialCorrelation,

    /// <summary>Fisher's z transformed semi-partial correlation.</summary>
    [Keyword("ZSPCOR", "Fisher's z transformed semi-partial correlation")]
    FisherZSemiPartial,

    /// <summary>Coefficient of determination, random predictors.</summary>
    [Keyword("R2", "coefficient of determination, random predictors")]
    RSquared,

    /// <summary>Transformed coefficient of determination, random predictors.</summary>
    [Keyword("ZR2", "transformed coefficient of determination, random predictors")]
    FisherZRSquared,

    /// <summary>Coefficient of determination, fixed predictors.</summary>
    [Keyword("R2F", "coefficient of determination, fixed predictors")]
    RSquaredFixed,

    /// <summary>Transformed coefficient of determination, fixed predictors.</summary>
    [Keyword("ZR2F", "transformed coefficient of determination, fixed predictors")]
    FisherZRSquaredFixed,

    /// <summary>Probit transformed proportion.</summary>
    [Keyword("PRZ", "probit transformed proportion")]
    ProbitProportion,

    /// <summary>Standardized mean change, raw score standardization, unequal variances.</summary>
    [Keyword("SMCRH", "standardized mean change, raw score standardization, unequal variances")]
    StandardizedMeanChangeHeteroscedastic,

    /// <summary>Standardized mean change, pooled raw score standardization.</summary>
    [Keyword("SMCRP", "standardized mean change, pooled raw score standardization")]
    StandardizedMeanChangePooled,

    /// <summary>Standardized mean change, pooled raw score standardization, unequal variances.</summary>
    [Keyword("SMCRPH", "standardized mean change, pooled raw score standardization, unequal variances")]
    StandardizedMeanChangePooledHeteroscedastic,

    /// <summary>Log ratio of standard deviations of matched measurements.</summary>
    [Keyword("VRC", "log ratio of standard deviations of matched measurements")]
    VariabilityRatioChange,

    /// <summary>Log ratio of coefficients of variation of matched measurements.</summary>
    [Keyword("CVRC", "log ratio of coefficients of variation of matched measurements")]
    CoefficientOfVariationRatioChange,

    /// <summary>Common language effect size of matched measurements, normal data.</summary>
    [Keyword("CLESCN", "common language effect size of matched measurements, normal data", Aliases = "AUCCN")]
    CommonLanguageChange,

    /// <summary>Log relative excess heterozygosity.</summary>
    [Keyword("REH", "log relative excess heterozygosity")]
    RelativeExcessHeterozygosity,

    /// <summary>Given log hazard ratios (a label).</summary>
    [Keyword("HR", "given log hazard ratios (a label)")]
    HazardRatio,

    /// <summary>Given hazard differences (a label).</summary>
    [Keyword("HD", "given hazard differences (a label)")]
    HazardDifference,
}
