using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Ways to compute a fail-safe N.</summary>
public enum FailSafeType
{
    /// <summary>Until Stouffer's combined one-sided p-value is α (Rosenthal, 1979).</summary>
    [Keyword("Rosenthal", "combined p-value")]
    Rosenthal,

    /// <summary>Until the average is a target (Orwin, 1983).</summary>
    [Keyword("Orwin", "average effect")]
    Orwin,

    /// <summary>Until the p-value of the equal-effects average is α (Rosenberg, 2005).</summary>
    [Keyword("Rosenberg", "p-value of the equal-effects average")]
    Rosenberg,

    /// <summary>
    /// Until the p-value of the average under the model, an equal-effects one, is α, or that average a target; by refits with N studies of effect size 0 and the
    /// harmonic mean of the sampling variances (metafor 4's generalisation of Rosenberg, 2005, and Orwin, 1983).
    /// </summary>
    [Keyword("General", "p-value of the average, or the average, under the model")]
    General,
}

/// <summary>What a fail-safe N is computed for.</summary>
public sealed record FailSafeOptions
{
    /// <summary>The way.</summary>
    public FailSafeType Type { get; init; } = FailSafeType.Rosenthal;

    /// <summary>The significance level that is to be reached.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The average that is to be reached, with the sign of the observed one; null for half of that (Orwin) or for a significance level (General).</summary>
    public double? Target { get; init; }

    /// <summary>Whether Orwin's averages are weighted by 1/v.</summary>
    public bool Weighted { get; init; } = true;
}

/// <summary>A fail-safe N: how many studies with null results would overturn the result; NaN for what doesn't belong to its type.</summary>
public sealed record FailSafeResult
{
    /// <summary>The way.</summary>
    public required FailSafeType Type { get; init; }

    /// <summary>N; 0 when the result doesn't have to be overturned, infinite when no number up to ten million does it.</summary>
    public required double Count { get; init; }

    /// <summary>The significance level to be reached.</summary>
    public double Alpha { get; init; } = double.NaN;

    /// <summary>The average to be reached.</summary>
    public double Target { get; init; } = double.NaN;

    /// <summary>The p-value of the observed studies.</summary>
    public double PValue { get; init; } = double.NaN;

    /// <summary>Their average.</summary>
    public double Estimate { get; init; } = double.NaN;

    /// <summary>Their τ².</summary>
    public double TauSquared { get; init; } = double.NaN;

    /// <summary>The average with N studies more.</summary>
    public double EstimateWith { get; init; } = double.NaN;

    /// <summary>τ² with N studies more.</summary>
    public double TauSquaredWith { get; init; } = double.NaN;

    /// <summary>The p-value with N studies more.</summary>
    public double PValueWith { get; init; } = double.NaN;
}
