using MetaBridge.Agreement;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Validation;

/// <summary>Records the datasets of metadat that cases use, so that the cases run without R.</summary>
/// <param name="host">The project's folder.</param>
/// <param name="session">R.</param>
internal sealed class DatasetRecorder(CommandHost host, LazySession session)
{
    /// <summary>Writes each dataset that the cases name: for our own cases beside them, for a user's in their <c>datasets</c> folder.</summary>
    public async Task RecordAsync(IReadOnlyList<string> casePaths, CancellationToken cancellation)
    {
        var wanted = new HashSet<(string Name, string Folder)>();
        foreach (var path in casePaths)
        {
            if (TryLoad(path) is { } theCase && !DataFiles.IsFileName(theCase.Data))
            {
                wanted.Add((theCase.Data, FolderFor(theCase)));
            }
        }

        foreach (var (name, folder) in wanted.OrderBy(w => w.Name, StringComparer.Ordinal))
        {
            var target = Path.Combine(folder, name + ".json");
            if (!File.Exists(target) && name.StartsWith("dat.", StringComparison.Ordinal))
            {
                var data = await MetadatSource.LoadAsync(
                    await session.OpenAsync(cancellation).ConfigureAwait(false), name, cancellation).ConfigureAwait(false);
                Directory.CreateDirectory(folder);
                data.WriteJson(target);
                host.Error.WriteLine($"Recorded the dataset {name}.");
            }
        }
    }

    private string FolderFor(AgreementCase theCase) =>
        host is { Home: { } home, DatasetFolder: { } own } && theCase.Folder.StartsWith(Path.Combine(home, "golden"), StringComparison.Ordinal)
            ? own
            : Path.Combine(theCase.Folder, "datasets");

    private static AgreementCase? TryLoad(string path)
    {
        try
        {
            return AgreementCase.Load(path);
        }
        catch (MetaBridgeException)
        {
            // It is reported when it is run.
            return null;
        }
    }
}
