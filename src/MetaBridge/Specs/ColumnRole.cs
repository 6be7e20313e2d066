namespace MetaBridge.Specs;

/// <summary>A role that a column can play in an <see cref="EffectSpec"/>: metafor's argument of that name.</summary>
/// <param name="Name">The argument's name, such as <c>ai</c>.</param>
/// <param name="Description">What the column holds, in a few words.</param>
/// <param name="Get">Reads the role's column name from a specification.</param>
/// <param name="Set">A copy of the specification with that column name.</param>
public sealed record ColumnRole(
    string Name,
    string Description,
    Func<EffectSpec, string?> Get,
    Func<EffectSpec, string?, EffectSpec> Set)
{
    /// <summary>All roles, in the order in which they are written.</summary>
    /// <remarks>The JSON form, the command line and the R call all go through this one list.</remarks>
    public static IReadOnlyList<ColumnRole> All { get; } =
    [
        new("yi", "given effect sizes", e => e.Yi, (e, c) => e with { Yi = c }),
        new("vi", "their sampling variances", e => e.Vi, (e, c) => e with { Vi = c }),
        new("sei", "their standard errors", e => e.Sei, (e, c) => e with { Sei = c }),
        new("ai", "events, first group; coefficient alpha; area under the curve", e => e.Ai, (e, c) => e with { Ai = c }),
        new("bi", "non-events, first group", e => e.Bi, (e, c) => e with { Bi = c }),
        new("ci", "events, second group", e => e.Ci, (e, c) => e with { Ci = c }),
        new("di", "non-events, second group, or a standardized mean difference", e => e.Di, (e, c) => e with { Di = c }),
        new("n1i", "size of the first group", e => e.N1i, (e, c) => e with { N1i = c }),
        new("n2i", "size of the second group", e => e.N2i, (e, c) => e with { N2i = c }),
        new("x1i", "events, first group (person-time)", e => e.X1i, (e, c) => e with { X1i = c }),
        new("x2i", "events, second group (person-time)", e => e.X2i, (e, c) => e with { X2i = c }),
        new("t1i", "person-time, first group", e => e.T1i, (e, c) => e with { T1i = c }),
        new("t2i", "person-time, second group", e => e.T2i, (e, c) => e with { T2i = c }),
        new("m1i", "mean, first group", e => e.M1i, (e, c) => e with { M1i = c }),
        new("m2i", "mean, second group", e => e.M2i, (e, c) => e with { M2i = c }),
        new("sd1i", "standard deviation, first group", e => e.Sd1i, (e, c) => e with { Sd1i = c }),
        new("sd2i", "standard deviation, second group", e => e.Sd2i, (e, c) => e with { Sd2i = c }),
        new("xi", "events (one group)", e => e.Xi, (e, c) => e with { Xi = c }),
        new("mi", "non-events or mean (one group), predictors, or items", e => e.Mi, (e, c) => e with { Mi = c }),
        new("sdi", "standard deviation (one group)", e => e.Sdi, (e, c) => e with { Sdi = c }),
        new("ri", "correlation", e => e.Ri, (e, c) => e with { Ri = c }),
        new("ti", "person-time (one group), or a t statistic", e => e.Ti, (e, c) => e with { Ti = c }),
        new("ni", "sample size", e => e.Ni, (e, c) => e with { Ni = c }),
        new("r2i", "coefficient of determination", e => e.R2i, (e, c) => e with { R2i = c }),
        new("fi", "F statistic of all predictors", e => e.Fi, (e, c) => e with { Fi = c }),
        new("pi", "signed p-value", e => e.Pi, (e, c) => e with { Pi = c }),
    ];
}
