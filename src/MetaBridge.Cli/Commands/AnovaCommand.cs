using System.CommandLine;
using System.Globalization;
using MetaBridge.Cli.Hosting;
using MetaBridge.Cli.Output;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge anova</c>: a model against a smaller one or several others, or a linear hypothesis about its coefficients.</summary>
internal static class AnovaCommand
{
    private const string Description =
        """
        Test a model against a smaller one by its likelihood, compare several, or test combinations of coefficients.

        Examples:
          metabridge anova dat.bcg --measure RR --ai tpos --bi tneg --ci cpos --di cneg --mods "~ ablat + year" --hypothesis "0,1,0"
          metabridge anova studies.csv --yi yi --vi vi --mods "~ dose + year" --method ML --other smaller.json --other none.json
          metabridge anova dat.konstantopoulos2011 --yi yi --vi vi --random "~ 1 | district/school" --reduced smaller.json --bootstrap 999
          metabridge anova studies.csv --spec model.json --hypothesis "0,1,-1" --hypothesis "0,0,1=0.5" --dfs kenward-roger
          metabridge anova studies.csv --spec model.json --hypothesis "0,1,-1" --robust CR2 --cluster study
        """;

    private static readonly Option<string?> Reduced = ModelOptions.Text("--reduced", "Specification of the smaller model.", "FILE");
    private static readonly Option<string[]> Hypothesis = new("--hypothesis")
    {
        Description = "A row of weights of the coefficients, with what it should equal if not 0: \"0,1,-1\", \"1,0=0.5\"; several rows are tested together.",
        HelpName = "ROW",
    };

    private static readonly Option<string[]> Other = new("--other")
    {
        Description = "Specification of another model of the same studies, for a table of information criteria; may be repeated.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Refit = new("--refit") { Description = "Fit both models again by ML where REML likelihoods don't compare." };
    private static readonly Option<int?> Bootstrap = new("--bootstrap") { Description = "Also a p-value from this many samples of the smaller model.", HelpName = "NUMBER" };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of the samples.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = new("--json") { Description = "Print every number as JSON." };

    public static Command Create(CommandHost host)
    {
        var source = new DataArgument();
        var model = new ModelOptions();
        var command = new Command("anova", Description);
        source.AddTo(command);
        model.AddTo(command);
        foreach (var option in (Option[])[Reduced, Hypothesis, Other, Refit, Bootstrap, Seed, Json])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var spec = model.Read(parsed);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var report = spec is UnivariateSpec univariate ? Univariate(univariate, parsed, data, cancellation) : Multilevel(Multilevel(spec), parsed, data, cancellation);
            host.Out.WriteLine(parsed.GetValue(Json) ? report.Json : report.Text.TrimEnd());
            return ExitCode.Ok;
        });
        return command;
    }

    private static AnovaReport Multilevel(MultilevelSpec spec, ParseResult parsed, Data.Dataset data, CancellationToken cancellation)
    {
        var options = new FitOptions { CancellationToken = cancellation };
        var analysis = MetaAnalysis.Analyse(spec with { Also = null }, data, null, options);
        if (parsed.GetValue(Other) is { Length: > 0 } others)
        {
            return AnovaReport.Of(ModelTable.Of([("model", analysis), .. others.Select(path =>
                (path, MetaAnalysis.Analyse(Multilevel(SpecJson.Read(Files.ReadText(path), path)) with { Also = null }, data, null, options)))]));
        }

        return parsed.GetValue(Hypothesis) is { Length: > 0 } rows ? AnovaReport.Of(Test(analysis, rows)) : Compare(analysis, parsed, data, cancellation);
    }

    private static AnovaReport Univariate(UnivariateSpec spec, ParseResult parsed, Data.Dataset data, CancellationToken cancellation)
    {
        var options = new FitOptions { CancellationToken = cancellation };
        var analysis = MetaAnalysis.Analyse(spec with { Also = null }, data, options);
        if (parsed.GetValue(Bootstrap) is not null)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "--bootstrap is there for models with --random.", new Dictionary<string, object?> { ["option"] = "--bootstrap" });
        }

        if (parsed.GetValue(Hypothesis) is { Length: > 0 } rows)
        {
            return AnovaReport.Of(analysis.Test(Read(rows)));
        }

        return parsed.GetValue(Other) is { Length: > 0 } others
            ? AnovaReport.Of(UnivariateAnalysis.Compare([("model", analysis), .. others.Select(path => (path, Another(path)))]))
            : AnovaReport.Of(analysis.CompareWith(Another(Needed(parsed.GetValue(Reduced))), parsed.GetValue(Refit)).Test);

        UnivariateAnalysis Another(string path) => SpecJson.Read(Files.ReadText(path), path) is UnivariateSpec other
            ? MetaAnalysis.Analyse(other with { Also = null }, data, options)
            : throw new MetaBridgeException(ErrorCode.InvalidOption, $"'{path}' is of another family of models.", new Dictionary<string, object?> { ["file"] = path });
    }

    private static string Needed(string? path) => path ?? throw new MetaBridgeException(
        ErrorCode.InvalidOption,
        "anova needs --reduced, the specification of a smaller model, --other, or --hypothesis.",
        new Dictionary<string, object?> { ["option"] = "--reduced" });

    private static AnovaReport Compare(MultilevelAnalysis full, ParseResult parsed, Data.Dataset data, CancellationToken cancellation)
    {
        var path = Needed(parsed.GetValue(Reduced));
        var reduced = MetaAnalysis.Analyse(
            Multilevel(SpecJson.Read(Files.ReadText(path), path)) with { Also = null }, data, null, new FitOptions { CancellationToken = cancellation });
        var refit = parsed.GetValue(Refit);
        return parsed.GetValue(Bootstrap) is { } replications
            ? AnovaReport.Of(full.BootstrapCompareWith(
                reduced, new BootstrapOptions { Replications = replications, Seed = parsed.GetValue(Seed), CancellationToken = cancellation }, refit))
            : AnovaReport.Of(full.CompareWith(reduced, refit));
    }

    private static LinearHypothesisTest Test(MultilevelAnalysis analysis, string[] rows)
    {
        var hypothesis = Read(rows);
        return analysis.Spec is { Robust: { } estimator, ClusterColumn: { } cluster }
            ? analysis.Robust(cluster, estimator).Test(hypothesis)
            : analysis.TestHypothesis(hypothesis);
    }

    private static LinearHypothesis Read(string[] rows)
    {
        var parsed = Array.ConvertAll(rows, row => row.Split('='));
        return LinearHypothesis.Of(
            [.. parsed.Select((parts, i) => parts[0].Split(',').Select(text => Number(text, rows[i])).ToArray())],
            [.. parsed.Select((parts, i) => parts.Length > 1 ? Number(parts[1], rows[i]) : 0)]);
    }

    private static double Number(string text, string row) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"--hypothesis \"{row}\": '{text.Trim()}' is no number.",
            new Dictionary<string, object?> { ["option"] = "--hypothesis", ["value"] = row });

    private static MultilevelSpec Multilevel(ModelSpec spec) => spec as MultilevelSpec ?? throw new MetaBridgeException(
        ErrorCode.NotSupported,
        $"anova compares univariate and multilevel models; this one is of the family '{spec.Family}'.",
        new Dictionary<string, object?> { ["family"] = spec.Family });
}
