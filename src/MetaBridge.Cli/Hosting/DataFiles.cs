using MetaBridge.Data;

namespace MetaBridge.Cli.Hosting;

/// <summary>Reads data files by the end of their names.</summary>
internal static class DataFiles
{
    private static readonly string[] Endings = [".csv", ".json", ".tsv", ".txt"];

    /// <summary>Whether a data name is that of a file; anything else names a dataset.</summary>
    public static bool IsFileName(string name) => Endings.Contains(EndingOf(name));

    /// <summary>Reads a CSV file, a table separated by tabs (.tsv, .txt), or JSON.</summary>
    public static Dataset Read(string path, CsvStyle style) => EndingOf(path) switch
    {
        ".json" => Dataset.ReadJson(path),
        ".tsv" or ".txt" => Dataset.ReadCsv(path, style.ToOptions('\t')),
        _ => Dataset.ReadCsv(path, style.ToOptions(',')),
    };

    /// <summary>Whether a name is that of a file with delimited fields.</summary>
    public static bool IsDelimited(string name) => IsFileName(name) && EndingOf(name) != ".json";

    private static string EndingOf(string name) => Path.GetExtension(name).ToLowerInvariant();
}
