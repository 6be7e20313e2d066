namespace MetaBridge.RInterop.Reference;

/// <summary>R code that the calls of all families share.</summary>
internal static class RSnippets
{
    // The order of a text column's levels follows R's locale; the order of code points is the same everywhere, and ours.
    public const string FixedCollation =
        """
        collation <- Sys.getlocale("LC_COLLATE")
        on.exit(Sys.setlocale("LC_COLLATE", collation))
        Sys.setlocale("LC_COLLATE", "C")
        """;

    // A table beside a fit: its name, its rows' names, and lists of columns.
    public const string TableHelper =
        """
        further <- function(name, rows, ...) list(name = name, rows = trimws(as.character(rows)), columns = lapply(c(...), as.numeric))
        """;

    // What takes a result called 'fit' apart: numbers where a member may be missing, the rows used, their labels.
    public const string Helpers =
        """
        number <- function(x) if (is.null(x)) NA_real_ else as.numeric(x)
        rows <- fit$ids[fit$not.na]
        label <- function(x) { x <- as.character(x); if (length(x) == length(fit$not.na)) x[fit$not.na] else x }
        """;
}
