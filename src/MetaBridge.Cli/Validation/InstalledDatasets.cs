using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Metadat;

namespace MetaBridge.Cli.Validation;

/// <summary>Checks that recorded datasets still are what the installed metadat distributes.</summary>
/// <param name="library">The installed metadat.</param>
internal sealed class InstalledDatasets(MetadatLibrary library)
{
    private readonly Dictionary<string, MetaBridgeException?> known = new(StringComparer.Ordinal);

    /// <summary>How a dataset differs from metadat's; null when it does not, or does not come from there.</summary>
    public async Task<MetaBridgeException?> ProblemOfAsync(Dataset data, CancellationToken cancellation)
    {
        if (data.Source?.Package != "metadat")
        {
            return null;
        }

        if (!known.TryGetValue(data.Name, out var problem))
        {
            problem = await CheckAsync(data, cancellation).ConfigureAwait(false);
            known.Add(data.Name, problem);
        }

        return problem;
    }

    private async Task<MetaBridgeException?> CheckAsync(Dataset data, CancellationToken cancellation)
    {
        var theirs = await library.LoadAsync(data.Name, cancellation).ConfigureAwait(false);
        if (theirs.ContentHash() == data.ContentHash())
        {
            return null;
        }

        var first = DatasetDifference.Between(data, theirs, limit: 1);
        return new MetaBridgeException(
            ErrorCode.GoldenStale,
            $"The recorded dataset {data.Name} is not that of metadat {library.Version}: {(first.Count > 0 ? first[0].ToString() : "its content differs")}.",
            new Dictionary<string, object?> { ["data"] = data.Name });
    }
}
