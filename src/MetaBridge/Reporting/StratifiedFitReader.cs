using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Reads what <see cref="StratifiedFitWriter"/> wrote.</summary>
internal static class StratifiedFitReader
{
    public static StratifiedFit Read(ResultMembers json) => new()
    {
        Engine = json.Text("engine"),
        Measure = json.Keyword<EffectMeasure>("measure"),
        Method = json.Keyword<PoolingMethod>("method"),
        Level = json.Real("level"),
        TableCount = json.Integer("k"),
        PositiveCount = json.Has("k.pos") ? json.Integer("k.pos") : null,
        Coefficients = ReadCoefficients(json),
        ISquared = json.Real("I2"),
        HSquared = json.Real("H2"),
        Heterogeneity = ReadTest(json.Object("QE")),
        MantelHaenszelTest = ReadOptional(json, "MH"),
        CochranTest = ReadOptional(json, "CO"),
        BreslowDayTest = ReadOptional(json, "BD"),
        TaroneTest = ReadOptional(json, "TA"),
        MaximumLikelihood = ReadStatistics(json.Object("fit.stats.ML")),
        RestrictedLikelihood = ReadStatistics(json.Object("fit.stats.REML")),
        LeaveOneOut = ReadSequence(json, Keywords<FurtherResult>.Of(FurtherResult.LeaveOneOut)),
        Cumulative = ReadSequence(json, Keywords<FurtherResult>.Of(FurtherResult.Cumulative)),
        Studies = ReadStudies(json),
        NotPooled = Array.ConvertAll(json.Integers("not.pooled"), table => table - 1),
    };

    private static TestResult? ReadOptional(ResultMembers json, string name) => json.Has(name) ? ReadTest(json.Object(name)) : null;

    private static StratifiedSequence? ReadSequence(ResultMembers json, string name)
    {
        if (!json.Has(name))
        {
            return null;
        }

        var table = json.Object(name);
        return new StratifiedSequence(
            table.Texts("slab"),
            table.Reals("estimate"),
            table.Reals("se"),
            table.Reals("zval"),
            table.Reals("pval"),
            table.Reals("ci.lb"),
            table.Reals("ci.ub"),
            table.Reals("Q"),
            table.Reals("Qp"),
            table.Reals("I2"),
            table.Reals("H2"));
    }
}
