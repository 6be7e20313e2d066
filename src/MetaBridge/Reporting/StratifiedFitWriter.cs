using System.Text.Json;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Writes a <see cref="StratifiedFit"/> as JSON.</summary>
internal static class StratifiedFitWriter
{
    public static void Write(StratifiedFit fit, Utf8JsonWriter writer)
    {
        var c = fit.Coefficients;
        writer.WriteStartObject();
        writer.WriteString("family", fit.Family);
        writer.WriteString("engine", fit.Engine);
        writer.WriteString("measure", Keywords<EffectMeasure>.Of(fit.Measure));
        writer.WriteString("method", Keywords<PoolingMethod>.Of(fit.Method));
        writer.WriteReal("level", fit.Level);
        writer.WriteNumber("k", fit.TableCount);
        writer.WriteNumber("k.yi", fit.EffectCount);
        if (fit.PositiveCount is { } positive)
        {
            writer.WriteNumber("k.pos", positive);
        }

        WriteCoefficients(c, [c.StandardErrors[0] * c.StandardErrors[0]], writer);
        writer.WriteReal("I2", fit.ISquared);
        writer.WriteReal("H2", fit.HSquared);
        WriteTest("QE", fit.Heterogeneity, writer);
        WriteOptional("MH", fit.MantelHaenszelTest, writer);
        WriteOptional("CO", fit.CochranTest, writer);
        WriteOptional("BD", fit.BreslowDayTest, writer);
        WriteOptional("TA", fit.TaroneTest, writer);
        WriteStatistics("fit.stats.ML", fit.MaximumLikelihood, writer);
        WriteStatistics("fit.stats.REML", fit.RestrictedLikelihood, writer);
        WriteSequence(Keywords<FurtherResult>.Of(FurtherResult.LeaveOneOut), fit.LeaveOneOut, writer);
        WriteSequence(Keywords<FurtherResult>.Of(FurtherResult.Cumulative), fit.Cumulative, writer);
        WriteStudies(fit.Studies, [], [], writer);
        writer.WriteIntegers("not.pooled", fit.NotPooled.Select(table => table + 1));
        writer.WriteEndObject();
    }

    private static void WriteOptional(string name, TestResult? test, Utf8JsonWriter writer)
    {
        if (test is not null)
        {
            WriteTest(name, test, writer);
        }
    }

    private static void WriteSequence(string name, StratifiedSequence? table, Utf8JsonWriter writer)
    {
        if (table is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteTexts("slab", table.Labels);
        writer.WriteReals("estimate", table.Estimates);
        writer.WriteReals("se", table.StandardErrors);
        writer.WriteReals("zval", table.Statistics);
        writer.WriteReals("pval", table.PValues);
        writer.WriteReals("ci.lb", table.Lower);
        writer.WriteReals("ci.ub", table.Upper);
        writer.WriteReals("Q", table.Q);
        writer.WriteReals("Qp", table.QPValues);
        writer.WriteReals("I2", table.ISquared);
        writer.WriteReals("H2", table.HSquared);
        writer.WriteEndObject();
    }
}
