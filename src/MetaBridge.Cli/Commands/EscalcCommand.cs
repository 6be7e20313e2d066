using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Data;
using MetaBridge.EffectSizes;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge escalc</c>: the data with effect sizes and sampling variances added.</summary>
internal static class EscalcCommand
{
    private const string Description =
        """
        Compute effect sizes and sampling variances and print the data with columns yi and vi added.

        Examples:
          metabridge escalc dat.bcg --measure RR --ai tpos --bi tneg --ci cpos --di cneg
          metabridge escalc counts.csv --measure PLO --xi xi --ni ni --format json
        """;

    public static Command Create(CommandHost host)
    {
        var source = new DataArgument();
        var effect = new EffectOptions();
        var format = FormatOption.Create();
        var command = new Command("escalc", Description);
        source.AddTo(command);
        effect.AddTo(command);
        command.Options.Add(format);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var table = EffectSizeCalculator.Calculate(effect.Read(parsed), data);
            var extended = data.With(new NumberColumn("yi", table.Yi)).With(new NumberColumn("vi", table.Vi));
            host.Out.Write(FormatOption.Write(extended, parsed.GetValue(format)));
            return ExitCode.Ok;
        });
        return command;
    }
}
