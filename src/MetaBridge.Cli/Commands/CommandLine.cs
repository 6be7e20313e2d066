using System.Globalization;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MetaBridge.Cli.Hosting;

namespace MetaBridge.Cli.Commands;

/// <summary>The <c>metabridge</c> command: its subcommands, and how errors become exit statuses.</summary>
internal static class CommandLine
{
    private const string CommandName = "metabridge";

    private const string Description =
        """
        Meta-analysis in C#, provably equal to R's metafor.

        Examples:
          metabridge validate                     fit every recorded case with both engines and compare
          metabridge fit dat.bcg --measure RR --ai tpos --bi tneg --ci cpos --di cneg --mods "~ ablat + year" --test knha
          metabridge compare studies.csv --yi yi --vi vi
          metabridge datasets list
        """;

    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="host">Streams and R.</param>
    /// <returns>The exit status, one of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CommandHost host)
    {
        var parsed = Create(host).Parse(args);
        var isHelp = parsed.Action is HelpAction;
        if (parsed.Errors.Count > 0 && !isHelp)
        {
            return ErrorReport.PrintUsage(host, parsed.Errors.Select(error => error.Message).Distinct(), NameOf(parsed.CommandResult));
        }

        if (isHelp)
        {
            return await PrintHelpAsync(parsed, host).ConfigureAwait(false);
        }

        try
        {
            var streams = new InvocationConfiguration
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await parsed.InvokeAsync(streams).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The outermost frame: whatever happened becomes a message and an exit status.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ErrorReport.Print(host, exception, AsksForJson(args));
        }
        finally
        {
            await host.Out.FlushAsync().ConfigureAwait(false);
        }
    }

    // Help calls a program by its file; people call it by its command.
    private static async Task<int> PrintHelpAsync(ParseResult parsed, CommandHost host)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var status = await parsed.InvokeAsync(new InvocationConfiguration { Output = text }).ConfigureAwait(false);
        var usage = text.ToString().Replace($"  {RootCommand.ExecutableName} ", $"  {CommandName} ", StringComparison.Ordinal);
        await host.Out.WriteAsync(usage).ConfigureAwait(false);
        await host.Out.FlushAsync().ConfigureAwait(false);
        return status;
    }

    private static RootCommand Create(CommandHost host) => new(Description)
    {
        ValidateCommand.Create(host),
        FitCommand.Create(host),
        BrmaCommand.Create(host),
        CompareCommand.Create(host),
        AnovaCommand.Create(host),
        IndividualCommands.CreateIpd(host),
        IndividualCommands.CreateEcological(host),
        IndividualCommands.CreateControlRate(host),
        EscalcCommand.Create(host),
        ReshapeCommands.CreateFiveNumbers(host),
        ReshapeCommands.CreateLong(host),
        ReshapeCommands.CreateWide(host),
        ReshapeCommands.CreateTable(host),
        DatasetsCommand.Create(host),
        ExplainCommand.Create(host),
        DoctorCommand.Create(host),
    };

    /// <summary>Whether results and errors are to be JSON; for validate, --json names a file.</summary>
    private static bool AsksForJson(string[] args) => args.Contains("--json") && args[0] != "validate";

    private static string NameOf(CommandResult result) => result.Parent is CommandResult parent
        ? $"{NameOf(parent)} {result.Command.Name}"
        : CommandName;
}
