using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The coordinates of a Baujat plot; element i belongs to study i.</summary>
/// <param name="Labels">The studies.</param>
/// <param name="Heterogeneity">x: the squared Pearson residual, in an equal-effects model the study's part of Q.</param>
/// <param name="Influence">y: the squared change of the study's fitted value without it, over that value's variance in the fit without it; NaN where there is no such fit.</param>
public sealed record BaujatTable(IReadOnlyList<string> Labels, double[] Heterogeneity, double[] Influence)
{
    internal FurtherTable ToFurther() => new(Keywords<FurtherResult>.Of(FurtherResult.Baujat), Labels,
    [
        new("x", Heterogeneity) { Scale = FurtherScales.Unit(Labels.Count) },
        new("y", Influence, FurtherKind.Searched) { Scale = FurtherScales.Unit(Labels.Count) },
    ]);
}
