using MetaBridge.Agreement;
using MetaBridge.Specs;

namespace MetaBridge;

/// <summary>A table that was computed beside a fit because a specification asked for it with <c>also</c>.</summary>
/// <param name="Name">What it is: the word that asked for it, with a part in brackets where a word has several tables (<c>ranef[district]</c>).</param>
/// <param name="RowNames">What the rows are; one empty text for a single unnamed row.</param>
/// <param name="Columns">The columns, each with a value per row.</param>
public sealed record FurtherTable(string Name, IReadOnlyList<string> RowNames, IReadOnlyList<FurtherColumn> Columns)
{
    /// <summary>The values of a column.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.UnknownName"/>.</exception>
    public double[] this[string name] => Columns.FirstOrDefault(column => column.Name == name)?.Values
        ?? throw new Errors.MetaBridgeException(
            Errors.ErrorCode.UnknownName,
            $"The table '{Name}' has no column '{name}'; it has {string.Join(", ", Columns.Select(column => column.Name))}.",
            new Dictionary<string, object?> { ["table"] = Name, ["column"] = name });

    /// <summary>Tables with names that are their own: the second of a name gets #2, the third #3.</summary>
    /// <param name="tables">Tables in the order of their requests.</param>
    public static FurtherTable[] WithOwnNames(IEnumerable<FurtherTable> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. tables.Select(table =>
            {
                var count = seen[table.Name] = seen.GetValueOrDefault(table.Name) + 1;
                return count == 1 ? table : table with { Name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{table.Name}#{count}") };
            }),
        ];
    }

    /// <summary>The columns as quantities, named <c>table.column</c>.</summary>
    /// <param name="isExact">Whether the fit's components were not searched.</param>
    internal IEnumerable<Quantity> Quantities(bool isExact)
    {
        foreach (var column in Columns)
        {
            var (endToEnd, given) = column.Kind switch
            {
                FurtherKind.Count => (ToleranceClass.Exact, (ToleranceClass?)ToleranceClass.Exact),
                FurtherKind.Searched => (ToleranceClass.Tight, null),
                FurtherKind.Tail => (isExact ? ToleranceClass.ExactTail : ToleranceClass.Tight, ToleranceClass.ExactTail),
                _ => (isExact ? ToleranceClass.Exact : ToleranceClass.Tight, ToleranceClass.Exact),
            };
            yield return new Quantity($"{Name}.{column.Name}", column.Values, endToEnd, given, RowNames) { Scale = column.Scale, IsNewInReference = column.IsNewInReference };
        }
    }
}

/// <summary>A column of a <see cref="FurtherTable"/>.</summary>
/// <param name="Name">Its name, metafor's where it has one.</param>
/// <param name="Values">A value per row; NaN where there is none.</param>
/// <param name="Kind">How the values come about, which says how closely two engines agree on them.</param>
public sealed record FurtherColumn(string Name, double[] Values, FurtherKind Kind = FurtherKind.Value)
{
    /// <summary>The natural scale of each value, as in <see cref="Quantity.Scale"/>; null where the value itself is the scale.</summary>
    public double[]? Scale { get; init; }

    /// <summary>Whether metafor 3.8 has no such values (they are then not compared), as in <see cref="Quantity.IsNewInReference"/>.</summary>
    public bool IsNewInReference { get; init; }
}

/// <summary>How a column's values come about.</summary>
public enum FurtherKind
{
    /// <summary>In closed form from the estimates.</summary>
    [Keyword("value", "in closed form from the estimates")]
    Value,

    /// <summary>With a distribution's tail or quantile.</summary>
    [Keyword("tail", "with a distribution's tail or quantile")]
    Tail,

    /// <summary>From components that were searched for again.</summary>
    [Keyword("searched", "from components that were searched for again")]
    Searched,

    /// <summary>From the data alone.</summary>
    [Keyword("count", "from the data alone")]
    Count,
}
