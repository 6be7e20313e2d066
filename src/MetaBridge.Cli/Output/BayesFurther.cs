using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Reporting;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Output;

/// <summary>What was asked for beyond the tables of a Bayesian fit, as text or beside the fit in JSON.</summary>
/// <param name="fit">The fit.</param>
/// <param name="spec">Its model.</param>
/// <param name="data">Its data.</param>
/// <param name="cancellation">Stops the work.</param>
internal sealed class BayesFurther(BayesFit fit, BayesSpec spec, Dataset data, CancellationToken cancellation)
{
    private const double LargestFixed = 1e7;

    private static readonly string[] InfluenceColumns = ["dffits", "cook.d", "cov.r", "tau.del"];

    private static readonly string[] Columns = ["Mean", "SD", "lower", "median", "upper"];

    public bool Effects { get; init; }

    public bool Predictions { get; init; }

    /// <summary>The sampling variance of a new observation to predict; null for none.</summary>
    public double? SamplingVariance { get; init; }

    public bool LeaveOneOut { get; init; }

    public bool Diagnostics { get; init; }

    public bool Average { get; init; }

    public bool Sensitivity { get; init; }

    public bool BesideLikelihood { get; init; }

    private BayesPosterior Posterior => fit.Posterior ?? throw new MetaBridgeException(
        ErrorCode.Internal, "The fit has no posterior.");

    /// <summary>All tables that were asked for.</summary>
    public string ToText(int digits)
    {
        var text = new StringBuilder();
        foreach (var (title, header, rows) in Tables())
        {
            var table = new TextTable(["", .. header]);
            foreach (var (name, cells) in rows)
            {
                table.Add([name, .. cells.Select(cell => Number(cell, digits))]);
            }

            text.Append('\n').Append(title).Append(":\n").Append(table);
        }

        return text.ToString();
    }

    /// <summary>The fit as JSON, with the tables that were asked for as further members.</summary>
    public string ToJson()
    {
        var json = (JsonObject)JsonNode.Parse(FitJson.Write(fit))!;
        foreach (var (title, header, rows) in Tables())
        {
            var list = rows.ToList();
            var table = new JsonObject { ["names"] = new JsonArray([.. list.Select(row => (JsonNode?)row.Name)]) };
            for (var c = 0; c < header.Length; c++)
            {
                var column = c;
                table[header[c]] = new JsonArray([.. list.Select(row => double.IsFinite(row.Cells[column]) ? (JsonNode?)row.Cells[column] : null)]);
            }

            json[title] = table;
        }

        return json.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n" });
    }

    private IEnumerable<(string Title, string[] Header, IEnumerable<(string Name, double[] Cells)> Rows)> Tables()
    {
        if (BesideLikelihood)
        {
            var beside = SideBySide.Of(fit, SideBySide.Counterpart(spec, data, new FitOptions { CancellationToken = cancellation }));
            yield return ($"{beside.Method} beside the posterior", ["estimate", "ci.lb", "ci.ub", "Mean", "Median", "lower", "upper"], beside.Rows.Select(row => (
                row.Name,
                (double[])
                [
                    row.Estimate, row.Lower, row.Upper, row.Posterior.Mean.Value, row.Posterior.Median.Value, row.Posterior.Lower.Value, row.Posterior.Upper.Value,
                ])));
        }

        if (Effects)
        {
            var clusters = Posterior.ClusterEffects();
            if (clusters.Count > 0)
            {
                yield return ("Cluster effects", Columns, clusters.Select(cluster => (cluster.Cluster, Cells(cluster.Effect))));
            }

            yield return ("Study effects", Columns, Posterior.StudyEffects().Select(row => (row.Name, Cells(row))));
        }

        if (Predictions)
        {
            yield return ("Predictions", Columns, PredictionRows());
        }

        if (LeaveOneOut)
        {
            yield return ("Leave-one-out", ["elpd", "SE", "p_loo", "SE(p_loo)", "looic"], LeaveOneOutRows());
        }

        if (Diagnostics)
        {
            var diagnostics = Posterior.Diagnostics();
            yield return ("Residuals", ["marginal", "pearson", "rstudent"], diagnostics.Residuals.Select(row =>
                (row.Study, new[] { row.Marginal.Value, row.Standardized.Value, row.Studentized.Value })));
            yield return ("Influence of studies", InfluenceColumns, diagnostics.Influence.Select(row => (row.Unit, Cells(row))));
            if (fit.ClusterNames.Count > 0)
            {
                yield return ("Influence of clusters", InfluenceColumns, Posterior.ClusterDiagnostics().Influence.Select(row => (row.Unit, Cells(row))));
            }
        }

        if (Average)
        {
            var average = BayesEngine.Average(spec, data, new FitOptions { CancellationToken = cancellation });
            yield return ("Inclusion", ["prior", "posterior", "BF"], average.Inclusion.Select(row =>
                (row.Component, new[] { row.PriorProbability, row.PosteriorProbability.Value, row.BayesFactor.Value })));
            yield return ("Model-averaged estimates", Columns, average.Estimates.Select(row => (row.Name, Cells(row))));
            yield return ("Conditional estimates", Columns, average.Conditional.Select(row => (row.Name, Cells(row))));
        }

        if (Sensitivity)
        {
            var table = PriorSensitivity.Table(spec, data, cancellation: cancellation);
            var names = table[0].Estimates.Select(row => row.Name).ToArray();
            yield return ("Prior sensitivity", ["effect.scale", "tau.scale", .. names, "logml", "BF10"], table.Select((row, i) => (
                (i + 1).ToString(CultureInfo.InvariantCulture),
                (double[])
                [
                    row.EffectFactor, row.HeterogeneityFactor, .. row.Estimates.Select(estimate => estimate.Mean.Value),
                    row.LogMarginalLikelihood.Value, row.EffectBayesFactor.Value,
                ])));
        }
    }

    private IEnumerable<(string Name, double[] Cells)> PredictionRows()
    {
        yield return ("average effect", Cells(Posterior.Predict(PredictionKind.Average)));
        if (fit.ClusterNames.Count > 0)
        {
            yield return ("new cluster", Cells(Posterior.Predict(PredictionKind.NewCluster)));
        }

        yield return ("new study", Cells(Posterior.Predict(PredictionKind.NewStudy)));
        if (SamplingVariance is { } v)
        {
            yield return ("new observation", Cells(Posterior.Predict(PredictionKind.NewObservation, v)));
        }
    }

    private IEnumerable<(string Name, double[] Cells)> LeaveOneOutRows()
    {
        yield return ("studies", Cells(Posterior.LeaveOneOut()));
        if (fit.ClusterNames.Count > 0)
        {
            yield return ("clusters", Cells(Posterior.LeaveOneClusterOut()));
        }
    }

    private static double[] Cells(InfluenceRow row) => [row.Dffits.Value, row.CooksDistance.Value, row.CovarianceRatio.Value, row.Tau.Value];

    private static double[] Cells(LeaveOneOutResult loo) =>
        [loo.Elpd.Value, loo.StandardError, loo.EffectiveParameters.Value, loo.EffectiveParametersStandardError, loo.Looic];

    /// <summary>Fixed decimals; Bayes factors may need an exponent.</summary>
    private static string Number(double value, int digits) => value switch
    {
        double.NaN => "NA",
        double.PositiveInfinity => "Inf",
        _ when Math.Abs(value) >= LargestFixed => value.ToString("0.000e+0", CultureInfo.InvariantCulture),
        _ => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
    };

    private static double[] Cells(PosteriorRow row) => [row.Mean.Value, row.Sd.Value, row.Lower.Value, row.Median.Value, row.Upper.Value];
}
