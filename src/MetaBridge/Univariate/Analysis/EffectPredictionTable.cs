namespace MetaBridge.Univariate.Analysis;

/// <summary>Best linear unbiased predictions, of the random effects or of the true effects; element i belongs to study i.</summary>
/// <param name="Labels">The studies.</param>
/// <param name="Predicted">The predictions.</param>
/// <param name="StandardErrors">Their standard errors.</param>
/// <param name="Lower">Lower limits of the prediction intervals.</param>
/// <param name="Upper">Upper limits.</param>
public sealed record EffectPredictionTable(
    IReadOnlyList<string> Labels, double[] Predicted, double[] StandardErrors, double[] Lower, double[] Upper)
{
    internal FurtherTable ToFurther(string name)
    {
        var reach = FurtherScales.Reach(Predicted, Lower, Upper);
        return new FurtherTable(name, Labels,
        [
            new("pred", Predicted) { Scale = StandardErrors },
            new("se", StandardErrors),
            new("pi.lb", Lower, FurtherKind.Tail) { Scale = reach },
            new("pi.ub", Upper, FurtherKind.Tail) { Scale = reach },
        ]);
    }
}
