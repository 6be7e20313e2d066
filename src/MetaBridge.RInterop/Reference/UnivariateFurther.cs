using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>The tables beside a univariate fit as metafor computes them: R code per word, each an expression that gives a list of tables.</summary>
/// <remarks>
/// The code sees the fitted model <c>fit</c>, the data frame <c>data</c> with all rows, <c>rows</c> (the rows that were used) and <c>label()</c>; a table is made by
/// <c>further(name, rows, columns)</c>; names of tables, rows and columns are ours. <c>refit(changes)</c> evaluates the call of the fit with members changed.
/// </remarks>
internal static class UnivariateFurther
{
    private static readonly IReadOnlyDictionary<FurtherResult, Func<UnivariateSpec, FurtherOptions, string>>[] Topics =
    [
        IntervalCode.Known, RegressionCode.Known, DiagnosticCode.Known, AsymmetryCode.Known,
    ];

    /// <summary>The code that leaves the tables in <c>tables</c>; empty when none is asked for.</summary>
    /// <param name="call">The call of the fit.</param>
    /// <param name="spec">The specification.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: metafor has no such table.</exception>
    public static string CodeFor(string call, UnivariateSpec spec)
    {
        var requests = spec.TableRequests;
        return requests.Count == 0 ? "tables <- NULL" : $$"""
            refit <- function(...) {
            changed <- as.list(quote({{call}}))
            changes <- list(...)
            for (name in names(changes)) changed[[name]] <- changes[[name]]
            eval(as.call(changed))
            }
            {{RSnippets.TableHelper}}
            tables <- (function() {
            {{RSnippets.FixedCollation}}
            c({{string.Join(",\n", requests.Select(request => $"local({{\n{CodeOf(request, spec)}\n}})"))}})
            })()
            """;
    }

    private static string CodeOf(FurtherRequest request, UnivariateSpec spec)
    {
        foreach (var topic in Topics)
        {
            if (topic.TryGetValue(request.Result, out var code))
            {
                return code(spec, request.Options);
            }
        }

        var word = Keywords<FurtherResult>.Of(request.Result);
        throw new MetaBridgeException(
            ErrorCode.NotSupported,
            $"metafor has no '{word}' for this family to compare with.",
            new Dictionary<string, object?> { ["also"] = word });
    }
}
