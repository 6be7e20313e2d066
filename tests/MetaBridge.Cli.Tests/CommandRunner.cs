using MetaBridge.Cli.Commands;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;

namespace MetaBridge.Cli.Tests;

/// <summary>Runs the command in this process, with streams that can be read.</summary>
internal sealed class CommandRunner
{
    public static string Home { get; } = FindHome();

    /// <summary>Whether R can be found.</summary>
    public bool HasR { get; init; } = true;

    public string Input { get; init; } = "";

    public async Task<(int Exit, string Out, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(Input);
        var host = new CommandHost
        {
            Out = output,
            Error = error,
            In = input,
            Home = Home,
            // A child process, since R can live only once in this one.
            OpenSession = HasR
                ? cancellation => Task.Run(() => RSession.Open(new RSessionOptions { Mode = RSessionMode.ChildProcess }), cancellation)
                : _ => throw new MetaBridgeException(ErrorCode.RNotFound, "R was not found."),
            SetUpR = (_, _) => Task.FromResult(HasR),
        };
        var exit = await CommandLine.RunAsync(args, host);
        return (exit, output.ToString(), error.ToString());
    }

    private static string FindHome()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "golden", "datasets")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("golden");
    }
}
