using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>The tables beside a multilevel fit as metafor computes them: R code per word, each giving a list of tables.</summary>
/// <remarks>
/// The code sees the fitted model <c>fit</c>, the data frame <c>data</c>, the variable <c>cluster</c> over all rows of the data (NULL where the specification
/// names none), and <c>refit(drop)</c>, the same search without some of the rows used;
/// <c>at.components(other)</c> is the model on all rows at the components of another fit. A table is made by <c>further(name, rows, columns)</c>; names of tables, rows and columns are ours.
/// </remarks>
internal static class MultilevelFurther
{
    private const string Helpers =
        """
        own <- if (is.null(cluster)) NULL else cluster[rows]
        cases <- if (is.null(cluster)) as.list(seq_along(rows)) else lapply(sort(unique(own)), function(u) which(own == u))
        case.names <- if (is.null(cluster)) label(fit$slab) else as.character(sort(unique(own)))
        refit <- function(drop) tryCatch(again(seq_len(nrow(data)) %in% rows[-drop]), error = function(e) NULL)
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
    /// <param name="call">The call.</param>
    /// <param name="spec">The specification.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: metafor has no such table.</exception>
    public static string CodeFor(RCall call, MultilevelSpec spec)
    {
        var words = (spec.Also ?? []).Select(request => request.Result).Where(word => word != FurtherResult.HeterogeneityIntervals).Distinct().ToArray();
        if (words.Length == 0)
        {
            return "";
        }

        // A subset takes rows from matrices too.
        var again = call.Without("subset").With("subset", ".keep");
        return $$"""
            cluster <- {{(spec.ClusterColumn is { } column ? $"data[[{RCode.Text(column)}]]" : "NULL")}}
            again <- function(.keep) {
            {{RSnippets.FixedCollation}}
            metabridge_search(quote({{again}}), environment())$fit
            }
            at.components <- function(other) {
            changed <- quote({{call}})
            for (kind in metabridge_kinds(fit)) changed[[kind]] <- as.numeric(other[[kind]])
            eval(changed)
            }
            without.mods <- function(.keep) {
            {{RSnippets.FixedCollation}}
            metabridge_search(quote({{again.Without("mods", "btt")}}), environment())$fit
            }
            {{RSnippets.TableHelper}}
            {{Helpers}}
            tables <- (function() {
            {{RSnippets.FixedCollation}}
            c({{string.Join(",\n", words.Select(word => CodeOf(word, spec)))}})
            })()
            """;
    }

    private static string CodeOf(FurtherResult word, MultilevelSpec spec) => word == FurtherResult.Robust ? RobustCode.For(spec) : Known.TryGetValue(word, out var code) ? $"local({{\n{code}\n}})" : throw new MetaBridgeException(
        ErrorCode.NotSupported,
        $"metafor has no '{Keywords<FurtherResult>.Of(word)}' for this family to compare with.",
        new Dictionary<string, object?> { ["also"] = Keywords<FurtherResult>.Of(word) });
}
