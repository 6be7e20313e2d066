using System.Text.Json;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Writes a <see cref="MultilevelFit"/> as JSON.</summary>
internal static class MultilevelFitWriter
{
    public static void Write(MultilevelFit fit, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("family", fit.Family);
        writer.WriteString("engine", fit.Engine);
        writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(fit.Method));
        writer.WriteString("test", Keywords<CoefficientTest>.Of(fit.Test));
        writer.WriteReal("level", fit.Level);
        writer.WriteNumber("k", fit.StudyCount);
        writer.WriteNumber("p", fit.Coefficients.Count);
        writer.WriteNumber("parms", fit.ParameterCount);
        writer.WriteBoolean("int.incl", fit.HasIntercept);
        writer.WriteBoolean("weighted.by.user", fit.HasCustomWeights);
        WriteCoefficients(fit.Coefficients, fit.Covariance, writer);
        writer.WriteReals("ddf", fit.DegreesOfFreedom);
        WriteTerms(fit, writer);
        WriteSearch(fit.Search, writer);
        WriteIntervals(fit.Intervals, writer);
        FurtherTableJson.Write(fit.Further, writer);
        WriteTest("QE", fit.ResidualHeterogeneity, writer);
        WriteTest("QM", fit.OmnibusTest, writer);
        writer.WriteIntegers("btt", fit.TestedCoefficients.Select(index => index + 1));
        WriteStatistics("fit.stats.ML", fit.MaximumLikelihood, writer);
        WriteStatistics("fit.stats.REML", fit.RestrictedLikelihood, writer);
        WriteStudies(fit.Studies, [], fit.DroppedColumns, writer);
        writer.WriteEndObject();
    }

    private static void WriteTerms(MultilevelFit fit, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("random");
        foreach (var term in fit.Terms)
        {
            writer.WriteStartObject();
            writer.WriteString("name", term.Name);
            if (term.Structure is { } structure)
            {
                writer.WriteString("inner", term.InnerName);
                writer.WriteString("struct", Keywords<CovarianceStructure>.Of(structure));
            }

            writer.WriteNumber("nlevels", term.LevelCount);
            writer.WriteTexts("inner.levels", term.InnerLevels);
            writer.WriteBoolean("known.correlation", term.HasKnownCorrelation);
            writer.WriteStartArray("components");
            foreach (var component in term.Components)
            {
                writer.WriteStartObject();
                WriteComponent(component, writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteComponent(VarianceComponent component, Utf8JsonWriter writer)
    {
        writer.WriteString("kind", Keywords<ComponentKind>.Of(component.Kind));
        writer.WriteString("label", component.Label);
        writer.WriteReal("value", component.Value);
        writer.WriteBoolean("fixed", component.IsFixed);
    }

    private static void WriteSearch(ComponentSearchReport search, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("search");
        writer.WriteString("optimality", Camel(search.Optimality));
        writer.WriteBoolean("converged", search.Converged);
        writer.WriteReal("gradient", search.GradientNorm);
        writer.WriteReal("distance", search.Distance);
        writer.WriteReals("hessian", [.. search.HessianEigenvalues]);
        writer.WriteNumber("starts", search.Starts);
        writer.WriteNumber("iterations", search.Iterations);
        writer.WriteNumber("evaluations", search.Evaluations);
        writer.WriteString("covariance", search.CovarianceShape);
        writer.WriteEndObject();
    }

    private static void WriteIntervals(IReadOnlyList<ComponentInterval>? intervals, Utf8JsonWriter writer)
    {
        if (intervals is null)
        {
            return;
        }

        writer.WriteStartArray("confint");
        foreach (var interval in intervals)
        {
            writer.WriteStartObject();
            WriteComponent(interval.Component, writer);
            writer.WriteReals("limits", [interval.Lower, interval.Upper]);
            writer.WriteTexts("kinds", [Camel(interval.LowerKind), Camel(interval.UpperKind)]);
            if (interval.Problem is { } problem)
            {
                writer.WriteString("problem", problem);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
