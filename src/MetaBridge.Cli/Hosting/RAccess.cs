using System.ComponentModel;
using System.Diagnostics;
using MetaBridge.RInterop.Sessions;

namespace MetaBridge.Cli.Hosting;

/// <summary>Starts R, and sets it up where that is possible.</summary>
internal static class RAccess
{
    /// <summary>Starts R: in this process where that works, else in a child process.</summary>
    public static Task<IRSession> OpenAsync(CancellationToken cancellation) => Task.Run(() => RSession.Open(), cancellation);

    /// <summary>Runs the setup script of the project; true when R and its packages are there afterwards.</summary>
    public static async Task<bool> SetUpAsync(CommandHost host, CancellationToken cancellation)
    {
        var script = host.Home is null ? null : Path.Combine(host.Home, "r-scripts", "setup.sh");
        if (script is null || !File.Exists(script))
        {
            return true;
        }

        try
        {
            var start = new ProcessStartInfo("/bin/sh", [script]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, line) => Pass(host, line.Data);
            process.OutputDataReceived += (_, line) => Pass(host, line.Data);
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // No shell here (Windows): R is used if it is there, and found missing by whoever starts it.
            return true;
        }
    }

    private static void Pass(CommandHost host, string? line)
    {
        if (line is not null)
        {
            host.Error.WriteLine(line);
        }
    }
}
