using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Complete data and priors of a Bayesian model as plain arrays.</summary>
internal sealed record BayesInput
{
    /// <summary>y: k effect sizes.</summary>
    public required double[] EffectSizes { get; init; }

    /// <summary>v: k positive sampling variances.</summary>
    public required double[] Variances { get; init; }

    /// <summary>X: k × p by columns, on the scale that the priors apply to; p may be 0.</summary>
    public required double[] Design { get; init; }

    /// <summary>One prior per column of X.</summary>
    public required PriorDistribution[] CoefficientPriors { get; init; }

    /// <summary>Z: k × q by columns, moderators of ln τ; empty for none.</summary>
    public double[] ScaleDesign { get; init; } = [];

    /// <summary>One prior per column of Z.</summary>
    public PriorDistribution[] ScalePriors { get; init; } = [];

    /// <summary>Cluster of each study, counted from 0, or null for none.</summary>
    public int[]? Clusters { get; init; }

    /// <summary>Likelihood weights, or null.</summary>
    public double[]? Weights { get; init; }

    /// <summary>Prior of τ.</summary>
    public required PriorDistribution Heterogeneity { get; init; }

    /// <summary>Prior of ρ; only used with clusters.</summary>
    public required PriorDistribution Allocation { get; init; }

    /// <summary>k.</summary>
    public int StudyCount => EffectSizes.Length;

    /// <summary>p.</summary>
    public int Columns => CoefficientPriors.Length;
}
