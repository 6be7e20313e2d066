using MetaBridge.Inference;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>Pooled effects of all tables but one, or of the first few, from sums of single tables: O(k) for all of them.</summary>
/// <remarks>
/// Leaving one out joins the sums before and after it instead of subtracting its own, so nothing cancels. The rule <c>if0all</c> looks at
/// the tables of each set, whose terms are therefore kept with and without the addition.
/// </remarks>
internal sealed class TableSequence
{
    private static readonly string[] Intercept = ["intrcpt"];

    private readonly EffectMeasure measure;
    private readonly double level;
    private readonly bool isPeto;
    private readonly IReadOnlyList<string> labels;
    private readonly bool[] isPooled;
    private readonly (bool[] Effects, bool[] Pooling) hasZero;
    private readonly (bool Effects, bool Pooling) isConditional;
    private readonly Item[] with;
    private readonly Item[] without;

    private TableSequence(
        StratifiedSettings settings, EffectMeasure measure, IReadOnlyList<string> labels, bool[] isPooled, (bool[] Effects, bool[] Pooling) hasZero, Item[] with, Item[] without)
    {
        this.measure = measure;
        this.labels = labels;
        this.isPooled = isPooled;
        this.hasZero = hasZero;
        this.with = with;
        this.without = without;
        level = settings.Level;
        isPeto = settings.Method == PoolingMethod.Peto;
        isConditional = (settings.Observed.To == AddRule.AllIfAnyZero, settings.Pooling.To == AddRule.AllIfAnyZero);
    }

    /// <summary>The terms of the tables of a fit.</summary>
    public static TableSequence Of(
        StratifiedInput input, StratifiedSettings settings, EffectMeasure measure, StratifiedTables tables, IReadOnlyList<string> labels)
    {
        var (observed, pooling) = (settings.Observed, settings.Pooling);
        if (observed.To != AddRule.AllIfAnyZero && pooling.To != AddRule.AllIfAnyZero)
        {
            var items = Items(tables, settings.Method, measure);
            var none = new bool[items.Length];
            return new(settings, measure, labels, tables.IsPooled, (none, none), items, items);
        }

        Item[] Variant(AddRule to) => Items(
            StratifiedTables.Of(input.Counts, measure, Fixed(observed, to), Fixed(pooling, to)), settings.Method, measure);
        bool[] HasZero(ZeroCellRule rule) => StratifiedTables.HasZero(input.Counts, measure, rule, tables.Complete);
        return new(
            settings, measure, labels, tables.IsPooled, (HasZero(observed), HasZero(pooling)), Variant(AddRule.All), Variant(AddRule.None));
    }

    /// <summary>Without each pooled table in turn.</summary>
    public StratifiedSequence LeaveOneOut(CancellationToken cancellation)
    {
        var count = with.Length;
        var before = new Totals[count + 1];
        var after = new Totals[count + 1];
        for (var i = 0; i < count; i++)
        {
            before[i + 1] = before[i] + Of(i);
            after[count - 1 - i] = after[count - i] + Of(count - 1 - i);
        }

        StratifiedChecks.ThrowIfCancelled(cancellation);
        return Build(i => before[i] + after[i + 1]);
    }

    /// <summary>The first pooled table, the first two, and so on.</summary>
    public StratifiedSequence Cumulative(CancellationToken cancellation)
    {
        var totals = new Totals[with.Length];
        for (var i = 0; i < totals.Length; i++)
        {
            totals[i] = i == 0 ? Of(0) : totals[i - 1] + Of(i);
        }

        StratifiedChecks.ThrowIfCancelled(cancellation);
        return Build(i => totals[i]);
    }

    private static ZeroCellRule Fixed(ZeroCellRule rule, AddRule to) => rule.To == AddRule.AllIfAnyZero ? rule with { To = to } : rule;

    private static Item[] Items(StratifiedTables tables, PoolingMethod method, EffectMeasure measure)
    {
        var items = new Item[tables.Complete.Length];
        for (int i = 0, pooled = 0; i < items.Length; i++)
        {
            var effect = WeightedMoments.Of(tables.Effects[i], tables.Variances[i]);
            items[i] = new Item(default, effect, default);
            if (tables.IsPooled[i])
            {
                var own = tables.Strata.Sums(measure, pooled, 1);
                items[i] = new Item(own, effect, method == PoolingMethod.Peto ? PetoHeterogeneity.Table(own) : default);
                pooled++;
            }
        }

        return items;
    }

    private Totals Of(int i) => new(with[i], without[i], hasZero.Effects[i] ? 1 : 0, hasZero.Pooling[i] ? 1 : 0);

    private StratifiedSequence Build(Func<int, Totals> totalsOf)
    {
        var rows = Enumerable.Range(0, with.Length).Where(i => isPooled[i]).ToArray();
        var coefficients = new CoefficientTable[rows.Length];
        var heterogeneity = new Heterogeneity[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            (coefficients[i], heterogeneity[i]) = Evaluate(totalsOf(rows[i]));
        }

        return new StratifiedSequence(
            Array.ConvertAll(rows, row => labels[row]),
            Array.ConvertAll(coefficients, c => c.Estimates[0]),
            Array.ConvertAll(coefficients, c => c.StandardErrors[0]),
            Array.ConvertAll(coefficients, c => c.Statistics[0]),
            Array.ConvertAll(coefficients, c => c.PValues[0]),
            Array.ConvertAll(coefficients, c => c.Lower[0]),
            Array.ConvertAll(coefficients, c => c.Upper[0]),
            Array.ConvertAll(heterogeneity, h => h.Test.Statistic),
            Array.ConvertAll(heterogeneity, h => h.Test.PValue),
            Array.ConvertAll(heterogeneity, h => h.ISquared),
            Array.ConvertAll(heterogeneity, h => h.HSquared));
    }

    private (CoefficientTable Coefficients, Heterogeneity Heterogeneity) Evaluate(in Totals totals)
    {
        var pooling = isConditional.Pooling && totals.ZerosInPooling == 0 ? totals.Without : totals.With;
        var effects = (isConditional.Effects && totals.ZerosInEffects == 0 ? totals.Without : totals.With).Effects;
        var estimate = PooledEstimate.Of(measure, pooling.Sums);
        var q = isPeto
            ? Heterogeneity.Of(pooling.Peto.Around(estimate.Value), effects.Count, pooling.Peto.Count > 1)
            : Heterogeneity.Of(effects.Around(estimate.Value), effects.Count);
        return (WaldTests.Table(Intercept, [estimate.Value], [estimate.Variance], double.NaN, level), q);
    }

    /// <summary>The terms of a set of tables: for pooling, of the effect sizes, and Peto's own.</summary>
    private readonly record struct Item(StratumSums Sums, WeightedMoments Effects, WeightedMoments Peto)
    {
        public static Item operator +(in Item x, in Item y) => new(x.Sums + y.Sums, x.Effects + y.Effects, x.Peto + y.Peto);
    }

    /// <summary>The same with and without the addition to cells, and how many tables have a zero cell.</summary>
    private readonly record struct Totals(Item With, Item Without, int ZerosInEffects, int ZerosInPooling)
    {
        public static Totals operator +(in Totals x, in Totals y) => new(
            x.With + y.With, x.Without + y.Without, x.ZerosInEffects + y.ZerosInEffects, x.ZerosInPooling + y.ZerosInPooling);
    }
}
