using System.Diagnostics;
using System.Text;

namespace MetaBridge.RInterop.Tests.Support;

/// <summary>A probe that ran in a process of its own.</summary>
/// <param name="ExitCode">How the process ended.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ProbeRun(int ExitCode, string Output, string Errors)
{
    // Only so that a probe that hangs doesn't hang the tests; the exhaustive ones collect garbage at every allocation.
    private static readonly int LongestSeconds = Environment.GetEnvironmentVariable("METABRIDGE_EXHAUSTIVE") == "1" ? 3600 : 300;

    /// <summary>Runs a probe of the probe host.</summary>
    internal static ProbeRun Of(string probe, params (string Name, string? Value)[] environment)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "MetaBridge.RInterop.ProbeHost.dll");
        // A run started in the background has interrupts ignored, and what it starts inherits that.
        // The full path, since some probes are given another PATH.
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo("env", ["--default-signal=INT", dotnet, "exec", host, probe])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0"; // some probes crash on purpose
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value; // null takes it away
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(LongestSeconds)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The probe {probe} did not end.");
        }

        return new ProbeRun(process.ExitCode, output.Result.Trim(), errors.Result.Trim());
    }
}
