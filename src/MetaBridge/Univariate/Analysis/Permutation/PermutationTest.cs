namespace MetaBridge.Univariate.Analysis;

/// <summary>A permutation test of the coefficients (Follmann &amp; Proschan, 1999; Higgins &amp; Thompson, 2004).</summary>
/// <param name="Coefficients">The fit's coefficients, with p-values by permutation, and with intervals by permutation where they were asked for.</param>
/// <param name="OmnibusTests">The joint tests of sets of coefficients: of the fit's own set, or of those that were asked for.</param>
/// <param name="Permutations">How many there were.</param>
/// <param name="IsExact">Whether these are all distinct ones.</param>
/// <param name="Failures">How many had no fit; they count neither way.</param>
/// <param name="Distribution">The statistics of every permutation; null unless asked for.</param>
public sealed record PermutationTest(
    CoefficientTable Coefficients, IReadOnlyList<PermutationOmnibus> OmnibusTests, int Permutations, bool IsExact, int Failures, PermutationDistribution? Distribution)
{
    /// <summary>The p-value of the first of <see cref="OmnibusTests"/>.</summary>
    public double OmnibusPValue => OmnibusTests[0].PValue;
}

/// <summary>A joint test of some coefficients by permutation.</summary>
/// <param name="Tested">Which, counted from 0.</param>
/// <param name="Statistic">QM of the data: χ², or F when the fit's test is not normal.</param>
/// <param name="PValue">The share of permutations whose statistic is as large.</param>
public sealed record PermutationOmnibus(IReadOnlyList<int> Tested, double Statistic, double PValue);

/// <summary>The statistics of n permutations of p coefficients; rows of NaN where there is no fit.</summary>
/// <param name="Statistics">z or t values, n × p by columns.</param>
/// <param name="Estimates">Coefficients, n × p by columns.</param>
/// <param name="Omnibus">Omnibus statistics, n × sets by columns.</param>
public sealed record PermutationDistribution(double[] Statistics, double[] Estimates, double[] Omnibus);
