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

    /// <summary>The generalised Q statistic with given weights set to the median of its exact distribution (Viechtbauer, 2021): median unbiased.</summary>
    [Keyword("GENQM", "generalized Q statistic (median unbiased)")]
    GeneralizedQMedian,
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

    /// <summary>Confidence intervals of τ², τ, I² and H², by the Q-profile (Viechtbauer, 2007) unless another type is asked for.</summary>
    [Keyword("confint", "intervals of the heterogeneity")]
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

    /// <summary>What the moderators explain: the reduction of τ² and of I², with bootstrap intervals.</summary>
    [Keyword("r2", "heterogeneity explained by the moderators")]
    ExplainedHeterogeneity,

    /// <summary>Cochran's Q split into what the moderators explain and what is left.</summary>
    [Keyword("hetsplit", "Cochran's Q, explained and residual")]
    HeterogeneitySplit,

    /// <summary>Coefficients with cluster-robust standard errors and tests; the clusters come from the cluster column.</summary>
    [Keyword("robust", "cluster-robust tests of the coefficients")]
    Robust,

    /// <summary>The asymptotic covariance of the components, as variances and correlations.</summary>
    [Keyword("vvc", "asymptotic covariance of the components")]
    ComponentCovariance,

    /// <summary>The profile likelihood of every component on a grid.</summary>
    [Keyword("profile", "profile likelihoods of the components")]
    Profiles,

    /// <summary>Linear hypotheses of the coefficients.</summary>
    [Keyword("anova", "linear hypotheses of the coefficients")]
    LinearHypotheses,

    /// <summary>Slopes of a moderator at values of another, with intervals.</summary>
    [Keyword("slopes", "slopes of a moderator at values of another")]
    SimpleSlopes,

    /// <summary>Differences between the levels of a factor, with intervals and adjusted p-values.</summary>
    [Keyword("contrasts", "differences between the levels of a factor")]
    FactorContrasts,

    /// <summary>Permutation tests of the coefficients.</summary>
    [Keyword("permutest", "permutation tests of the coefficients")]
    PermutationTests,

    /// <summary>Variance inflation factors of the moderators.</summary>
    [Keyword("vif", "variance inflation factors")]
    VarianceInflation,

    /// <summary>Best linear unbiased predictions of the studies' true effects.</summary>
    [Keyword("blup", "predicted true effects of the studies")]
    BestPredictions,

    /// <summary>The fit to the first study, the first two, and so on.</summary>
    [Keyword("cumul", "the fit to the first study, the first two, and so on")]
    Cumulative,

    /// <summary>Each study's part in the heterogeneity and in the overall result (Baujat et al., 2002).</summary>
    [Keyword("baujat", "each study's part in the heterogeneity and in the result")]
    Baujat,

    /// <summary>The fit to all, or sampled, subsets of the studies (Olkin, Dahabreh &amp; Trikalinos, 2012).</summary>
    [Keyword("gosh", "the fit to subsets of the studies")]
    Subsets,

    /// <summary>Trim and fill (Duval &amp; Tweedie, 2000).</summary>
    [Keyword("trimfill", "trim and fill")]
    TrimAndFill,

    /// <summary>Regression tests of funnel plot asymmetry.</summary>
    [Keyword("regtest", "regression test of asymmetry")]
    RegressionTest,

    /// <summary>Rank correlation test of funnel plot asymmetry (Begg &amp; Mazumdar, 1994).</summary>
    [Keyword("ranktest", "rank correlation test of asymmetry")]
    RankTest,

    /// <summary>Fail-safe N.</summary>
    [Keyword("fsn", "fail-safe N")]
    FailSafeNumber,

    /// <summary>Test of excess significance (Ioannidis &amp; Trikalinos, 2007).</summary>
    [Keyword("tes", "test of excess significance")]
    ExcessSignificance,

    /// <summary>Henmi &amp; Copas (2010): an interval that is robust to publication bias.</summary>
    [Keyword("hc", "Henmi and Copas's interval")]
    HenmiCopas,
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
