using MetaBridge.Errors;
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

    /// <summary>Custom weights W, or null.</summary>
    public SamplingCovariance? WeightMatrix { get; init; }

    /// <summary>Custom weights that are diagonal, k of them, or null.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/> when W has elements off the diagonal.</exception>
    public double[]? Weights => WeightMatrix is null ? null
        : WeightMatrix.Blocks.Count == 0 ? [.. WeightMatrix.Variances]
        : throw new MetaBridgeException(ErrorCode.NotSupported, "This does not exist yet for weights W that are a matrix with elements off the diagonal.");

    /// <summary>k.</summary>
    public int RowCount => EffectSizes.Length;
}
