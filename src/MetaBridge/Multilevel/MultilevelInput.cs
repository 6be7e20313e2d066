using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>Complete data of a multilevel model as plain arrays.</summary>
internal sealed record MultilevelInput
{
    /// <summary>y: k observed effect sizes.</summary>
    public required double[] EffectSizes { get; init; }

    /// <summary>V.</summary>
    public required SamplingCovariance Sampling { get; init; }

    /// <summary>X, prepared.</summary>
    public required Design Design { get; init; }

    /// <summary>The random terms.</summary>
    public required BoundTerm[] Terms { get; init; }

    /// <summary>Custom weights, k of them, or null.</summary>
    public double[]? Weights { get; init; }

    /// <summary>k.</summary>
    public int RowCount => EffectSizes.Length;
}
