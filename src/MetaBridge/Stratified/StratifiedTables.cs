using MetaBridge.EffectSizes;
using MetaBridge.Specs;

namespace MetaBridge.Stratified;

/// <summary>The complete tables of an input, as they are pooled and as they enter the effect sizes.</summary>
internal sealed class StratifiedTables
{
    private static readonly EffectRole[] CountRoles = [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di];
    private static readonly EffectRole[] TimeRoles = [EffectRole.X1i, EffectRole.T1i, EffectRole.X2i, EffectRole.T2i];

    private StratifiedTables(int[] complete, int[] pooled, Strata strata, double[] effects, double[] variances, bool[] isPooled, IReadOnlyList<string?>? missing)
    {
        Complete = complete;
        Pooled = pooled;
        Strata = strata;
        Effects = effects;
        Variances = variances;
        IsPooled = isPooled;
        Missing = missing;
    }

    /// <summary>Rows without a missing count.</summary>
    public int[] Complete { get; }

    /// <summary>Which of <see cref="Complete"/> are pooled, as positions in it.</summary>
    public int[] Pooled { get; }

    /// <summary>The tables that are pooled.</summary>
    public Strata Strata { get; }

    /// <summary>Effect sizes of the complete tables, NaN where there is none.</summary>
    public double[] Effects { get; }

    /// <summary>Their variances, NaN where there is none.</summary>
    public double[] Variances { get; }

    /// <summary>For each complete table whether it is pooled.</summary>
    public bool[] IsPooled { get; }

    /// <summary>Why rows are incomplete; null when none is.</summary>
    public IReadOnlyList<string?>? Missing { get; }

    /// <summary>Takes an input apart.</summary>
    /// <param name="inputs">The counts.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="observed">Zero cells in effect sizes.</param>
    /// <param name="pooling">Zero cells in what is pooled.</param>
    public static StratifiedTables Of(EffectInputs inputs, EffectMeasure measure, ZeroCellRule observed, ZeroCellRule pooling)
    {
        var family = EffectFamilies.Of(measure);
        var columns = EffectColumns.Prepare(family, measure, inputs, withTotals: false);
        var missing = columns.Missing;
        var complete = Positions(inputs.Count, i => missing?[i] is null);
        StratifiedChecks.CheckFinite(columns, inputs, RolesOf(family), complete);
        double[] yi = new double[inputs.Count], vi = new double[inputs.Count];
        var options = new EffectSpec { Measure = measure, Add = observed.Add, AddTo = observed.To, Drop00 = observed.Drop00 };
        var reasons = EffectSizeCalculator.Fill(options, inputs, yi, vi);
        for (var i = 0; i < yi.Length && reasons is not NoReasons; i++)
        {
            (yi[i], vi[i]) = reasons[i] is null ? (yi[i], vi[i]) : (double.NaN, double.NaN);
        }

        return Pool(family, columns, pooling, complete, Pick(yi, complete), Pick(vi, complete), missing);
    }

    /// <summary>The effect sizes that there are, with their variances.</summary>
    public (double[] Effects, double[] Variances) WithEffects()
    {
        var taken = Positions(Effects.Length, i => !double.IsNaN(Effects[i]));
        return (Pick(Effects, taken), Pick(Variances, taken));
    }

    /// <summary>Whether some cell that the addition is for is zero, for each complete table that the rule does not leave out.</summary>
    public static bool[] HasZero(EffectInputs inputs, EffectMeasure measure, ZeroCellRule rule, int[] complete)
    {
        var family = EffectFamilies.Of(measure);
        var columns = EffectColumns.Prepare(family, measure, inputs, withTotals: false);
        var roles = AdditionRoles(family);
        return Array.ConvertAll(complete, row => !IsEmpty(family, columns, rule, row) && Array.Exists(roles, role => columns[role][row] == 0));
    }

    /// <summary>Whether a table has no events, or only events, in both groups and the rule leaves such tables out.</summary>
    private static bool IsEmpty(EffectFamily family, EffectColumns columns, ZeroCellRule rule, int row)
    {
        var roles = RolesOf(family);
        bool AreZero(int first, int second) => columns[roles[first]][row] == 0 && columns[roles[second]][row] == 0;
        return rule.Drop00 && (AreZero(0, 2) || (family != EffectFamily.PersonTime && AreZero(1, 3)));
    }

    private static StratifiedTables Pool(
        EffectFamily family, EffectColumns columns, ZeroCellRule pooling, int[] complete, double[] yi, double[] vi, string?[]? missing)
    {
        var roles = RolesOf(family);
        var isPooled = new bool[complete.Length];
        for (var i = 0; i < isPooled.Length; i++)
        {
            isPooled[i] = !pooling.Drop00 || !IsEmpty(family, columns, pooling, complete[i]);
        }

        var pooled = Positions(complete.Length, i => isPooled[i]);
        var rows = pooled.Length == complete.Length ? complete : Array.ConvertAll(pooled, i => complete[i]);
        var strata = new Strata(Pick(columns[roles[0]], rows), Pick(columns[roles[1]], rows), Pick(columns[roles[2]], rows), Pick(columns[roles[3]], rows));
        return new StratifiedTables(complete, pooled, Add(family, strata, pooling), yi, vi, isPooled, missing);
    }

    private static Strata Add(EffectFamily family, Strata strata, ZeroCellRule rule)
    {
        if (rule.Add == 0 || rule.To == AddRule.None)
        {
            return strata;
        }

        double[] a = strata.A, b = strata.B, c = strata.C, d = strata.D;
        var isTime = family == EffectFamily.PersonTime;
        bool IsZero(int i) => a[i] == 0 || c[i] == 0 || (!isTime && (b[i] == 0 || d[i] == 0));
        var all = rule.To == AddRule.All || (rule.To == AddRule.AllIfAnyZero && Enumerable.Range(0, a.Length).Any(IsZero));
        var amounts = new double[a.Length];
        for (var i = 0; i < amounts.Length; i++)
        {
            amounts[i] = all || (rule.To == AddRule.OnlyZero && IsZero(i)) ? rule.Add : 0;
        }

        double[] Plus(double[] cells) => [.. cells.Zip(amounts, (cell, amount) => cell + amount)];
        return isTime ? new Strata(Plus(a), b, Plus(c), d) : new Strata(Plus(a), Plus(b), Plus(c), Plus(d));
    }

    private static EffectRole[] RolesOf(EffectFamily family) => family == EffectFamily.PersonTime ? TimeRoles : CountRoles;

    private static EffectRole[] AdditionRoles(EffectFamily family) =>
        family == EffectFamily.PersonTime ? [EffectRole.X1i, EffectRole.X2i] : CountRoles;

    private static int[] Positions(int count, Predicate<int> isTaken)
    {
        var positions = new int[count];
        var taken = 0;
        for (var i = 0; i < count; i++)
        {
            if (isTaken(i))
            {
                positions[taken++] = i;
            }
        }

        return taken == count ? positions : positions[..taken];
    }

    /// <summary>The values of some rows in increasing order: the column itself when these are all.</summary>
    private static double[] Pick(double[] column, int[] rows) => rows.Length == column.Length ? column : Array.ConvertAll(rows, row => column[row]);
}
