namespace MetaBridge.Specs;

/// <summary>What was observed of a person.</summary>
public enum OutcomeType
{
    /// <summary>A number; the effect is a difference of means.</summary>
    [Keyword("continuous", "a number: difference of means")]
    Continuous,

    /// <summary>Yes or no; the effect is a log odds ratio.</summary>
    [Keyword("binary", "yes or no: log odds ratio")]
    Binary,

    /// <summary>The time to an event, or to the end of observation; the effect is a log hazard ratio.</summary>
    [Keyword("time", "time to an event: log hazard ratio")]
    TimeToEvent,
}

/// <summary>The model of times to an event within a study.</summary>
public enum HazardModel
{
    /// <summary>Proportional hazards by the partial likelihood (Cox, 1972).</summary>
    [Keyword("cox", "proportional hazards, partial likelihood")]
    Cox,

    /// <summary>Constant hazards: Poisson counts of events with the time as exposure.</summary>
    [Keyword("exponential", "constant hazards")]
    Exponential,

    /// <summary>(O − E)/V of the log-rank test with variance 1/V (Peto's one-step estimate; Yusuf et al., 1985); no covariates.</summary>
    [Keyword("logrank", "one-step estimate from the log-rank test")]
    LogRank,
}

/// <summary>How equal event times enter the partial likelihood.</summary>
public enum TieMethod
{
    /// <summary>Efron (1977).</summary>
    [Keyword("efron", "Efron (1977)")]
    Efron,

    /// <summary>Breslow (1974).</summary>
    [Keyword("breslow", "Breslow (1974)")]
    Breslow,
}

/// <summary>What happens to a study whose likelihood has no maximum, because a combination of its columns separates events from non-events.</summary>
public enum SeparationRule
{
    /// <summary>An error that names the study.</summary>
    [Keyword("error", "an error")]
    Error,

    /// <summary>It is left out, and the result says so.</summary>
    [Keyword("exclude", "the study is left out")]
    Exclude,

    /// <summary>Its logistic regression is penalised by Jeffreys's prior (Firth, 1993; Heinze &amp; Schemper, 2002): without covariates half a person in every cell.</summary>
    [Keyword("firth", "penalised likelihood")]
    Firth,
}
