using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>The checked columns of one family, copied so that they can be adjusted, with the alternatives filled in.</summary>
internal sealed class EffectColumns
{
    private readonly Dictionary<EffectRole, double[]> columns = [];

    private EffectColumns(int count) => Missing = new string?[count];

    /// <summary>How many rows.</summary>
    public int Count => Missing.Length;

    /// <summary>For each row null, or why it is missing.</summary>
    public string?[] Missing { get; }

    public double[] this[EffectRole role] => columns[role];

    public double[]? TryGet(EffectRole role) => columns.GetValueOrDefault(role);

    /// <summary>Takes what the family needs from the inputs.</summary>
    public static EffectColumns Prepare(EffectFamily family, EffectMeasure measure, EffectInputs inputs)
    {
        var result = new EffectColumns(inputs.Count);
        foreach (var role in EffectFamilies.Roles(family, measure))
        {
            var (total, part) = Alternative(family, role);
            result.columns[role] = role == EffectRole.Vi && inputs[EffectRole.Vi] is null && inputs[EffectRole.Sei] is { } sei
                ? Array.ConvertAll(sei, s => s * s)
                : Fill(inputs, role, total, part) ?? throw Absent(measure, role, total, part);
            result.Check(inputs, family, role, total, part);
        }

        if (family == EffectFamily.Given && inputs[EffectRole.Ni] is { } ni)
        {
            result.columns[EffectRole.Ni] = (double[])ni.Clone();
        }

        result.Blank();
        return result;
    }

    /// <summary>Makes rows that are missing for any reason missing in all columns, so that averages pass over them.</summary>
    public void Blank()
    {
        for (var i = 0; i < Count; i++)
        {
            if (Missing[i] is not null)
            {
                foreach (var column in columns.Values)
                {
                    column[i] = double.NaN;
                }
            }
        }
    }

    /// <summary>Total sample sizes (or person-times) before any adjustment, or null.</summary>
    public double[]? SampleSizes(EffectFamily family) => family switch
    {
        EffectFamily.TwoByTwo => Sum(EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di),
        EffectFamily.PersonTime => Sum(EffectRole.T1i, EffectRole.T2i),
        EffectFamily.TwoMeans => Sum(EffectRole.N1i, EffectRole.N2i),
        EffectFamily.Proportion => Sum(EffectRole.Xi, EffectRole.Mi),
        EffectFamily.Rate => Sum(EffectRole.Ti),
        _ => columns.ContainsKey(EffectRole.Ni) ? Sum(EffectRole.Ni) : null,
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

    /// <summary>Which other roles give the same information: a total and the other part of it.</summary>
    private static (EffectRole? Total, EffectRole? Part) Alternative(EffectFamily family, EffectRole role) => (family, role) switch
    {
        (EffectFamily.TwoByTwo, EffectRole.Bi) => (EffectRole.N1i, EffectRole.Ai),
        (EffectFamily.TwoByTwo, EffectRole.Di) => (EffectRole.N2i, EffectRole.Ci),
        (EffectFamily.Proportion, EffectRole.Mi) => (EffectRole.Ni, EffectRole.Xi),
        _ => (null, null),
    };

    private static double[]? Fill(EffectInputs inputs, EffectRole role, EffectRole? total, EffectRole? part)
    {
        var given = (double[]?)inputs[role]?.Clone();
        if (total is not { } t || inputs[t] is not { } totals || part is not { } q || inputs[q] is not { } parts)
        {
            return given;
        }

        given ??= NewMissing(totals.Length);
        for (var i = 0; i < given.Length; i++)
        {
            given[i] = double.IsNaN(given[i]) ? totals[i] - parts[i] : given[i];
        }

        return given;
    }

    private static double[] NewMissing(int count)
    {
        var column = new double[count];
        Array.Fill(column, double.NaN);
        return column;
    }

    private static MetaBridgeException Absent(EffectMeasure measure, EffectRole role, EffectRole? total, EffectRole? part)
    {
        var other = role == EffectRole.Vi ? " (or 'sei')"
            : total is { } t && part is { } p ? $" (or '{EffectInputs.Word(t)}' with '{EffectInputs.Word(p)}')" : "";
        return new MetaBridgeException(
            ErrorCode.SpecificationInvalid,
            $"The measure {Keywords<EffectMeasure>.Of(measure)} needs '{EffectInputs.Word(role)}'{other}.",
            new Dictionary<string, object?> { ["member"] = EffectInputs.Word(role) });
    }

    private void Check(EffectInputs inputs, EffectFamily family, EffectRole role, EffectRole? total, EffectRole? part)
    {
        var column = columns[role];
        for (var i = 0; i < column.Length; i++)
        {
            if (double.IsNaN(column[i]))
            {
                Missing[i] ??= $"missing value in '{NameOfMissing(inputs, role, total, part, i)}'";
            }
            else if (column[i] < 0 && (EffectFamilies.IsNeverNegative(role) || (family == EffectFamily.Proportion && role == EffectRole.Mi)
                || (family == EffectFamily.Rate && role == EffectRole.Ti)))
            {
                throw Negative(inputs, role, total, part, i, column[i]);
            }
            else if (role == EffectRole.Ri && Math.Abs(column[i]) > 1)
            {
                throw Bad(inputs.NameOf(role), i, column[i], "a correlation outside −1 to 1");
            }
        }
    }

    private static string NameOfMissing(EffectInputs inputs, EffectRole role, EffectRole? total, EffectRole? part, int row)
    {
        if (role == EffectRole.Vi && inputs[role] is null)
        {
            return inputs.NameOf(EffectRole.Sei);
        }

        if (total is not { } t || inputs[t] is not { } totals)
        {
            return inputs.NameOf(role);
        }

        return double.IsNaN(totals[row]) ? inputs.NameOf(t) : inputs.NameOf(part!.Value);
    }

    private static MetaBridgeException Negative(
        EffectInputs inputs, EffectRole role, EffectRole? total, EffectRole? part, int row, double value)
    {
        var isGiven = inputs[role] is { } given && !double.IsNaN(given[row]);
        return isGiven || total is not { } t || part is not { } p
            ? Bad(inputs.NameOf(role), row, value, "a negative value")
            : Bad(inputs.NameOf(p), row, inputs[p]![row], string.Create(
                CultureInfo.InvariantCulture, $"more events than the total of {inputs[t]![row]} in '{inputs.NameOf(t)}'"));
    }

    private static MetaBridgeException Bad(string column, int row, double value, string what) => new(
        ErrorCode.InvalidCount,
        string.Create(CultureInfo.InvariantCulture, $"Row {row + 1} of '{column}' is {value}: {what}."),
        new Dictionary<string, object?> { ["row"] = row + 1, ["column"] = column, ["value"] = value });

    private double[] Sum(params EffectRole[] roles)
    {
        var sum = new double[Count];
        foreach (var role in roles)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += columns[role][i];
            }
        }

        return sum;
    }
}
