using System.Text.Json;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Writes a <see cref="UnivariateFit"/> as JSON.</summary>
internal static class UnivariateFitWriter
{
    public static void Write(UnivariateFit fit, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("family", fit.Family);
        writer.WriteString("engine", fit.Engine);
        writer.WriteString("measure", Keywords<EffectMeasure>.Of(fit.Measure));
        writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(fit.Method));
        writer.WriteString("test", Keywords<CoefficientTest>.Of(fit.Test));
        writer.WriteReal("level", fit.Level);
        writer.WriteNumber("k", fit.StudyCount);
        writer.WriteNumber("p", fit.Coefficients.Count);
        writer.WriteNumber("parms", fit.ParameterCount);
        writer.WriteBoolean("int.incl", fit.HasIntercept);
        WriteCoefficients(fit.Coefficients, fit.Covariance, writer);
        WriteTauSquared(fit.TauSquared, writer);
        writer.WriteReal("I2", fit.ISquared);
        writer.WriteReal("H2", fit.HSquared);
        writer.WriteReal("R2", fit.RSquared);
        writer.WriteReal("vt", fit.TypicalVariance);
        WriteTest("QE", fit.ResidualHeterogeneity, writer);
        WriteTest("QM", fit.OmnibusTest, writer);
        writer.WriteIntegers("btt", fit.TestedCoefficients.Select(index => index + 1));
        writer.WriteReal("ddf", fit.DegreesOfFreedom);
        writer.WriteReal("s2w", fit.VarianceScale);
        WriteStatistics("fit.stats.ML", fit.MaximumLikelihood, writer);
        WriteStatistics("fit.stats.REML", fit.RestrictedLikelihood, writer);
        WriteFurther(fit, writer);
        FurtherTableJson.Write(fit.Further, writer);
        WriteStudies(fit.Studies, fit.Design, fit.DroppedColumns, writer);
        if (fit.Weights is { } weights)
        {
            writer.WriteReals("weights", weights);
        }

        writer.WriteBoolean("weighted", !fit.IsUnweighted);
        writer.WriteEndObject();
    }

    private static void WriteTauSquared(TauSquaredEstimate tau2, Utf8JsonWriter writer)
    {
        writer.WriteReal("tau2", tau2.Value);
        writer.WriteReal("se.tau2", tau2.StandardError);
        writer.WriteStartObject("search");
        writer.WriteString("optimality", JsonNamingPolicy.CamelCase.ConvertName(tau2.Optimality.ToString()));
        writer.WriteBoolean("converged", tau2.Converged);
        writer.WriteNumber("evaluations", tau2.Iterations);
        writer.WriteReal("score", tau2.Score);
        writer.WriteStartArray("stationary");
        foreach (var point in tau2.StationaryPoints)
        {
            writer.WriteStartObject();
            writer.WriteReal("tau2", point.TauSquared);
            writer.WriteReal("ll", point.LogLikelihood);
            writer.WriteBoolean("maximum", point.IsMaximum);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFurther(UnivariateFit fit, Utf8JsonWriter writer)
    {
        if (fit.Predictions is { } predictions)
        {
            writer.WriteStartObject("predict");
            writer.WriteReals("pred", predictions.Predicted);
            writer.WriteReals("se", predictions.StandardErrors);
            writer.WriteReals("ci.lb", predictions.Lower);
            writer.WriteReals("ci.ub", predictions.Upper);
            writer.WriteReals("pi.lb", predictions.PredictionLower);
            writer.WriteReals("pi.ub", predictions.PredictionUpper);
            writer.WriteEndObject();
        }

        if (fit.HeterogeneityIntervals is { } intervals)
        {
            writer.WriteStartObject("confint");
            writer.WriteReals("tau2", [intervals.TauSquaredLower, intervals.TauSquaredUpper]);
            writer.WriteTexts("kinds", [Camel(intervals.LowerKind), Camel(intervals.UpperKind)]);
            writer.WriteReal("vt", intervals.TypicalVariance);
            writer.WriteReals("I2", [intervals.ISquared.Lower, intervals.ISquared.Upper]);
            writer.WriteReals("H2", [intervals.HSquared.Lower, intervals.HSquared.Upper]);
            writer.WriteEndObject();
        }
    }
}
