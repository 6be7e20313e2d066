using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>What the readers and writers of files share.</summary>
internal static class DatasetFiles
{
    public static bool IsFileProblem(Exception problem) =>
        problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    public static MetaBridgeException NotReadable(string path, Exception problem) => new(
        ErrorCode.FileNotReadable,
        $"The file '{path}' can't be opened: {problem.Message}",
        new Dictionary<string, object?> { ["path"] = path },
        problem);
}
