using System.Diagnostics;
using Xunit;

namespace MetaBridge.Cli.Tests;

/// <summary>The built command as a process: signals and pipes.</summary>
public sealed class ProcessTests
{
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "MetaBridge.Cli.dll");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("validate --recorded")]
    [InlineData("fit - --yi yi --vi vi")]
    public async Task Interrupt_EndsWithStatus130(string arguments)
    {
        // A run started in the background has interrupts ignored, and what it starts inherits that.
        using var process = Start("env", $"--default-signal=INT dotnet exec {Command} {arguments}");
        if (arguments.StartsWith("validate", StringComparison.Ordinal))
        {
            _ = await process.StandardOutput.ReadLineAsync();
        }
        else
        {
            // It waits for its input; give it the time to get there.
            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await WaitAsync(process);
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public async Task ClosedPipe_EndsQuietly()
    {
        using var process = Start("dotnet", $"exec {Command} validate --recorded");
        _ = await process.StandardOutput.ReadLineAsync();
        process.StandardOutput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await WaitAsync(process);
        Assert.Empty(error);
        Assert.Equal(0, process.ExitCode);
    }

    private static Process Start(string program, string arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["METABRIDGE_HOME"] = CommandRunner.Home },
    })!;

    private static async Task WaitAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("The command did not end.");
        }
    }
}
