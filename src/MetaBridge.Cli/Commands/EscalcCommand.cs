using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;

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
          metabridge escalc counts.csv --measure PLO --xi xi --ni ni --summary --transf transf.ilogit
        """;

    public static Command Create(CommandHost host)
    {
        var source = new DataArgument();
        var effect = new EffectOptions();
        var format = FormatOption.Create();
        var summary = new Option<bool>("--summary") { Description = "Add standard errors, tests and intervals (sei, zi, pval, ci.lb, ci.ub)." };
        var transf = ModelOptions.Text("--transf", "With --summary: a transformation such as exp or transf.ztor.", "NAME");
        var level = new Option<double?>("--level") { Description = "With --summary: confidence level in percent.", HelpName = "NUMBER", CustomParser = InvariantNumber.Parse };
        var command = new Command("escalc", Description);
        source.AddTo(command);
        effect.AddTo(command);
        command.Options.Add(format);
        command.Options.Add(summary);
        command.Options.Add(transf);
        command.Options.Add(level);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var table = EffectSizeCalculator.Calculate(effect.Read(parsed), data);
            var extended = data.With(new NumberColumn("yi", table.Yi)).With(new NumberColumn("vi", table.Vi));
            if (parsed.GetValue(summary))
            {
                extended = Summarised(extended, table, parsed.GetValue(transf), parsed.GetValue(level));
            }

            host.Out.Write(FormatOption.Write(extended, parsed.GetValue(format)));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>As metafor's summary: with a transformation, only what it applies to.</summary>
    private static Dataset Summarised(Dataset data, EffectSizeTable table, string? transformation, double? level)
    {
        var options = new EffectSummaryOptions
        {
            Level = level ?? new EffectSummaryOptions().Level,
            Transformation = transformation is null ? null : Transformations.Find(transformation) ?? throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"There is no transformation '{transformation}' of one number; known are exp, transf.ztor, transf.ilogit, transf.iarcsin and others.",
                new Dictionary<string, object?> { ["transf"] = transformation }),
        };
        var summary = EffectSummary.Of(table.Yi, table.Vi, options);
        data = data.With(new NumberColumn("yi", summary.Yi));
        if (transformation is null)
        {
            data = data.With(new NumberColumn("sei", summary.StandardErrors)).With(new NumberColumn("zi", summary.Statistics))
                .With(new NumberColumn("pval", summary.PValues));
        }

        return data.With(new NumberColumn("ci.lb", summary.Lower)).With(new NumberColumn("ci.ub", summary.Upper));
    }
}
