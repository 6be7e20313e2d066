using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>I² by level, H² and R².</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>How much of the variance is heterogeneity, by term, by inner level and by coefficient, and how much the moderators explain.</summary>
    /// <remarks>
    /// <para>I²_l = 100 σ²_l/(Σσ² + s̃²) with s̃² = (k − p)/tr(P), P from V alone (Higgins &amp; Thompson, 2002; Nakagawa &amp; Santos, 2012); σ²_l is the mean over the outcomes of
    /// the term's variance, diag(Z G Z'), which for one variance per term is that variance. By inner level a: the same over its rows, with
    /// s̃²_a = (k_a − tr H_aa)/tr P_aa. By coefficient: 100 (1 − V_jj/R_jj) with V and R = Var(β̂) without and with heterogeneity (Jackson,
    /// White &amp; Riley, 2012).</para>
    /// <para>R²: marginal σ²_f/(σ²_f + Σσ²), conditional (σ²_f + Σσ² − σ²_row)/(σ²_f + Σσ²), σ²_f the variance of Xβ̂ over the outcomes and σ²_row that of terms
    /// with an effect per outcome (Nakagawa &amp; Schielzeth, 2013; for random slopes Johnson, 2014). Proportional reduction of each component
    /// against the model without moderators, which is fitted for it (Raudenbush, 2009); not below 0.</para>
    /// </remarks>
    /// <param name="withNullModel">Whether to fit the model without moderators.</param>
    public MultilevelHeterogeneity Heterogeneity(bool withNullModel = true)
    {
        var all = Enumerable.Range(0, model.RowCount).ToArray();
        var projection = SamplingProjection.Of(model);
        var typical = projection?.TypicalVariance(all) ?? double.NaN;
        double[] variances = [.. model.Effects.Select(map => MeanVariance(map, all))];
        var total = variances.Sum();
        var fitted = FittedVariance();
        var own = model.Effects.Select((map, t) => IsPerRow(map) ? variances[t] : 0).Sum();
        return new MultilevelHeterogeneity(
            typical,
            [.. model.Effects.Select((map, t) => new HeterogeneityShare(map.Name, variances[t], typical, Share(variances[t], total + typical)))],
            new HeterogeneityShare("total", total, typical, Share(total, total + typical)),
            (total + typical) / typical,
            projection is null ? [] : [.. ByInnerLevel(projection)],
            projection is null ? [] : ByCoefficient(projection),
            Fit.Coefficients.Names,
            total + fitted > 0 ? fitted / (fitted + total) : double.NaN,
            total + fitted > 0 ? (fitted + total - own) / (fitted + total) : double.NaN,
            withNullModel && Fit.HasIntercept && model.CoefficientCount > 1 ? Reductions() : []);
    }

    private static double Share(double part, double whole) => whole > 0 ? 100 * part / whole : 0;

    private bool IsPerRow(EffectMap map) => !map.IsSlopes && map.Count == model.RowCount;

    private static double MeanVariance(EffectMap map, IReadOnlyCollection<int> rows)
    {
        if (!map.IsSlopes)
        {
            return rows.Sum(i => map.Prior(map.EffectOfRow(i), map.EffectOfRow(i))) / rows.Count;
        }

        var q = map.Bound.EffectNames.Count;
        return rows.Sum(i =>
        {
            var z = map.LoadsOf(i);
            return Enumerable.Range(0, q).Sum(a => z[a] * map.WithOutcome(map.EffectOfRow(i) + a, i));
        }) / rows.Count;
    }

    private IEnumerable<HeterogeneityShare> ByInnerLevel(SamplingProjection projection)
    {
        foreach (var map in model.Effects.Where(HasSeveralVariances))
        {
            var rows = Enumerable.Range(0, model.RowCount).ToLookup(i => map.LevelOf(map.EffectOfRow(i)));
            foreach (var level in rows.OrderBy(group => group.Key))
            {
                int[] own = [.. level];
                var total = model.Effects.Sum(other => MeanVariance(other, own));
                var typical = projection.TypicalVariance(own);
                yield return new HeterogeneityShare(map.Bound.EffectNames[level.Key], total, typical, Share(total, total + typical));
            }
        }
    }

    private double[] ByCoefficient(SamplingProjection projection)
    {
        var p = model.CoefficientCount;
        return [.. Enumerable.Range(0, p).Select(j => 100 * (1 - (projection.Covariance[(j * p) + j] / model.CoefficientCovariance[(j * p) + j])))];
    }

    private double FittedVariance()
    {
        var mean = model.Fitted.Average();
        return model.RowCount > 1 ? model.Fitted.Sum(f => (f - mean) * (f - mean)) / (model.RowCount - 1) : 0;
    }

    private ComponentReduction[] Reductions()
    {
        // The same rows, also where only a moderator was missing.
        var without = MultilevelModel.Fit(Refit.WithoutModerators(model), spec with { Moderators = null, TestedCoefficients = null, Also = null },
            new FitOptions { CancellationToken = options.CancellationToken });
        var (before, after) = (Variances(without), Variances(Fit));
        var rows = before.Zip(after, (b, a) => Reduction($"{Keywords<ComponentKind>.Of(a.Kind)} {a.Label}", b.Value, a.Value)).ToList();
        rows.Add(Reduction("total", before.Sum(b => b.Value), after.Sum(a => a.Value)));
        return [.. rows];
    }

    private static ComponentReduction Reduction(string name, double before, double after) =>
        new(name, before, after, before > 0 ? 100 * Math.Max(0, (before - after) / before) : 0);

    private static VarianceComponent[] Variances(MultilevelFit fit) => [.. fit.Terms.SelectMany(term => term.Components).Where(component =>
        component.Kind is ComponentKind.SigmaSquared or ComponentKind.TauSquared or ComponentKind.GammaSquared)];
}
