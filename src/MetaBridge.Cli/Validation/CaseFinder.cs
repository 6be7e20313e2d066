using System.Text.RegularExpressions;
using MetaBridge.Agreement;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Validation;

/// <summary>Finds the case files to run.</summary>
internal static class CaseFinder
{
    /// <summary>The paths of the case files in a folder and below, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="glob">Which identifiers: * stands for any text, ? for any letter; null for all.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.FileNotReadable"/> when there is no such folder.</exception>
    public static IReadOnlyList<string> Find(string folder, string? glob)
    {
        if (!Directory.Exists(folder))
        {
            throw new MetaBridgeException(ErrorCode.FileNotReadable, $"There is no folder '{folder}'.");
        }

        var pattern = glob is null ? null : ToRegex(glob);
        return
        [
            .. Directory.EnumerateFiles(folder, "*" + AgreementCase.CaseSuffix, SearchOption.AllDirectories)
                .Where(path => pattern?.IsMatch(Path.GetFileName(path)[..^AgreementCase.CaseSuffix.Length]) ?? true)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static Regex ToRegex(string glob) => new(
        @"\A" + Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z",
        RegexOptions.CultureInvariant);
}
