using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>The tables beside a multilevel fit as metafor computes them: R code per word, each giving a list of tables.</summary>
/// <remarks>
/// The code sees the fitted model <c>fit</c>, the data frame <c>data</c>, the variable <c>cluster</c> over all rows of the data (NULL where the specification
/// names none), and <c>refit(keep)</c>, the same call on some rows of the data. A table is made by <c>further(name, rows, columns)</c>; names of tables, rows and columns are ours.
/// </remarks>
internal static class MultilevelFurther
{
    private const string Helpers =
        """
        further <- function(name, rows, ...) list(name = name, rows = trimws(as.character(rows)), columns = lapply(c(...), as.numeric))
        own <- if (is.null(cluster)) NULL else cluster[rows]
        cases <- if (is.null(cluster)) as.list(seq_along(rows)) else lapply(sort(unique(own)), function(u) which(own == u))
        case.names <- if (is.null(cluster)) label(fit$slab) else as.character(sort(unique(own)))
        refit <- function(drop) again(data[-rows[drop], , drop = FALSE])
        """;

    private static readonly Dictionary<FurtherResult, string> Known = new()
    {
        [FurtherResult.Predictions] = MultilevelFurtherCode.Predictions,
        [FurtherResult.RandomEffects] = MultilevelFurtherCode.RandomEffects,
        [FurtherResult.Residuals] = MultilevelFurtherCode.Residuals,
        [FurtherResult.Influence] = MultilevelFurtherCode.Influence,
        [FurtherResult.LeaveOneOut] = MultilevelFurtherCode.LeaveOneOut,
        [FurtherResult.Weights] = MultilevelFurtherCode.Weights,
        [FurtherResult.Heterogeneity] = MultilevelFurtherCode.Heterogeneity,
    };

    /// <summary>The code of the list member that holds the tables; empty when none is asked for.</summary>
    /// <param name="calls">The calls that were tried.</param>
    /// <param name="spec">The specification.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: metafor has no such table.</exception>
    public static string CodeFor(IReadOnlyList<RCall> calls, MultilevelSpec spec)
    {
        var words = (spec.Also ?? []).Where(word => word != FurtherResult.HeterogeneityIntervals).Distinct().ToArray();
        if (words.Length == 0)
        {
            return "";
        }

        var cluster = spec.ClusterColumn is { } column ? $"cluster <- data[[{RCode.Text(column)}]]" : "cluster <- NULL";
        var again = string.Join(",\n", calls.Select(call => $"function(data) {call}"));
        var without = string.Join(",\n", calls.Select(call => $"function(data) {call.Without("mods", "btt", "subset")}"));
        return $$"""
            {{cluster}}
            again <- function(data) {
            {{RSnippets.FixedCollation}}
            found <- lapply(list({{again}}), function(call) tryCatch(call(data), error = function(e) NULL))
            found <- Filter(Negate(is.null), found)
            if (length(found)) found[[which.max(vapply(found, function(f) as.numeric(stats::logLik(f)), 0))]]
            }
            without <- function(data) {
            {{RSnippets.FixedCollation}}
            list({{without}})[[best]](data)
            }
            {{Helpers}}
            tables <- (function() {
            {{RSnippets.FixedCollation}}
            c({{string.Join(",\n", words.Select(word => CodeOf(word, spec)))}})
            })()
            """;
    }

    /// <summary>Reads what that code left.</summary>
    public static FurtherTable[] Read(Fields fit) =>
    [
        .. fit.Lists("tables").Select(table => new FurtherTable(table.Texts("name")[0], table.Texts("rows"), [.. Columns(table)])),
    ];

    private static IEnumerable<FurtherColumn> Columns(Fields table) => table.List("columns") is { } columns
        ? columns.Names.Select(name => new FurtherColumn(name, columns.Numbers(name)))
        : [];

    private static string CodeOf(FurtherResult word, MultilevelSpec spec) => word == FurtherResult.Robust ? RobustCode.For(spec) : Known.TryGetValue(word, out var code) ? $"local({{\n{code}\n}})" : throw new MetaBridgeException(
        ErrorCode.NotSupported,
        $"metafor has no '{Keywords<FurtherResult>.Of(word)}' for this family to compare with.",
        new Dictionary<string, object?> { ["also"] = Keywords<FurtherResult>.Of(word) });
}
