using MetaBridge.Data;
using MetaBridge.RInterop.Metadat;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.Cli.Hosting;

/// <summary>Loads a dataset of metadat with its title, licence and the references of its help page.</summary>
internal static class MetadatSource
{
    // The section "Source" of the help page holds the publications, with Rd markup that is taken off.
    private const string SourceCode =
        """
        page <- tools::Rd_db("metadat")[[paste0(item, ".Rd")]]
        tags <- vapply(page, function(part) attr(part, "Rd_tag"), "")
        text <- paste(unlist(page[tags == "\\source"]), collapse = "")
        c(trimws(gsub("[[:space:]]+", " ", text)), utils::packageDescription("metadat")$License)
        """;

    public static async Task<Dataset> LoadAsync(IRSession session, string name, CancellationToken cancellation)
    {
        var library = new MetadatLibrary(session);
        var data = await library.LoadAsync(name, cancellation).ConfigureAwait(false);
        var item = name.Split('$')[0];
        var title = (await library.ListAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(i => i.Name == item)?.Title;
        var answer = await session.EvaluateAsync(
            SourceCode, new Dictionary<string, RValue> { ["item"] = new RStringVector([item]) }, cancellation).ConfigureAwait(false);
        var (citation, license) = answer.Value is RStringVector { Values: [var c, var l] } ? (c, l) : (null, null);
        return new Dataset(data.Name, data.Columns, data.HasRowLabels ? Enumerable.Range(0, data.RowCount).Select(data.RowLabel) : null)
        {
            Source = new DatasetSource(title, citation, "metadat", library.Version, license),
        };
    }
}
