using System.CommandLine;
using System.Globalization;
using MetaBridge.Cli.Hosting;
using MetaBridge.Cli.Output;
using MetaBridge.Errors;
using MetaBridge.IndividualData;
using MetaBridge.Multilevel;
using MetaBridge.Plots;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge fit</c>: a model on a user's data or a published dataset.</summary>
internal static class FitCommand
{
    private const int DefaultDigits = 4;
    private const int MostDigits = 15;

    private const string Description =
        """
        Fit a meta-analysis model and print it as metafor does, or as JSON.

        Examples:
          metabridge fit studies.csv --yi yi --vi vi
          metabridge fit dat.bcg --measure RR --ai tpos --bi tneg --ci cpos --di cneg --mods "~ ablat + year" --test knha
          metabridge fit studies.csv --spec model.json --json
          metabridge fit studies.csv --yi yi --sei se --slab study --forest forest.svg --funnel funnel.svg
          metabridge fit dat.bcg --method MH --measure OR --ai tpos --bi tneg --ci cpos --di cneg
          metabridge fit dat.konstantopoulos2011 --yi yi --vi vi --random "~ school | district" --struct CS --confint
          metabridge fit dat.konstantopoulos2011 --yi yi --vi vi --bayes --measure SMD --cluster district
          cat studies.csv | metabridge fit - --yi yi --vi vi --subset "year > 1990" --confint
        """;

    public static Command Create(CommandHost host)
    {
        var source = new DataArgument();
        var model = new ModelOptions();
        var output = new Outputs();
        var bayes = new BayesOutputs();
        var command = new Command("fit", Description);
        source.AddTo(command);
        model.AddTo(command);
        output.AddTo(command);
        bayes.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(host, source, model, output, bayes, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, DataArgument source, ModelOptions model, Outputs output, BayesOutputs bayes, ParseResult parsed, CancellationToken cancellation)
    {
        using var session = new LazySession(host);
        var spec = model.Read(parsed);
        var data = model.Attach(parsed, await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false));
        if (spec is BayesSpec bayesian)
        {
            return bayes.Run(host, parsed, bayesian, data, output.AsJson(parsed), output.Digits(parsed), cancellation);
        }

        var fit = MetaAnalysis.Fit(spec, data, new FitOptions { CancellationToken = cancellation });
        foreach (var dropped in Dropped(fit))
        {
            host.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"note: row {dropped.Row + 1} was left out: {dropped.Reason}"));
        }

        if (fit is UnivariateFit univariate && spec is UnivariateSpec given && BaselineRisk.Moderators(univariate, given, data) is [var first, ..])
        {
            host.Error.WriteLine($"note: '{first}' is the observed risk of the control group. {EcologicalCaution.BaselineRisk}");
        }

        output.WritePlots(parsed, fit);
        host.Out.WriteLine(output.Write(parsed, fit).TrimEnd());
        return ExitCode.Ok;
    }

    private static IReadOnlyList<DroppedStudy> Dropped(FitResult fit) => fit switch
    {
        UnivariateFit univariate => univariate.Studies.Dropped,
        StratifiedFit stratified => stratified.Studies.Dropped,
        MultilevelFit multilevel => multilevel.Studies.Dropped,
        PeopleFit people => people.Dropped,
        _ => [],
    };

    /// <summary>The options that say how a fit is shown.</summary>
    private sealed class Outputs
    {
        private readonly Option<bool> json = new("--json") { Description = "Print every number as JSON." };
        private readonly Option<int> digits = new("--digits")
        {
            Description = "Decimals of the text.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => DefaultDigits,
        };

        private readonly Option<string?> forest = ModelOptions.Text("--forest", "Draw a forest plot.", "FILE.svg");
        private readonly Option<string?> funnel = ModelOptions.Text("--funnel", "Draw a funnel plot.", "FILE.svg");

        public Outputs() => digits.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > MostDigits)
            {
                result.AddError($"--digits takes a whole number from 0 to {MostDigits}.");
            }
        });

        public void AddTo(Command command)
        {
            Option[] options = [digits, json, forest, funnel];
            foreach (var option in options)
            {
                command.Options.Add(option);
            }
        }

        public bool AsJson(ParseResult parsed) => parsed.GetValue(json);

        /// <summary>The decimals that were asked for, or null.</summary>
        public int? Digits(ParseResult parsed) => parsed.GetResult(digits) is { Implicit: false } ? parsed.GetValue(digits) : null;

        public string Write(ParseResult parsed, FitResult fit) => parsed.GetValue(json) ? FitJson.Write(fit) : fit switch
        {
            UnivariateFit univariate => univariate.ToText(parsed.GetValue(digits)) + FurtherText.Write(univariate, parsed.GetValue(digits)),
            StratifiedFit stratified => stratified.ToText(parsed.GetValue(digits)),
            MultilevelFit multilevel => multilevel.ToText(parsed.GetValue(digits)),
            PeopleFit people => NamedTablesReport.ToText(people.Further, people.Notes, parsed.GetValue(digits)),
            _ => FitJson.Write(fit),
        };

        public void WritePlots(ParseResult parsed, FitResult fit)
        {
            if (parsed.GetValue(forest) is { } forestPath)
            {
                Files.WriteText(forestPath, PlotRenderer.ToSvg(ForestPlot.Of(Drawable(fit))));
            }

            if (parsed.GetValue(funnel) is { } funnelPath)
            {
                Files.WriteText(funnelPath, PlotRenderer.ToSvg(FunnelPlot.Of(Drawable(fit))));
            }
        }

        private static UnivariateFit Drawable(FitResult fit) => fit as UnivariateFit ?? throw new MetaBridgeException(
            ErrorCode.NotSupported, $"Fits of the family '{fit.Family}' have no plots yet.");
    }
}
