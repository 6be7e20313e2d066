using MetaBridge.RInterop.Sessions;

namespace MetaBridge.Cli.Hosting;

/// <summary>The world a command runs in: streams, the project's folder, R. Tests put their own in place.</summary>
internal sealed class CommandHost
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, progress and remarks.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Input for <c>-</c>.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal that can show progress.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The folder that holds <c>golden</c> and <c>r-scripts</c>; null when the command runs outside of a checkout.</summary>
    public string? Home { get; init; }

    /// <summary>Starts R.</summary>
    public Func<CancellationToken, Task<IRSession>> OpenSession { get; init; } = RAccess.OpenAsync;

    /// <summary>Installs R and its packages where that is possible; true when they are there afterwards.</summary>
    public Func<CommandHost, CancellationToken, Task<bool>> SetUpR { get; init; } = RAccess.SetUpAsync;

    /// <summary>The folder of recorded datasets, or null.</summary>
    public string? DatasetFolder => Home is null ? null : Path.Combine(Home, "golden", "datasets");

    /// <summary>The host of the real command.</summary>
    public static CommandHost ForConsole() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        ShowsProgress = !Console.IsErrorRedirected,
        Home = FindHome(),
    };

    private static string? FindHome()
    {
        if (Environment.GetEnvironmentVariable("METABRIDGE_HOME") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "golden", "datasets")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
