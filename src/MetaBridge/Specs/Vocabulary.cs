namespace MetaBridge.Specs;

/// <summary>Estimators of the between-study variance τ².</summary>
public enum HeterogeneityMethod
{
    /// <summary>Restricted maximum likelihood (Harville, 1977; Raudenbush, 2009).</summary>
    [Keyword("REML", "restricted maximum likelihood")]
    Reml,

    /// <summary>Maximum likelihood (Hardy &amp; Thompson, 1996).</summary>
    [Keyword("ML", "maximum likelihood")]
    MaximumLikelihood,

    /// <summary>No heterogeneity: one common effect (or fixed effects).</summary>
    [Keyword("EE", "equal effects", Aliases = "FE, CE")]
    EqualEffects,

    /// <summary>The method of moments of DerSimonian &amp; Laird (1986).</summary>
    [Keyword("DL", "DerSimonian-Laird")]
    DerSimonianLaird,

    /// <summary>The unweighted method of moments (Hedges &amp; Olkin, 1985), also called the variance component estimator.</summary>
    [Keyword("HE", "Hedges", Aliases = "VC, CO")]
    Hedges,

    /// <summary>The estimator of Hunter &amp; Schmidt (2004).</summary>
    [Keyword("HS", "Hunter-Schmidt")]
    HunterSchmidt,

    /// <summary>The same with a small-sample correction (Viechtbauer et al., 2015).</summary>
    [Keyword("HSk", "Hunter-Schmidt (k corrected)")]
    HunterSchmidtCorrected,

    /// <summary>The estimator of Sidik &amp; Jonkman (2005), always positive.</summary>
    [Keyword("SJ", "Sidik-Jonkman")]
    SidikJonkman,

    /// <summary>The same iterated to its fixed point.</summary>
    [Keyword("SJIT", "iterative Sidik-Jonkman")]
    SidikJonkmanIterated,

    /// <summary>The generalised Q statistic set to its expectation (Paule &amp; Mandel, 1982).</summary>
    [Keyword("PM", "Paule-Mandel", Aliases = "MP")]
    PauleMandel,

    /// <summary>The generalised Q statistic set to the median of its distribution (Viechtbauer, 2021).</summary>
    [Keyword("PMM", "Paule-Mandel (median unbiased)")]
    PauleMandelMedian,

    /// <summary>Empirical Bayes (Morris, 1983); the same root as Paule-Mandel.</summary>
    [Keyword("EB", "empirical Bayes")]
    EmpiricalBayes,

    /// <summary>DerSimonian-Laird iterated to its fixed point, as metafor 5 defines it: the same root as Paule-Mandel.</summary>
    [Keyword("DLIT", "iterative DerSimonian-Laird")]
    DerSimonianLairdIterated,

    /// <summary>The method of moments with given weights (DerSimonian &amp; Kacker, 2007).</summary>
    [Keyword("GENQ", "generalized Q statistic")]
    GeneralizedQ,
}

/// <summary>How coefficients are tested and their intervals built.</summary>
public enum CoefficientTest
{
    /// <summary>Standard normal and chi-square reference distributions.</summary>
    [Keyword("z", "standard normal")]
    Normal,

    /// <summary>t and F with k − p degrees of freedom, standard errors unchanged.</summary>
    [Keyword("t", "t distribution")]
    StudentT,

    /// <summary>Standard errors scaled by the weighted residual mean square, t and F (Knapp &amp; Hartung, 2003).</summary>
    [Keyword("knha", "Knapp-Hartung", Aliases = "hksj")]
    KnappHartung,

    /// <summary>Knapp-Hartung, but never with a smaller standard error than the plain one.</summary>
    [Keyword("adhoc", "Knapp-Hartung, never narrower")]
    KnappHartungAdHoc,
}

/// <summary>Results that are computed on request.</summary>
public enum FurtherResult
{
    /// <summary>Predicted values with confidence and prediction intervals: one row for an intercept-only model, else one per study.</summary>
    [Keyword("predict", "predicted values with intervals")]
    Predictions,

    /// <summary>Q-profile confidence intervals of τ², τ, I² and H² (Viechtbauer, 2007).</summary>
    [Keyword("confint", "Q-profile intervals of the heterogeneity")]
    HeterogeneityIntervals,

    /// <summary>Predicted random effects of every term with standard errors.</summary>
    [Keyword("ranef", "predicted random effects")]
    RandomEffects,

    /// <summary>Raw, standardised, Cholesky and deleted residuals, by row and by cluster.</summary>
    [Keyword("residuals", "residuals, standardised and deleted, by row and by cluster")]
    Residuals,

    /// <summary>Hat values, Cook's distances, DFBETAS and covariance ratios by row or by cluster, at the components of the fit.</summary>
    [Keyword("influence", "hat values, Cook's distances and DFBETAS at the fit's components")]
    Influence,

    /// <summary>The fit without each row or cluster in turn, components estimated again.</summary>
    [Keyword("leave1out", "the fit without each row or cluster, components estimated again")]
    LeaveOneOut,

    /// <summary>The weights that the outcomes have in the coefficients.</summary>
    [Keyword("weights", "weights of the outcomes, in percent")]
    Weights,

    /// <summary>I² by level, H² and R².</summary>
    [Keyword("heterogeneity", "I^2 by level, H^2 and R^2", Aliases = "i2")]
    Heterogeneity,
}

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
}

/// <summary>To which tables <see cref="EffectSpec.Add"/> is added.</summary>
public enum AddRule
{
    /// <summary>To all cells of tables with a zero cell.</summary>
    [Keyword("only0", "only tables with a zero")]
    OnlyZero,

    /// <summary>To all cells of all tables.</summary>
    [Keyword("all", "all tables")]
    All,

    /// <summary>To all tables, if any table has a zero cell.</summary>
    [Keyword("if0all", "all tables if any has a zero")]
    AllIfAnyZero,

    /// <summary>To none.</summary>
    [Keyword("none", "no table")]
    None,
}
