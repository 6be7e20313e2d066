using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;

namespace MetaBridge.Cli.Hosting;

/// <summary>Finds the data that a user or a case names: a CSV or JSON file, a recorded dataset, or one of metadat's.</summary>
/// <param name="host">The project's folder and the standard input.</param>
internal sealed class DataLoader(CommandHost host)
{
    private const string StandardInput = "-";
    private readonly Dictionary<string, Dataset> loaded = new(StringComparer.Ordinal);

    /// <summary>R, for datasets that are only in metadat; null when there is none.</summary>
    public Func<CancellationToken, Task<IRSession>>? OpenSession { get; init; }

    /// <summary>How CSV files are written. By default as R's read.csv takes them: a quoted number is a number.</summary>
    public CsvStyle Style { get; init; }

    /// <summary>Whether a name stands for text with delimited fields.</summary>
    public static bool IsDelimited(string name) => name == StandardInput || DataFiles.IsDelimited(name);

    /// <summary>Loads data.</summary>
    /// <param name="name">A file name ending in .csv or .json, a dataset's name, or - for CSV on the standard input.</param>
    /// <param name="folder">The folder that file names are relative to, and whose <c>datasets</c> folder is looked into first.</param>
    /// <param name="cancellation">Stops the work early.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.UnknownDataset"/>, or what is wrong with the file.
    /// </exception>
    public async Task<Dataset> LoadAsync(string name, string folder, CancellationToken cancellation)
    {
        var key = $"{folder}\n{name}";
        if (!loaded.TryGetValue(key, out var data))
        {
            data = await ReadAsync(name, folder, cancellation).ConfigureAwait(false);
            loaded.Add(key, data);
        }

        return data;
    }

    /// <summary>The path of a recorded dataset, or null when it is not recorded.</summary>
    public string? RecordedPath(string name, string folder) => new[] { Path.Combine(folder, "datasets"), host.DatasetFolder }
        .OfType<string>()
        .Select(candidate => Path.Combine(candidate, name + ".json"))
        .FirstOrDefault(File.Exists);

    private async Task<Dataset> ReadAsync(string name, string folder, CancellationToken cancellation)
    {
        if (name == StandardInput)
        {
            // The console's reader blocks whatever the token says; waiting apart from it lets an interrupt through.
            var text = await Task.Run(host.In.ReadToEnd, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            return Dataset.ParseCsv(text, "stdin", Style.ToOptions(','));
        }

        if (DataFiles.IsFileName(name))
        {
            return DataFiles.Read(Path.Combine(folder, name), Style);
        }

        if (IsPlainName(name) && RecordedPath(name, folder) is { } path)
        {
            return Dataset.ReadJson(path);
        }

        return await FromMetadatAsync(name, cancellation).ConfigureAwait(false);
    }

    private async Task<Dataset> FromMetadatAsync(string name, CancellationToken cancellation)
    {
        if (OpenSession is null)
        {
            throw Unknown(name, "it is not recorded, and R is not there to ask metadat for it");
        }

        var session = await OpenSession(cancellation).ConfigureAwait(false);
        return await MetadatSource.LoadAsync(session, name, cancellation).ConfigureAwait(false);
    }

    internal static MetaBridgeException Unknown(string name, string why) => new(
        ErrorCode.UnknownDataset,
        $"There is no dataset '{name}': {why}.",
        new Dictionary<string, object?> { ["name"] = name });

    private static bool IsPlainName(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
