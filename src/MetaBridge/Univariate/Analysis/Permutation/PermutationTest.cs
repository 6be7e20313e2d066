namespace MetaBridge.Univariate.Analysis;

/// <summary>A permutation test of the coefficients (Follmann &amp; Proschan, 1999; Higgins &amp; Thompson, 2004).</summary>
/// <param name="Coefficients">The fit's coefficients, with p-values by permutation, and with intervals by permutation where they were asked for.</param>
/// <param name="OmnibusPValue">The share of permutations whose omnibus statistic is as large as the data's.</param>
/// <param name="Permutations">How many there were.</param>
/// <param name="IsExact">Whether these are all distinct ones.</param>
/// <param name="Failures">How many had no fit; they count neither way.</param>
/// <param name="Distribution">The statistics of every permutation; null unless asked for.</param>
public sealed record PermutationTest(
    CoefficientTable Coefficients, double OmnibusPValue, int Permutations, bool IsExact, int Failures, PermutationDistribution? Distribution);

/// <summary>The statistics of n permutations of p coefficients; rows of NaN where there is no fit.</summary>
/// <param name="Statistics">z or t values, n × p by columns.</param>
/// <param name="Estimates">Coefficients, n × p by columns.</param>
/// <param name="Omnibus">Omnibus statistics, n.</param>
public sealed record PermutationDistribution(double[] Statistics, double[] Estimates, double[] Omnibus);
