using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>What a column means to an effect size: metafor's argument names.</summary>
public enum EffectRole
{
    /// <summary>Given effect sizes.</summary>
    Yi,

    /// <summary>Given variances.</summary>
    Vi,

    /// <summary>Given standard errors.</summary>
    Sei,

    /// <summary>Events, first group; or coefficient alpha.</summary>
    Ai,

    /// <summary>Non-events, first group.</summary>
    Bi,

    /// <summary>Events, second group.</summary>
    Ci,

    /// <summary>Non-events, second group; or a standardised mean difference.</summary>
    Di,

    /// <summary>Size of the first group.</summary>
    N1i,

    /// <summary>Size of the second group.</summary>
    N2i,

    /// <summary>Events, first group (person-time).</summary>
    X1i,

    /// <summary>Events, second group (person-time).</summary>
    X2i,

    /// <summary>Person-time, first group.</summary>
    T1i,

    /// <summary>Person-time, second group.</summary>
    T2i,

    /// <summary>Mean, first group.</summary>
    M1i,

    /// <summary>Mean, second group.</summary>
    M2i,

    /// <summary>Standard deviation, first group.</summary>
    Sd1i,

    /// <summary>Standard deviation, second group.</summary>
    Sd2i,

    /// <summary>Events (one group).</summary>
    Xi,

    /// <summary>Non-events, mean, or number of predictors or items (one group).</summary>
    Mi,

    /// <summary>Correlation.</summary>
    Ri,

    /// <summary>Person-time or t statistic.</summary>
    Ti,

    /// <summary>Standard deviation (one group).</summary>
    Sdi,

    /// <summary>Sample size.</summary>
    Ni,

    /// <summary>Coefficient of determination.</summary>
    R2i,

    /// <summary>F statistic of all predictors.</summary>
    Fi,

    /// <summary>Two-sided p-value with the sign of the effect, or (MPORM) the proportion of pairs with outcome 1 twice.</summary>
    Pi,
}

/// <summary>The numbers from which effect sizes are computed, as plain arrays by role.</summary>
public sealed class EffectInputs
{
    /// <summary>How many roles there are.</summary>
    internal const int RoleCount = (int)EffectRole.Pi + 1;

    private readonly double[]?[] values = new double[]?[RoleCount];
    private readonly string?[] names = new string?[RoleCount];

    /// <summary>How many rows.</summary>
    public int Count { get; private set; }

    /// <summary>For each row the variance type, metafor's <c>vtype</c>; null when one word holds for all rows.</summary>
    public IReadOnlyList<string?>? VarianceTypes { get; init; }

    /// <summary>For each row the factor (−1 turns the sign) of the effect size; null for none.</summary>
    public double[]? Flips { get; init; }

    /// <summary>The values of a role, or null when it was not given.</summary>
    public double[]? this[EffectRole role] => values[(int)role];

    /// <summary>Gives a role its values.</summary>
    /// <param name="role">The role.</param>
    /// <param name="column">One value per row; NaN is missing.</param>
    /// <param name="name">What messages call the column; null for the role's own name.</param>
    /// <returns>These inputs.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/>.</exception>
    public EffectInputs Set(EffectRole role, double[] column, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(column);
        var isFirst = Array.TrueForAll(values, given => given is null);
        if (!isFirst && column.Length != Count)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The column '{name ?? Word(role)}' has {column.Length} values; the others have {Count}.",
                new Dictionary<string, object?> { ["column"] = name ?? Word(role), ["length"] = column.Length, ["rows"] = Count });
        }

        values[(int)role] = column;
        names[(int)role] = name;
        Count = column.Length;
        return this;
    }

    /// <summary>The columns that a specification names.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.MissingColumn"/> or <see cref="ErrorCode.WrongColumnType"/>.</exception>
    public static EffectInputs FromDataset(EffectSpec spec, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        var inputs = new EffectInputs
        {
            Count = data.RowCount,
            VarianceTypes = spec.VtypeColumn is { } types ? Words(data[types]) : null,
            Flips = spec.FlipColumn is { } flips ? Signs(data[flips]) : null,
        };
        foreach (var (role, column) in Columns(spec))
        {
            if (column is not null)
            {
                inputs.values[(int)role] = data[column].ToNumbers();
                inputs.names[(int)role] = column;
            }
        }

        return inputs;
    }

    /// <summary>The words of a text or factor column.</summary>
    private static string?[] Words(Column column)
    {
        var words = new string?[column.Count];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = column.TextAt(i);
        }

        return words;
    }

    /// <summary>A logical column says which signs to turn; numbers are factors.</summary>
    private static double[] Signs(Column column) =>
        column is LogicalColumn ? Array.ConvertAll(column.ToNumbers(), flip => double.IsNaN(flip) ? flip : flip == 1 ? -1.0 : 1.0) : column.ToNumbers();

    /// <summary>What messages call the column of a role.</summary>
    internal string NameOf(EffectRole role) => names[(int)role] ?? Word(role);

    /// <summary>metafor's name of a role.</summary>
    internal static string Word(EffectRole role) => role.ToString().ToLowerInvariant();

    private static (EffectRole Role, string? Column)[] Columns(EffectSpec spec) =>
    [
        (EffectRole.Yi, spec.Yi), (EffectRole.Vi, spec.Vi), (EffectRole.Sei, spec.Sei),
        (EffectRole.Ai, spec.Ai), (EffectRole.Bi, spec.Bi), (EffectRole.Ci, spec.Ci), (EffectRole.Di, spec.Di),
        (EffectRole.N1i, spec.N1i), (EffectRole.N2i, spec.N2i),
        (EffectRole.X1i, spec.X1i), (EffectRole.X2i, spec.X2i), (EffectRole.T1i, spec.T1i), (EffectRole.T2i, spec.T2i),
        (EffectRole.M1i, spec.M1i), (EffectRole.M2i, spec.M2i), (EffectRole.Sd1i, spec.Sd1i), (EffectRole.Sd2i, spec.Sd2i),
        (EffectRole.Xi, spec.Xi), (EffectRole.Mi, spec.Mi), (EffectRole.Ri, spec.Ri), (EffectRole.Ti, spec.Ti),
        (EffectRole.Sdi, spec.Sdi), (EffectRole.Ni, spec.Ni),
        (EffectRole.R2i, spec.R2i), (EffectRole.Fi, spec.Fi), (EffectRole.Pi, spec.Pi),
    ];
}
