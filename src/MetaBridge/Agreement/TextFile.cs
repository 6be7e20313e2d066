using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Agreement;

/// <summary>Reads and writes whole UTF-8 text files, with our errors.</summary>
internal static class TextFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Utf8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotAccessible(path, exception);
        }
    }

    public static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text, Utf8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotAccessible(path, exception);
        }
    }

    private static MetaBridgeException NotAccessible(string path, Exception exception) => new(
        ErrorCode.FileNotReadable,
        $"The file '{path}' cannot be opened: {exception.Message}",
        new Dictionary<string, object?> { ["path"] = path },
        exception);
}
