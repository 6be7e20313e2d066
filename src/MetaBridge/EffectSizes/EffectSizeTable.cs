namespace MetaBridge.EffectSizes;

/// <summary>Computed effect sizes, one per row of the input.</summary>
/// <param name="Yi">Effect sizes; NA where they can't be computed.</param>
/// <param name="Vi">Their sampling variances; NA where they can't be computed, which a missing mean, say, does not always prevent.</param>
/// <param name="Ni">Total sample sizes from the unadjusted input, or null when the measure has none.</param>
/// <param name="MissingBecause">For each row null, or why it has no effect size.</param>
public sealed record EffectSizeTable(double[] Yi, double[] Vi, double[]? Ni, IReadOnlyList<string?> MissingBecause);
