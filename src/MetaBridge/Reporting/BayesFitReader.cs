using MetaBridge.Bayes;
using MetaBridge.Errors;
using MetaBridge.Specs;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Reads what <see cref="BayesFitWriter"/> wrote.</summary>
internal static class BayesFitReader
{
    public static BayesFit Read(ResultMembers json) => new()
    {
        Engine = json.Text("engine"),
        Measure = json.Keyword<BayesMeasure>("measure"),
        Level = json.Real("level"),
        Priors = ReadPriors(json.Object("priors")),
        Estimates = ReadTable(json.Object("estimates")),
        Heterogeneity = ReadTable(json.Object("heterogeneity")),
        LogMarginalLikelihood = new Estimate(json.Real("logml"), json.Real("logml.error")),
        TypicalVariance = json.Real("vt"),
        Quadrature = json.Has("quadrature") ? ReadQuadrature(json.Object("quadrature")) : null,
        Sampling = json.Has("sampling") ? ReadSampling(json.Object("sampling")) : null,
        ClusterNames = json.Texts("clusters"),
        Studies = ReadStudies(json),
    };

    private static PosteriorRow[] ReadTable(ResultMembers json)
    {
        var names = json.Texts("names");
        var columns = new[] { "mean", "sd", "lower", "median", "upper" }.Select(Column).ToArray();
        return [.. names.Select((name, r) => new PosteriorRow(name, columns[0][r], columns[1][r], columns[2][r], columns[3][r], columns[4][r]))];

        Estimate[] Column(string column)
        {
            double[] values = json.Reals(column), errors = json.Reals(column + ".error");
            return values.Length == names.Length && errors.Length == names.Length
                ? [.. values.Zip(errors, (value, error) => new Estimate(value, error))]
                : throw new MetaBridgeException(
                    ErrorCode.JsonMalformed,
                    $"A table has {names.Length} names, but {values.Length} numbers and {errors.Length} errors in '{column}'.",
                    new Dictionary<string, object?> { ["member"] = column });
        }
    }

    private static PriorSet ReadPriors(ResultMembers json)
    {
        return new PriorSet(
            Prior("effect"), Prior("heterogeneity"), Prior("heterogeneity_allocation"), Prior("mods"), Prior("scale"), json.Real("unit_information_sd"));

        Prior Prior(string name) => PriorJson.Read(json.Element(name), $"result.priors.{name}");
    }

    private static QuadratureReport ReadQuadrature(ResultMembers json) =>
        new(json.Integer("dimensions"), json.Integer("points"), json.Real("step"), json.Flag("converged"));

    private static SamplingReport ReadSampling(ResultMembers json)
    {
        var names = json.Texts("names");
        double[] rhat = json.Reals("rhat"), bulk = json.Reals("ess.bulk"), tail = json.Reals("ess.tail");
        return rhat.Length == names.Length && bulk.Length == names.Length && tail.Length == names.Length
            ? new SamplingReport(
                json.Integer("chains"),
                json.Integer("warmup"),
                json.Integer("draws"),
                (long)json.Real("seed"),
                json.Flag("converged"),
                [.. names.Select((name, r) => new DrawDiagnostics(name, rhat[r], bulk[r], tail[r]))])
            : throw new MetaBridgeException(ErrorCode.JsonMalformed, "The diagnostics of 'sampling' have different lengths.");
    }
}
