using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>The checked columns of one measure, with the alternatives filled in; copied only where they are changed.</summary>
internal sealed class EffectColumns
{
    private readonly double[]?[] columns = new double[]?[EffectInputs.RoleCount];
    private readonly bool[] isOwned = new bool[EffectInputs.RoleCount];
    private string?[]? missing;

    private EffectColumns(int count) => Count = count;

    /// <summary>How many rows.</summary>
    public int Count { get; }

    /// <summary>For each row null, or why it is missing; null when no row is.</summary>
    public string?[]? Missing => missing;

    /// <summary>Total sample sizes (or person-times) before any adjustment, also in rows that are missing; null when there are none.</summary>
    public double[]? SampleSizes { get; private set; }

    public double[] this[EffectRole role] => columns[(int)role]!;

    public double[]? TryGet(EffectRole role) => columns[(int)role];

    /// <summary>Takes what the measure needs from the inputs.</summary>
    /// <param name="family">The measure's family.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="inputs">The numbers.</param>
    /// <param name="withTotals">Whether total sample sizes are wanted.</param>
    public static EffectColumns Prepare(EffectFamily family, EffectMeasure measure, EffectInputs inputs, bool withTotals)
    {
        var result = new EffectColumns(inputs.Count);
        foreach (var role in EffectFamilies.Roles(family, measure))
        {
            var (column, isNew) = EffectAlternatives.Column(family, measure, role, inputs);
            result.columns[(int)role] = column ?? throw Absent(measure, family, role);
            result.isOwned[(int)role] = isNew;
            result.Check(inputs, family, measure, role);
        }

        if (family == EffectFamily.Given && inputs[EffectRole.Ni] is { } ni)
        {
            result.columns[(int)EffectRole.Ni] = ni;
        }

        result.SampleSizes = withTotals ? result.Totals(family) : null;
        return result;
    }

    /// <summary>Says that a row is missing, if nothing was said about it before.</summary>
    public void MarkMissing(int row, string reason)
    {
        missing ??= new string?[Count];
        missing[row] ??= reason;
    }

    /// <summary>Takes a row out: its counts become missing, so that averages pass over it.</summary>
    public void Drop(int row, string reason, params ReadOnlySpan<EffectRole> counts)
    {
        MarkMissing(row, reason);
        foreach (var role in counts)
        {
            Writable(role)[row] = double.NaN;
        }
    }

    private double[]? Totals(EffectFamily family) => family switch
    {
        EffectFamily.TwoByTwo or EffectFamily.Matched => Sum(EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di),
        EffectFamily.MatchedMargins => Array.ConvertAll(
            Sum(EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di), total => Math.Round(total / 2)),
        EffectFamily.Genotypes => Sum(EffectRole.Ai, EffectRole.Bi, EffectRole.Ci),
        EffectFamily.PersonTime => Sum(EffectRole.T1i, EffectRole.T2i),
        EffectFamily.TwoMeans or EffectFamily.Concordance => Sum(EffectRole.N1i, EffectRole.N2i),
        EffectFamily.Proportion => Sum(EffectRole.Xi, EffectRole.Mi),
        EffectFamily.Rate => Sum(EffectRole.Ti),
        _ => TryGet(EffectRole.Ni) is null ? null : Sum(EffectRole.Ni),
    };

    /// <summary>Σ (n − 1)s² / Σ (n − 1) over the studies.</summary>
    public double PooledVariance()
    {
        double[] s = this[EffectRole.Sdi], n = this[EffectRole.Ni];
        double sum = 0, df = 0;
        for (var i = 0; i < Count; i++)
        {
            if (double.IsFinite(s[i]) && double.IsFinite(n[i]))
            {
                sum += (n[i] - 1) * s[i] * s[i];
                df += n[i] - 1;
            }
        }

        return sum / df;
    }

    private double[] Writable(EffectRole role)
    {
        if (!isOwned[(int)role])
        {
            columns[(int)role] = (double[])this[role].Clone();
            isOwned[(int)role] = true;
        }

        return this[role];
    }

    private static MetaBridgeException Absent(EffectMeasure measure, EffectFamily family, EffectRole role) => new(
        ErrorCode.SpecificationInvalid,
        $"The measure {Keywords<EffectMeasure>.Of(measure)} needs '{EffectInputs.Word(role)}'{EffectAlternatives.Describe(family, measure, role)}.",
        new Dictionary<string, object?> { ["member"] = EffectInputs.Word(role) });

    private void Check(EffectInputs inputs, EffectFamily family, EffectMeasure measure, EffectRole role)
    {
        var column = this[role];
        var domain = EffectDomains.Of(family, role);
        for (var i = VectorRows.FirstOutside(domain, column); i < column.Length; i++)
        {
            var value = column[i];
            if (domain == EffectDomain.NotNegative ? value >= 0 : EffectDomains.Holds(domain, value) && !double.IsNaN(value))
            {
                continue;
            }

            if (!double.IsNaN(value))
            {
                throw Outside(inputs, family, role, domain, i, value);
            }

            MarkMissing(i, $"missing value in '{EffectAlternatives.NameOfMissing(family, measure, role, inputs, i)}'");
        }
    }

    private static MetaBridgeException Outside(
        EffectInputs inputs, EffectFamily family, EffectRole role, EffectDomain domain, int row, double value)
    {
        var isGiven = inputs[role] is { } given && !double.IsNaN(given[row]);
        var (total, part) = EffectAlternatives.TotalAndPart(family, role);
        return isGiven || total is not { } t || part is not { } p
            ? Bad(inputs.NameOf(role), row, value, EffectDomains.Complaint(domain))
            : Bad(inputs.NameOf(p), row, inputs[p]![row], string.Create(
                CultureInfo.InvariantCulture, $"more events than the total of {inputs[t]![row]} in '{inputs.NameOf(t)}'"));
    }

    private static MetaBridgeException Bad(string column, int row, double value, string what) => new(
        ErrorCode.InvalidCount,
        string.Create(CultureInfo.InvariantCulture, $"Row {row + 1} of '{column}' is {value}: {what}."),
        new Dictionary<string, object?> { ["row"] = row + 1, ["column"] = column, ["value"] = value });

    private double[] Sum(params ReadOnlySpan<EffectRole> roles)
    {
        if (roles.Length == 4)
        {
            return VectorTables.Sum(this[roles[0]], this[roles[1]], this[roles[2]], this[roles[3]]);
        }

        var sum = (double[])this[roles[0]].Clone();
        foreach (var role in roles[1..])
        {
            var column = this[role];
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += column[i];
            }
        }

        return sum;
    }
}
