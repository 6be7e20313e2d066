using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>The tables beside a multilevel fit as metafor computes them: R code per word, each giving a list of tables.</summary>
/// <remarks>
/// The code sees the fitted model <c>fit</c>, the data frame <c>data</c> and, where the specification names one, the variable
/// <c>cluster</c> (over all rows of the data). A table is made by <c>further(name, rows, column = values, …)</c>; names of tables, rows and columns are ours.
/// </remarks>
internal static class MultilevelFurther
{
    private const string Helpers =
        """
        further <- function(name, rows, ...) list(name = name, rows = as.character(rows), columns = lapply(list(...), as.numeric))
        """;

    private static readonly Dictionary<FurtherResult, string> Known = new()
    {
    };

    /// <summary>The code of the list member that holds the tables; empty when none is asked for.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: metafor has no such table.</exception>
    public static string CodeFor(MultilevelSpec spec)
    {
        var words = (spec.Also ?? []).Where(word => word != FurtherResult.HeterogeneityIntervals).Distinct().ToArray();
        if (words.Length == 0)
        {
            return "";
        }

        var cluster = spec.ClusterColumn is { } column ? $"cluster <- data[[{RCode.Text(column)}]]" : "cluster <- NULL";
        return $"{Helpers}\n{cluster}\ntables <- c({string.Join(",\n", words.Select(CodeOf))})";
    }

    /// <summary>Reads what that code left.</summary>
    public static FurtherTable[] Read(Fields fit) =>
    [
        .. fit.Lists("tables").Select(table => new FurtherTable(
            table.Texts("name")[0], table.Texts("rows"), [.. Columns(table)])),
    ];

    private static IEnumerable<FurtherColumn> Columns(Fields table) => table.List("columns") is { } columns
        ? columns.Names.Select(name => new FurtherColumn(name, columns.Numbers(name)))
        : [];

    private static string CodeOf(FurtherResult word) => Known.TryGetValue(word, out var code) ? $"local({{\n{code}\n}})" : throw new MetaBridgeException(
        ErrorCode.NotSupported,
        $"metafor has no '{Keywords<FurtherResult>.Of(word)}' for this family to compare with.",
        new Dictionary<string, object?> { ["also"] = Keywords<FurtherResult>.Of(word) });
}
