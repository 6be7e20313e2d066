using System.CommandLine;
using MetaBridge.Bayes;
using MetaBridge.Cli.Hosting;
using MetaBridge.Cli.Output;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Plots;
using MetaBridge.Reporting;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options that say how a Bayesian model is computed and shown.</summary>
internal sealed class BayesOutputs
{
    private const int DefaultDigits = 3;

    private readonly Option<bool> sampler = new("--sampler") { Description = "Sample the posterior in chains instead of integrating it." };
    private readonly Option<long> seed = new("--seed") { Description = "Seed of the sampler.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
    private readonly Option<int> chains = Count("--chains", "Chains of the sampler.", new SamplerOptions().Chains);
    private readonly Option<int> warmup = Count("--warmup", "Sweeps per chain before the draws.", new SamplerOptions().Warmup);
    private readonly Option<int> draws = Count("--draws", "Draws per chain.", new SamplerOptions().Draws);
    private readonly Option<bool> effects = new("--effects") { Description = "Also the effects of clusters and studies." };
    private readonly Option<bool> predictions = new("--predictions") { Description = "Also predictions: the average effect, a new cluster, a new study." };
    private readonly Option<double?> observation = new("--predict-v")
    {
        Description = "With --predictions also the effect size that a new study with this sampling variance will observe.",
        HelpName = "NUMBER",
        CustomParser = InvariantNumber.Parse,
    };

    private readonly Option<bool> loo = new("--loo") { Description = "Also leave-one-out predictive densities of studies and of clusters: exact, or from the draws of a sampled posterior." };
    private readonly Option<bool> diagnostics = new("--influence") { Description = "Also residuals and case-deletion diagnostics." };
    private readonly Option<bool> average = new("--average") { Description = "Also the average over models with and without effect, heterogeneity and each moderator, with Bayes factors." };
    private readonly Option<bool> sensitivity = new("--sensitivity") { Description = "Also a table of the estimates over a grid of prior scales." };
    private readonly Option<bool> beside = new("--beside-reml")
    {
        Description = "Also metafor's model by restricted likelihood (rma.mv, or rma.uni without clusters) with its confidence intervals, row by row beside the posterior.",
    };

    private readonly Option<string?> sensitivitySvg = ModelOptions.Text("--sensitivity-svg", "Draw the estimates over a grid of prior scales.", "FILE.svg");
    private readonly Option<string?> limits = ModelOptions.Text("--xlim", "Limits of the values in the panels of --svg.", "LOWER,UPPER");
    private readonly Option<string?> svg = ModelOptions.Text("--svg", "Draw posterior densities over their priors.", "FILE.svg");
    private readonly Option<string[]> parameters = new("--parameter")
    {
        Description = "A parameter to draw, such as tau; may be repeated. By default those of the main table.",
        HelpName = "NAME",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [sampler, seed, chains, warmup, draws, effects, predictions, observation, loo, diagnostics, average, sensitivity, beside, svg, parameters, limits, sensitivitySvg];
        Array.ForEach(all, command.Options.Add);
    }

    /// <summary>Fits, draws and prints.</summary>
    /// <param name="host">Where to print.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="spec">The model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="asJson">Whether to print JSON.</param>
    /// <param name="digits">Decimals; null for the default.</param>
    /// <param name="cancellation">Stops the work.</param>
    public int Run(CommandHost host, ParseResult parsed, BayesSpec spec, Dataset data, bool asJson, int? digits, CancellationToken cancellation)
    {
        var fit = parsed.GetValue(sampler) || !BayesEngine.IsIntegrated(spec, data)
            ? BayesEngine.Sample(spec, data, SamplerFrom(parsed, cancellation))
            : BayesEngine.Fit(spec, data, new FitOptions { CancellationToken = cancellation });
        foreach (var dropped in fit.Studies.Dropped)
        {
            host.Error.WriteLine(FormattableString.Invariant($"note: row {dropped.Row + 1} was left out: {dropped.Reason}"));
        }

        if (!fit.Converged)
        {
            host.Error.WriteLine("note: the numbers have not converged; their errors are in the JSON form.");
        }

        Draw(parsed, fit, spec, data, cancellation);

        var further = new BayesFurther(fit, spec, data, cancellation)
        {
            Effects = parsed.GetValue(effects),
            Predictions = parsed.GetValue(predictions),
            SamplingVariance = parsed.GetValue(observation),
            LeaveOneOut = parsed.GetValue(loo),
            Diagnostics = parsed.GetValue(diagnostics),
            Average = parsed.GetValue(average),
            Sensitivity = parsed.GetValue(sensitivity),
            BesideLikelihood = parsed.GetValue(beside),
        };
        host.Out.WriteLine(asJson ? further.ToJson() : (fit.ToText(digits ?? DefaultDigits) + further.ToText(digits ?? DefaultDigits)).TrimEnd());
        return ExitCode.Ok;
    }

    private void Draw(ParseResult parsed, BayesFit fit, BayesSpec spec, Dataset data, CancellationToken cancellation)
    {
        var names = parsed.GetValue(parameters) is { Length: > 0 } given ? given : null;
        var options = new PosteriorPlotOptions { Parameters = names, Limits = Limits(parsed.GetValue(limits)) };
        if (parsed.GetValue(svg) is { } path)
        {
            Files.WriteText(path, PlotRenderer.ToSvg(PosteriorPlot.Of(fit, options)));
        }

        if (parsed.GetValue(sensitivitySvg) is { } other)
        {
            Files.WriteText(other, PlotRenderer.ToSvg(SensitivityPlot.Of(PriorSensitivity.Table(spec, data, cancellation: cancellation), names)));
        }
    }

    private static (double Lower, double Upper)? Limits(string? text) => NumberList.Parse(text, "--xlim") switch
    {
        null => null,
        [{ } lower, { } upper] => (lower, upper),
        _ => throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"--xlim takes two numbers such as 0,1, not '{text}'.",
            new Dictionary<string, object?> { ["option"] = "--xlim", ["value"] = text }),
    };

    private SamplerOptions SamplerFrom(ParseResult parsed, CancellationToken cancellation) => new()
    {
        Seed = parsed.GetValue(seed),
        Chains = parsed.GetValue(chains),
        Warmup = parsed.GetValue(warmup),
        Draws = parsed.GetValue(draws),
        CancellationToken = cancellation,
    };

    private static Option<int> Count(string name, string description, int value) =>
        new(name) { Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => value };
}
