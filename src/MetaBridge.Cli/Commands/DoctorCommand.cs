using System.CommandLine;
using System.Runtime.InteropServices;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;
using MetaBridge.RInterop.Reference;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge doctor</c>: what is installed and what was found.</summary>
internal static class DoctorCommand
{
    private const string Description =
        """
        Say what is installed: the version of MetaBridge, .NET, R and its packages, and where they were found.

        The exit status is 4 when R cannot be used.

        Example:
          metabridge doctor
        """;

    public static Command Create(CommandHost host)
    {
        var command = new Command("doctor", Description);
        command.SetAction((_, cancellation) => RunAsync(host, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, CancellationToken cancellation)
    {
        Line(host, "MetaBridge", typeof(MetaAnalysis).Assembly.GetName().Version?.ToString(3));
        Line(host, ".NET", RuntimeInformation.FrameworkDescription);
        Line(host, "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        Line(host, "home", host.Home ?? "not in a checkout");
        Line(host, "R_HOME", Environment.GetEnvironmentVariable("R_HOME") ?? "not set");
        try
        {
            using var lazy = new LazySession(host);
            var session = await lazy.OpenAsync(cancellation).ConfigureAwait(false);
            Line(host, "R", $"{session.Info.Version} ({session.Info.Platform}), {(session.Info.IsInProcess ? "in this process" : "in a child process")}");
            Line(host, "R home", session.Info.Home);
            var metafor = await MetaforReference.OpenAsync(session, cancellation).ConfigureAwait(false);
            Line(host, "metafor", metafor.Metafor);
            Line(host, "metadat", metafor.Metadat ?? "not installed");
            return ExitCode.Ok;
        }
        catch (MetaBridgeException exception) when (ExitCode.Of(exception.Code) == ExitCode.RUnavailable)
        {
            Line(host, "R", $"not usable: {exception.Message} {exception.Remedy}");
            return ExitCode.RUnavailable;
        }
    }

    private static void Line(CommandHost host, string name, string? value) => host.Out.WriteLine($"{name,-11} {value}");
}
