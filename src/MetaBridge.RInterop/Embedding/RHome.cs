using System.Diagnostics;
using MetaBridge.RInterop.Sessions;

namespace MetaBridge.RInterop.Embedding;

/// <summary>An R installation whose files were checked.</summary>
/// <remarks>
/// R ends the process when it is started with a bad home, so everything it needs is looked at before its library is loaded.
/// </remarks>
/// <param name="Path">R's home folder, what <c>R RHOME</c> prints.</param>
/// <param name="Library">The shared library of R, or null when R was built without one (then only a child process can serve).</param>
/// <param name="Source">Where the folder was found: an option, <c>R_HOME</c>, the PATH, or a usual place.</param>
public sealed record RHome(string Path, string? Library, string Source)
{
    /// <summary>Where distributions and installers put R.</summary>
    internal static IReadOnlyList<string> UsualPlaces { get; set; } =
        ["/usr/lib/R", "/usr/lib64/R", "/usr/local/lib/R", "/usr/local/lib64/R", "/opt/R/current/lib/R"];

    /// <summary>The program that starts R.</summary>
    public string Executable => System.IO.Path.Combine(Path, "bin", "R");

    /// <summary>Looks for R: the given folder alone, or else <c>R_HOME</c>, the output of <c>R RHOME</c>, and the usual places.</summary>
    /// <param name="home">A folder that must be it; null to search.</param>
    /// <returns>What was found, with everything that was tried.</returns>
    public static RHomeSearch Search(string? home = null)
    {
        var tried = new List<RHomeAttempt>();
        foreach (var (path, source) in Candidates(home))
        {
            var problem = path is null ? "not there" : Problem(path);
            tried.Add(new RHomeAttempt(source, path, problem));
            if (problem is null)
            {
                return new RHomeSearch(new RHome(path!, LibraryOf(path!), source), tried);
            }
        }

        return new RHomeSearch(null, tried);
    }

    /// <summary>Looks for R and insists on finding it.</summary>
    /// <param name="home">A folder that must be it; null to search.</param>
    /// <exception cref="RNotFoundException">There is none; the message lists what was tried.</exception>
    public static RHome Locate(string? home = null)
    {
        var search = Search(home);
        return search.Home ?? throw new RNotFoundException(search);
    }

    /// <summary>Why a folder is not R's home; null when it is.</summary>
    internal static string? Problem(string path)
    {
        if (!Directory.Exists(path))
        {
            return "no such folder";
        }

        string[] needed = ["library/base", "etc/Renviron", "bin/R"];
        var missing = needed.FirstOrDefault(file => !System.IO.Path.Exists(System.IO.Path.Combine(path, file)));
        return missing is null ? null : $"it has no {missing}";
    }

    private static IEnumerable<(string? Path, string Source)> Candidates(string? home)
    {
        if (home is not null)
        {
            yield return (home, "the option");
            yield break;
        }

        yield return (Environment.GetEnvironmentVariable("R_HOME"), "R_HOME");
        yield return (AskR(), "'R RHOME'");
        foreach (var place in UsualPlaces)
        {
            yield return (place, "a usual place");
        }
    }

    private static string? LibraryOf(string path)
    {
        string[] names = ["lib/libR.so", "lib/libR.dylib"];
        return names.Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists);
    }

    private static string? AskR()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("R", ["RHOME"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var text = process?.StandardOutput.ReadToEnd().Trim();
            process?.WaitForExit();
            return string.IsNullOrEmpty(text) ? null : text.Split('\n')[^1];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no R on the PATH: one of the things that are tried
        }
    }
}

/// <summary>One place where R was looked for.</summary>
/// <param name="Source">Why there.</param>
/// <param name="Path">The folder; null when the source named none.</param>
/// <param name="Problem">Why it is not R's home; null when it is.</param>
public sealed record RHomeAttempt(string Source, string? Path, string? Problem)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Source}: {(Path is null ? "" : Path + ": ")}{Problem ?? "good"}";
}

/// <summary>The outcome of looking for R.</summary>
/// <param name="Home">What was found; null when nothing was.</param>
/// <param name="Tried">Every place that was tried, in order.</param>
public sealed record RHomeSearch(RHome? Home, IReadOnlyList<RHomeAttempt> Tried)
{
    /// <summary>What was tried and found, a line each, for a diagnostics command.</summary>
    public string ToDiagnostics()
    {
        var lines = Tried.Select(attempt => "  " + attempt);
        var found = Home is null
            ? "R home: not found"
            : $"R home: {Home.Path} (from {Home.Source})\nR library: {Home.Library ?? "none: R can only run as a child process"}";
        return $"{found}\nTried:\n{string.Join('\n', lines)}\nUTF-8 locale: {ProcessEnvironment.DescribeLocale()}";
    }
}
