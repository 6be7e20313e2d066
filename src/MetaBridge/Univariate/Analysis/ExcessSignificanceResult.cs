using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The sides of a test.</summary>
public enum TestSides
{
    /// <summary>Both.</summary>
    [Keyword("two.sided", "differs")]
    TwoSided,

    /// <summary>Only larger.</summary>
    [Keyword("greater", "is larger")]
    Greater,

    /// <summary>Only smaller.</summary>
    [Keyword("less", "is smaller")]
    Less,
}

/// <summary>How a number of significant studies is compared with what is expected.</summary>
public enum ExcessSignificanceTest
{
    /// <summary>By the distribution of the number, which is a sum of unequal yes or no (Francis, 2013).</summary>
    [Keyword("exact", "the distribution of the number of significant studies")]
    Exact,

    /// <summary>Pearson's χ².</summary>
    [Keyword("chi2", "Pearson's chi-squared")]
    ChiSquared,

    /// <summary>The binomial distribution with the average power.</summary>
    [Keyword("binom", "the binomial distribution with the average power")]
    Binomial,
}

/// <summary>How <see cref="UnivariateAnalysis.ExcessSignificance"/> works.</summary>
public sealed record ExcessSignificanceOptions
{
    /// <summary>The effect under the null hypothesis of the studies.</summary>
    public double NullEffect { get; init; }

    /// <summary>The sides of the studies' tests.</summary>
    public TestSides Alternative { get; init; } = TestSides.TwoSided;

    /// <summary>The level of the studies' tests.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The true effect that the power is computed for; null for the estimate, with moderators for the fitted values.</summary>
    public double? Effect { get; init; }

    /// <summary>The heterogeneity of true effects that the power is averaged over; null for the estimate.</summary>
    public double? TauSquared { get; init; }

    /// <summary>The test of excess.</summary>
    public ExcessSignificanceTest Test { get; init; } = ExcessSignificanceTest.Exact;

    /// <summary>The sides of the test of excess.</summary>
    public TestSides Excess { get; init; } = TestSides.Greater;

    /// <summary>The p-value at the limit estimates.</summary>
    public double LimitAlpha { get; init; } = 0.10;
}

/// <summary>The result of a test of excess significance.</summary>
/// <param name="Observed">O, how many studies are significant.</param>
/// <param name="Expected">E, the sum of their powers.</param>
/// <param name="ChiSquared">X²; NaN for the other tests.</param>
/// <param name="PValue">The p-value.</param>
/// <param name="Effect">The effect that the power was computed for; NaN with moderators.</param>
/// <param name="Limit">The effect nearest to the null effect at which the p-value (two-sided tests: the one-sided one, of too many significant studies) is the limit level (two-sided: its half); NaN when there is none.</param>
/// <param name="UpperLimit">In a two-sided test the effect beyond which there are too few significant studies; NaN when there is none.</param>
/// <param name="Power">The power of every study.</param>
/// <param name="IsSignificant">Which studies are significant.</param>
public sealed record ExcessSignificanceResult(
    int Observed, double Expected, double ChiSquared, double PValue, double Effect, double Limit, double UpperLimit, double[] Power, bool[] IsSignificant);
