using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Hosting;

/// <summary>Reads and writes whole text files, with our errors.</summary>
internal static class Files
{
    public static string ReadText(string path) => Guard(path, () => File.ReadAllText(path));

    public static void WriteText(string path, string text) => Guard(path, () =>
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return text;
    });

    private static string Guard(string path, Func<string> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MetaBridgeException(
                ErrorCode.FileNotReadable,
                $"The file '{path}' cannot be opened: {exception.Message}",
                new Dictionary<string, object?> { ["path"] = path },
                exception);
        }
    }
}
