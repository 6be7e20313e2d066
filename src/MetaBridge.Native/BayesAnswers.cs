using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Answers the questions of <c>mb_brma</c> as tables; docs/native.md lists both.</summary>
internal sealed class BayesAnswers
{
    private const int DefaultDensityPoints = 241;
    private const int PriorDigits = 4;
    private const string ScaleType = "terms.scale";
    private readonly BayesFit fit;
    private readonly BayesQuestions ask;
    private readonly NamedTables tables = new();

    private BayesAnswers(BayesFit fit, BayesQuestions ask)
    {
        this.fit = fit;
        this.ask = ask;
    }

    private BayesPosterior Posterior => fit.Posterior ?? throw new MetaBridgeException(
        ErrorCode.Internal, "The fit has no posterior.");

    /// <summary>Fits and answers.</summary>
    public static NamedTables Of(BayesSpec spec, Dataset data, BayesQuestions ask, CancellationToken cancellation)
    {
        ask.RequireKnown("sampler", "draws", "summary", "density", "predict", "effects", "loo", "diagnostics", "average", "sensitivity");
        var options = new FitOptions { CancellationToken = cancellation };
        var sampler = ask.Asks("sampler") && (!ask.Of("sampler").Asks("only_if_needed") || !BayesEngine.IsIntegrated(spec, data))
            ? Sampler(ask.Of("sampler"), cancellation)
            : null;
        var fit = sampler is null ? BayesEngine.Fit(spec, data, options) : BayesEngine.Sample(spec, data, sampler);
        var answers = new BayesAnswers(fit, ask);
        answers.AddFit();
        answers.AddSampling();
        answers.AddAsked();
        if (ask.Asks("average"))
        {
            answers.AddAverage(BayesEngine.Average(spec, data, options));
        }

        if (ask.Asks("sensitivity"))
        {
            var q = ask.Of("sensitivity");
            answers.AddSensitivity(PriorSensitivity.Table(spec, data, q.Numbers("effect"), q.Numbers("heterogeneity"), cancellation));
        }

        return answers.tables;
    }

    private static SamplerOptions Sampler(BayesQuestions q, CancellationToken cancellation)
    {
        q.RequireKnown("chains", "warmup", "draws", "seed", "only_if_needed");
        var defaults = new SamplerOptions();
        return new SamplerOptions
        {
            Chains = q.Integer("chains", defaults.Chains),
            Warmup = q.Integer("warmup", defaults.Warmup),
            Draws = q.Integer("draws", defaults.Draws),
            Seed = q.Integer("seed", (int)defaults.Seed),
            CancellationToken = cancellation,
        };
    }

    private void AddFit()
    {
        tables.AddSummaries("estimates", fit.Estimates);
        tables.AddSummaries("heterogeneity", fit.Heterogeneity);
        var quadrature = fit.Quadrature ?? new QuadratureReport(0, 0, 0, false);
        tables.Add(
            "scalars",
            ["logml", "logml.error", "vt", "converged", "dimensions", "points", "step", "unit_information_sd", "level"],
            ("value",
            [
                fit.LogMarginalLikelihood.Value, fit.LogMarginalLikelihood.Error, fit.TypicalVariance, fit.Converged ? 1 : 0, quadrature.Dimensions,
                quadrature.Points, quadrature.Step, fit.Priors.UnitInformationSd, fit.Level,
            ]));
        tables.AddTexts("words", [Keywords<BayesMeasure>.Of(fit.Measure), fit.Engine, fit.Quadrature is null ? "sampler" : "quadrature"]);
        tables.AddTexts(
            "priors",
            [.. new[] { fit.Priors.Effect, fit.Priors.Heterogeneity, fit.Priors.Allocation, fit.Priors.Moderators, fit.Priors.Scale }
                .Select(prior => PriorText.Write(prior, PriorDigits))]);
        tables.AddTexts("clusters", fit.ClusterNames);
        tables.Add(
            "studies",
            fit.Studies.Labels,
            ("yi", fit.Studies.EffectSizes),
            ("vi", fit.Studies.Variances),
            ("row", fit.Studies.Rows.Select(row => row + 1.0)));
        tables.Add("dropped", [.. fit.Studies.Dropped.Select(study => study.Reason)], ("row", fit.Studies.Dropped.Select(study => study.Row + 1.0)));
    }

    private void AddSampling()
    {
        if (fit.Sampling is not { } sampling)
        {
            return;
        }

        tables.Add(
            "diagnostics",
            [.. sampling.Diagnostics.Select(row => row.Name)],
            ("rhat", sampling.Diagnostics.Select(row => row.RHat)),
            ("ess_bulk", sampling.Diagnostics.Select(row => row.BulkEss)),
            ("ess_tail", sampling.Diagnostics.Select(row => row.TailEss)));
        tables.Add("sampling", ["chains", "warmup", "draws", "seed"], ("value", [sampling.Chains, sampling.Warmup, sampling.Draws, sampling.Seed]));
        if (ask.Asks("draws"))
        {
            // Chain after chain: an array of draws by chains by parameters.
            tables.Add(
                "draws",
                sampling.Chains * sampling.Draws,
                [.. fit.Draws!.Draws.Select(pair => (pair.Key, pair.Value.SelectMany(chain => chain)))]);
        }
    }

    private void AddAsked()
    {
        if (ask.Asks("summary"))
        {
            AddSummary(ask.Of("summary"));
        }

        if (ask.Asks("density"))
        {
            AddDensities(ask.Of("density"));
        }

        if (ask.Asks("predict"))
        {
            AddPredictions(ask.Of("predict"));
        }

        if (ask.Asks("effects"))
        {
            var clusters = Posterior.ClusterEffects();
            tables.AddSummaries("cluster effects", [.. clusters.Select(cluster => cluster.Effect)], fit.ClusterNames);
            tables.AddSummaries("cluster deviations", [.. clusters.Select(cluster => cluster.Deviation)], fit.ClusterNames);
            tables.AddSummaries("cluster new studies", [.. clusters.Select(cluster => cluster.NewStudy)], fit.ClusterNames);
            tables.AddSummaries("study effects", Posterior.StudyEffects(), fit.Studies.Labels);
        }

        if (ask.Asks("loo"))
        {
            AddLeaveOneOut("loo studies", Posterior.LeaveOneOut());
            if (fit.ClusterNames.Count > 0)
            {
                AddLeaveOneOut("loo clusters", Posterior.LeaveOneClusterOut());
            }
        }

        if (ask.Asks("diagnostics"))
        {
            new DiagnosticTables(tables).Add(fit, Posterior);
        }
    }

    private void AddSummary(BayesQuestions q)
    {
        q.RequireKnown("parameters", "probs");
        var names = q.Texts("parameters") ?? [.. fit.Estimates.Select(row => row.Name)];
        var probs = q.Numbers("probs") ?? [0.025, 0.5, 0.975];
        tables.Add(
            "summary",
            names,
            [.. probs.Select(p => (FormattableString.Invariant($"{p}"), (IEnumerable<double>)[.. names.Select(name => Quantile(name, p))]))]);
    }

    private double Quantile(string name, double p) => Posterior.Quantile(name, p).Value;

    private void AddDensities(BayesQuestions q)
    {
        q.RequireKnown("parameters", "lower", "upper", "n");
        foreach (var name in q.Texts("parameters") ?? [])
        {
            var support = Posterior.Support(name);
            var lower = q.Number("lower") ?? Posterior.Quantile(name, 5e-4).Value;
            var upper = q.Number("upper") ?? Posterior.Quantile(name, 1 - 5e-4).Value;
            lower = q.Number("lower") is null && support.Lower == 0 && lower < 0.25 * upper ? 0 : lower;
            var inset = 1e-4 * (upper - lower);
            double from = Math.Max(lower, support.Lower + inset), to = Math.Min(upper, support.Upper - inset);
            var n = q.Integer("n", DefaultDensityPoints);
            var x = Enumerable.Range(0, n).Select(i => from + ((to - from) * i / Math.Max(n - 1, 1))).ToArray();
            var hasPrior = Posterior.HasPriorDensity(name);
            tables.Add(
                "density " + name,
                n,
                ("x", x),
                ("posterior", x.Select(at => Posterior.Density(name, at).Value)),
                ("prior", x.Select(at => hasPrior ? Posterior.PriorDensity(name, at) : double.NaN)));
        }
    }

    private void AddPredictions(BayesQuestions q)
    {
        q.RequireKnown("type", "newdata", "average", "v");
        var type = q.Text("type") ?? "terms";
        var newData = q.Asks("newdata") ? Dataset.ParseJson(q.Raw("newdata")) : null;
        if (type == ScaleType)
        {
            tables.AddSummaries("predictions", newData is not null ? Posterior.ScaleAt(newData)
                : q.Asks("average") ? [Posterior.Summarize("tau") with { Name = "average" }]
                : Posterior.ScaleStudies());
            return;
        }

        var kind = type switch
        {
            "terms" => PredictionKind.Average,
            "cluster" => PredictionKind.NewCluster,
            "estimate" => PredictionKind.NewStudy,
            "response" => PredictionKind.NewObservation,
            _ => throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"Unknown type of prediction '{type}'; known are terms, cluster, estimate, response, {ScaleType}.",
                new Dictionary<string, object?> { ["type"] = type }),
        };
        var variances = q.Numbers("v");
        tables.AddSummaries("predictions", newData is not null ? Posterior.PredictAt(newData, kind, variances)
            : q.Asks("average") ? [Posterior.Predict(kind, variances?.FirstOrDefault()) with { Name = "average" }]
            : Posterior.PredictStudies(kind));
    }

    private void AddLeaveOneOut(string name, LeaveOneOutResult result)
    {
        tables.Add(
            name,
            result.Units,
            [
                ("elpd", result.LogDensities.Select(density => density.Value)),
                ("error", result.LogDensities.Select(density => density.Error)),
                ("p_loo", result.EffectiveParametersByUnit),
                .. result.ParetoK.Count > 0 ? [("pareto_k", (IEnumerable<double>)result.ParetoK)] : ((string, IEnumerable<double>)[])[],
            ]);
        tables.Add(
            name + " total",
            ["elpd", "error", "se", "p_loo", "p_loo.error", "p_loo.se", "pareto_k.limit"],
            ("value",
            [
                result.Elpd.Value, result.Elpd.Error, result.StandardError, result.EffectiveParameters.Value, result.EffectiveParameters.Error,
                result.EffectiveParametersStandardError, result.ParetoKLimit,
            ]));
    }

    private void AddAverage(BayesModelAverage average)
    {
        tables.Add(
            "inclusion",
            [.. average.Inclusion.Select(row => row.Component)],
            ("prior", average.Inclusion.Select(row => row.PriorProbability)),
            ("posterior", average.Inclusion.Select(row => row.PosteriorProbability.Value)),
            ("BF", average.Inclusion.Select(row => row.BayesFactor.Value)),
            ("BF.error", average.Inclusion.Select(row => row.BayesFactor.Error)));
        tables.AddSummaries("averaged", average.Estimates);
        tables.AddSummaries("conditional", average.Conditional);
        tables.Add(
            "models",
            average.Models.Count,
            [
                .. average.Inclusion.Select((row, c) => (row.Component, average.Models.Select(model => model.Included[c] ? 1.0 : 0))),
                ("prior", average.Models.Select(model => model.PriorProbability)),
                ("posterior", average.Models.Select(model => model.PosteriorProbability.Value)),
                ("logml", average.Models.Select(model => model.Fit.LogMarginalLikelihood.Value)),
            ]);
        tables.Add("averaged logml", ["value", "error"], ("value", [average.LogMarginalLikelihood.Value, average.LogMarginalLikelihood.Error]));
    }

    private void AddSensitivity(IReadOnlyList<SensitivityRow> rows)
    {
        var names = rows[0].Estimates.Select(row => row.Name).ToArray();
        tables.Add(
            "sensitivity",
            rows.Count,
            [
                ("effect", rows.Select(row => row.EffectFactor)),
                ("heterogeneity", rows.Select(row => row.HeterogeneityFactor)),
                .. names.SelectMany((name, r) => ((string, IEnumerable<double>)[])
                [
                    (name, rows.Select(row => row.Estimates[r].Mean.Value)),
                    (name + ".lower", rows.Select(row => row.Estimates[r].Lower.Value)),
                    (name + ".upper", rows.Select(row => row.Estimates[r].Upper.Value)),
                ]),
                ("logml", rows.Select(row => row.LogMarginalLikelihood.Value)),
                ("BF10", rows.Select(row => row.EffectBayesFactor.Value)),
            ]);
    }
}
