using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Predicted random effects.</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>Best linear unbiased predictions of all random effects, one table per term in the order of the result's terms.</summary>
    /// <remarks>
    /// <para>û = G Z'M⁻¹(y − Xβ̂) with the standard error of û − u, which includes that of β̂ (Henderson, 1975; Kackar &amp; Harville, 1981). As in
    /// metafor's <c>ranef</c>, effects are ordered by outer and then inner level, and intervals use t with the term's degrees of freedom under
    /// containment (levels less p), k − p under the t test. Components count as known (empirical prediction).</para>
    /// <para>Also for custom weights and random slopes, which <c>ranef</c> refuses. Costs O(k p²) for nested models, Σ n³ over blocks for
    /// others.</para>
    /// </remarks>
    /// <returns>One table per term; none for a model without random effects.</returns>
    public IReadOnlyList<RandomEffectTable> RandomEffects() => [.. model.Effects.Select(RandomEffectsOf)];

    private RandomEffectTable RandomEffectsOf(EffectMap map, int term)
    {
        var p = model.CoefficientCount;
        var values = map.Spread(model.InverseResiduals, 1);
        var slopes = map.Spread(model.InverseX, p);
        var reductions = model.Problem.Shape.Reductions(map, model.Problem.Layout.FirstOf(term));
        var errors = new double[map.Count];
        for (var e = 0; e < map.Count; e++)
        {
            // The sign of x − X'M⁻¹c with x = 0 does not matter.
            var variance = PredictionError.Variance(map.Prior(e, e), reductions[e], slopes.AsSpan(e * p, p), model.CoefficientCovariance);
            errors[e] = Math.Sqrt(variance);
        }

        var df = EffectDegrees(map);
        var critical = CriticalValues.TwoSided(Fit.Level, df);
        return new RandomEffectTable(
            map.Name,
            [.. Enumerable.Range(0, map.Count).Select(map.NameOf)],
            values,
            errors,
            [.. values.Select((value, e) => value - (critical * errors[e]))],
            [.. values.Select((value, e) => value + (critical * errors[e]))],
            df);
    }

    private double EffectDegrees(EffectMap map)
    {
        if (Fit.DegreesOfFreedom.All(double.IsNaN))
        {
            return double.NaN;
        }

        var p = model.CoefficientCount;
        return Spec.DegreesOfFreedom == DegreesOfFreedomMethod.Containment
            ? Math.Max(1, map.Bound.Outer.Levels.Count - p)
            : model.RowCount - p;
    }
}

/// <summary>Predicted random effects of a term.</summary>
/// <param name="Term">The term: <c>district/school</c>, <c>school | district</c>.</param>
/// <param name="Names">The effects: <c>11/1</c>, or inner level and outer level as in <c>1 | 11</c>.</param>
/// <param name="Values">û.</param>
/// <param name="StandardErrors">Standard errors of û − u.</param>
/// <param name="Lower">Lower limits of the prediction intervals.</param>
/// <param name="Upper">Upper limits.</param>
/// <param name="DegreesOfFreedom">Degrees of freedom of the intervals; NaN for the normal distribution.</param>
public sealed record RandomEffectTable(
    string Term,
    IReadOnlyList<string> Names,
    double[] Values,
    double[] StandardErrors,
    double[] Lower,
    double[] Upper,
    double DegreesOfFreedom)
{
    /// <summary>The table as one beside a fit.</summary>
    internal FurtherTable ToFurther() => new($"ranef[{Term}]", Names,
    [
        new("pred", Values) { Scale = StandardErrors },
        new("se", StandardErrors),
        new("pi.lb", Lower, FurtherKind.Tail) { Scale = FurtherScales.Reach(Values, Lower, Upper) },
        new("pi.ub", Upper, FurtherKind.Tail) { Scale = FurtherScales.Reach(Values, Lower, Upper) },
    ]);
}
