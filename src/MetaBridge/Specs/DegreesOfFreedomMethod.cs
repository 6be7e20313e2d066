namespace MetaBridge.Specs;

/// <summary>Where the denominator degrees of freedom of t and F tests come from.</summary>
public enum DegreesOfFreedomMethod
{
    /// <summary>k − p.</summary>
    [Keyword("residual", "number of outcomes less coefficients")]
    Residual,

    /// <summary>
    /// For each coefficient the smallest number of levels of a grouping within whose levels its column is constant, less p, at least 1.
    /// </summary>
    [Keyword("contain", "containment")]
    Containment,

    /// <summary>From the uncertainty of the components, matched by moments (Satterthwaite, 1946; Fai &amp; Cornelius, 1996); REML.</summary>
    [Keyword("satterthwaite", "Satterthwaite")]
    Satterthwaite,

    /// <summary>Standard errors corrected for the uncertainty of the components, F scaled (Kenward &amp; Roger, 1997, 2009); REML.</summary>
    [Keyword("kenward-roger", "Kenward-Roger", Aliases = "kr")]
    KenwardRoger,
}
