using System.CommandLine;
using MetaBridge.Agreement;
using MetaBridge.Cli.Hosting;
using MetaBridge.Cli.Output;
using MetaBridge.RInterop.Reference;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge compare</c>: a user's data through both engines.</summary>
internal static class CompareCommand
{
    private const string Description =
        """
        Fit a model with MetaBridge and with R's metafor, and print both side by side.

        The exit status is 0 when they agree, 1 when they do not.

        Examples:
          metabridge compare studies.csv --yi yi --vi vi --mods "~ year"
          metabridge compare dat.bcg --measure RR --ai tpos --bi tneg --ci cpos --di cneg --json
        """;

    public static Command Create(CommandHost host)
    {
        var source = new DataArgument();
        var model = new ModelOptions();
        var json = new Option<bool>("--json") { Description = "Print the certificate as JSON." };
        var command = new Command("compare", Description);
        source.AddTo(command);
        model.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) => RunAsync(host, source, model, parsed, parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, DataArgument source, ModelOptions model, ParseResult parsed, bool asJson, CancellationToken cancellation)
    {
        using var lazy = new LazySession(host);
        var spec = model.Read(parsed);
        var data = model.Attach(parsed, await source.LoadAsync(host, parsed, lazy, cancellation).ConfigureAwait(false));
        var session = await lazy.OpenAsync(cancellation).ConfigureAwait(false);
        var metafor = await MetaforReference.OpenAsync(session, cancellation).ConfigureAwait(false);
        var reference = await metafor.ResultAsync(spec, data, cancellation).ConfigureAwait(false);
        var report = AgreementCheck.Run(spec, data, reference, cancellation);
        var certificate = new Certificate(
            data.Name, $"{data.Name} through both engines", data.Name, data.ContentHash(), spec, reference.Provenance, IsLive: true, report);
        host.Out.Write(asJson ? certificate.ToJson() : ComparisonTable.Write(certificate));
        return report.Agrees ? ExitCode.Ok : ExitCode.Disagreement;
    }
}
