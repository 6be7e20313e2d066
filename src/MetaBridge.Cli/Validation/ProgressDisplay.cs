using System.Globalization;
using MetaBridge.Cli.Hosting;

namespace MetaBridge.Cli.Validation;

/// <summary>One line on the terminal that says which case is running; nothing when there is no terminal.</summary>
/// <param name="host">The error stream.</param>
/// <param name="total">How many cases there are.</param>
internal sealed class ProgressDisplay(CommandHost host, int total)
{
    private const string EraseLine = "\r\x1b[2K";
    private const int BarWidth = 24;
    private int done;

    /// <summary>Shows that a case is running.</summary>
    public void Start(string id)
    {
        if (host.ShowsProgress)
        {
            var filled = BarWidth * done / Math.Max(total, 1);
            var bar = new string('#', filled).PadRight(BarWidth, '.');
            host.Error.Write(string.Create(CultureInfo.InvariantCulture, $"{EraseLine}[{bar}] {done}/{total} {id}"));
        }

        done++;
    }

    /// <summary>Takes the line away, so that ordinary lines can be written.</summary>
    public void Clear()
    {
        if (host.ShowsProgress)
        {
            host.Error.Write(EraseLine);
            host.Error.Flush();
        }
    }
}
