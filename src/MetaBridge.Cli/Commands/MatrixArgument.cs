using MetaBridge.Data;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Commands;

/// <summary>An option's value that stands for a matrix: a file, or the name of a matrix of the dataset.</summary>
internal static class MatrixArgument
{
    /// <summary>Whether it is a file.</summary>
    public static bool IsFile(string value) => Path.GetExtension(value).ToLowerInvariant() is ".csv" or ".json";

    /// <summary>What the specification calls the matrix: a file's name without its ending.</summary>
    public static string NameOf(string value) => IsFile(value) ? Path.GetFileNameWithoutExtension(value) : value;

    /// <summary>Takes <c>id=FILE</c> apart.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static (string Term, string File) Split(string value)
    {
        var at = value.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && at < value.Length - 1 ? (value[..at], value[(at + 1)..]) : throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"--R is '{value}'; it takes the grouping variable and a file, such as species=tree.csv.",
            new Dictionary<string, object?> { ["option"] = "--R", ["value"] = value });
    }

    /// <summary>The dataset with the matrix of a file added; itself where the value is no file.</summary>
    public static Dataset Attach(Dataset data, string? value, bool isNamed) =>
        value is not null && IsFile(value) ? data.With(DatasetMatrix.ReadFile(value, NameOf(value), isNamed)) : data;
}
