using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Reads what <see cref="UnivariateFitWriter"/> wrote.</summary>
internal static class UnivariateFitReader
{
    public static UnivariateFit Read(ResultMembers json) => new()
    {
        Engine = json.Text("engine"),
        Measure = json.Keyword<EffectMeasure>("measure"),
        Method = json.Keyword<HeterogeneityMethod>("method"),
        Test = json.Keyword<CoefficientTest>("test"),
        Level = json.Real("level"),
        ParameterCount = json.Integer("parms"),
        HasIntercept = json.Flag("int.incl"),
        Coefficients = ReadCoefficients(json),
        Covariance = json.Reals("vb"),
        TauSquared = ReadTauSquared(json),
        ISquared = json.Real("I2"),
        HSquared = json.Real("H2"),
        RSquared = json.Real("R2"),
        TypicalVariance = json.Real("vt"),
        ResidualHeterogeneity = ReadTest(json.Object("QE")),
        OmnibusTest = ReadTest(json.Object("QM")),
        TestedCoefficients = Array.ConvertAll(json.Integers("btt"), index => index - 1),
        DegreesOfFreedom = json.Real("ddf"),
        VarianceScale = json.Real("s2w"),
        MaximumLikelihood = ReadStatistics(json.Object("fit.stats.ML")),
        RestrictedLikelihood = ReadStatistics(json.Object("fit.stats.REML")),
        Predictions = json.Has("predict") ? ReadPredictions(json.Object("predict")) : null,
        HeterogeneityIntervals = json.Has("confint") ? ReadIntervals(json.Object("confint")) : null,
        Further = FurtherTableJson.Read(json),
        Design = json.Has("X") ? json.Reals("X") : [],
        Weights = json.Has("weights") ? json.Reals("weights") : null,
        IsUnweighted = json.Has("weighted") && !json.Flag("weighted"),
        DroppedColumns = json.Texts("dropped.columns"),
        Studies = ReadStudies(json),
    };

    private static TauSquaredEstimate ReadTauSquared(ResultMembers json)
    {
        var search = json.Object("search");
        return new TauSquaredEstimate(json.Real("tau2"), json.Real("se.tau2"), ReadEnum<Optimality>(search.Text("optimality")))
        {
            Converged = search.Flag("converged"),
            Iterations = search.Integer("evaluations"),
            Score = search.Real("score"),
            StationaryPoints = [.. search.Objects("stationary").Select(
                item => new StationaryPoint(item.Real("tau2"), item.Real("ll"), item.Flag("maximum")))],
        };
    }

    private static PredictionTable ReadPredictions(ResultMembers json) => new(
        json.Reals("pred"), json.Reals("se"), json.Reals("ci.lb"), json.Reals("ci.ub"), json.Reals("pi.lb"), json.Reals("pi.ub"));

    private static HeterogeneityIntervals ReadIntervals(ResultMembers json)
    {
        var limits = json.Reals("tau2");
        var kinds = json.Texts("kinds");
        if (limits.Length != 2 || kinds.Length != 2)
        {
            throw new MetaBridgeException(ErrorCode.JsonMalformed, "The member 'confint' must hold two limits and two kinds.");
        }

        return new HeterogeneityIntervals(
            limits[0], limits[1], ReadEnum<BoundKind>(kinds[0]), ReadEnum<BoundKind>(kinds[1]), json.Real("vt"));
    }
}
