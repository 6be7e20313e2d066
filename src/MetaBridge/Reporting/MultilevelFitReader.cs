using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Reads what <see cref="MultilevelFitWriter"/> wrote.</summary>
internal static class MultilevelFitReader
{
    public static MultilevelFit Read(ResultMembers json) => new()
    {
        Engine = json.Text("engine"),
        Method = json.Keyword<HeterogeneityMethod>("method"),
        Test = json.Keyword<CoefficientTest>("test"),
        Level = json.Real("level"),
        ParameterCount = json.Integer("parms"),
        HasIntercept = json.Flag("int.incl"),
        HasCustomWeights = json.Flag("weighted.by.user"),
        Coefficients = ReadCoefficients(json),
        Covariance = json.Reals("vb"),
        DegreesOfFreedom = json.Reals("ddf"),
        ComponentsTakenAsKnown = json.Has("ddf.known") ? json.Texts("ddf.known") : [],
        Terms = [.. json.Objects("random").Select(ReadTerm)],
        Search = ReadSearch(json.Object("search")),
        Intervals = json.Has("confint") ? [.. json.Objects("confint").Select(ReadInterval)] : null,
        Further = FurtherTableJson.Read(json),
        ResidualHeterogeneity = ReadTest(json.Object("QE")),
        OmnibusTest = ReadTest(json.Object("QM")),
        TestedCoefficients = Array.ConvertAll(json.Integers("btt"), index => index - 1),
        MaximumLikelihood = ReadStatistics(json.Object("fit.stats.ML")),
        RestrictedLikelihood = ReadStatistics(json.Object("fit.stats.REML")),
        DroppedColumns = json.Texts("dropped.columns"),
        Studies = ReadStudies(json),
    };

    private static RandomTermFit ReadTerm(ResultMembers json) => new(
        json.Text("name"),
        json.Has("inner") ? json.Text("inner") : null,
        json.Has("struct") ? json.Keyword<CovarianceStructure>("struct") : null,
        json.Integer("nlevels"),
        json.Texts("inner.levels"),
        json.Flag("known.correlation"),
        [.. json.Objects("components").Select(ReadComponent)])
    {
        RemovedLevels = json.Has("removed.levels") ? json.Texts("removed.levels") : [],
    };

    private static VarianceComponent ReadComponent(ResultMembers json) =>
        new(json.Keyword<ComponentKind>("kind"), json.Text("label"), json.Real("value"), json.Flag("fixed"));

    private static ComponentSearchReport ReadSearch(ResultMembers json) => new(
        ReadEnum<Optimality>(json.Text("optimality")),
        json.Flag("converged"),
        json.Real("gradient"),
        json.Real("distance"),
        json.Reals("hessian"),
        json.Integer("starts"),
        json.Integer("iterations"),
        json.Integer("evaluations"),
        json.Text("covariance"));

    private static ComponentInterval ReadInterval(ResultMembers json)
    {
        var limits = json.Reals("limits");
        var kinds = json.Texts("kinds");
        return limits.Length == 2 && kinds.Length == 2
            ? new ComponentInterval(
                ReadComponent(json),
                limits[0],
                limits[1],
                ReadEnum<BoundKind>(kinds[0]),
                ReadEnum<BoundKind>(kinds[1]),
                json.Has("problem") ? json.Text("problem") : null)
            : throw new MetaBridgeException(ErrorCode.JsonMalformed, "A member of 'confint' must hold two limits and two kinds.");
    }
}
