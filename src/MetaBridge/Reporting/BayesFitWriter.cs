using System.Text.Json;
using MetaBridge.Bayes;
using MetaBridge.Specs;
using static MetaBridge.Reporting.FitJsonParts;

namespace MetaBridge.Reporting;

/// <summary>Writes a <see cref="BayesFit"/> as JSON: every number beside the bound on its error.</summary>
internal static class BayesFitWriter
{
    public static void Write(BayesFit fit, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("family", fit.Family);
        writer.WriteString("engine", fit.Engine);
        writer.WriteString("measure", Keywords<BayesMeasure>.Of(fit.Measure));
        writer.WriteReal("level", fit.Level);
        writer.WriteNumber("k", fit.StudyCount);
        WriteTable("estimates", fit.Estimates, writer);
        WriteTable("heterogeneity", fit.Heterogeneity, writer);
        writer.WriteReal("logml", fit.LogMarginalLikelihood.Value);
        writer.WriteReal("logml.error", fit.LogMarginalLikelihood.Error);
        writer.WriteReal("vt", fit.TypicalVariance);
        WritePriors(fit.Priors, writer);
        WriteQuadrature(fit.Quadrature, writer);
        WriteSampling(fit.Sampling, writer);
        writer.WriteTexts("clusters", fit.ClusterNames);
        WriteStudies(fit.Studies, [], [], writer);
        writer.WriteEndObject();
    }

    private static void WriteTable(string name, IReadOnlyList<PosteriorRow> rows, Utf8JsonWriter writer)
    {
        writer.WriteStartObject(name);
        writer.WriteTexts("names", rows.Select(row => row.Name));
        Columns("mean", row => row.Mean);
        Columns("sd", row => row.Sd);
        Columns("lower", row => row.Lower);
        Columns("median", row => row.Median);
        Columns("upper", row => row.Upper);
        writer.WriteEndObject();

        void Columns(string column, Func<PosteriorRow, Estimate> pick)
        {
            writer.WriteReals(column, [.. rows.Select(row => pick(row).Value)]);
            writer.WriteReals(column + ".error", [.. rows.Select(row => pick(row).Error)]);
        }
    }

    private static void WritePriors(PriorSet priors, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("priors");
        Write("effect", priors.Effect);
        Write("heterogeneity", priors.Heterogeneity);
        Write("heterogeneity_allocation", priors.Allocation);
        Write("mods", priors.Moderators);
        Write("scale", priors.Scale);
        writer.WriteReal("unit_information_sd", priors.UnitInformationSd);
        writer.WriteEndObject();

        void Write(string name, Prior prior) => PriorJson.Write(writer, name, prior);
    }

    private static void WriteQuadrature(QuadratureReport? quadrature, Utf8JsonWriter writer)
    {
        if (quadrature is null)
        {
            return;
        }

        writer.WriteStartObject("quadrature");
        writer.WriteNumber("dimensions", quadrature.Dimensions);
        writer.WriteNumber("points", quadrature.Points);
        writer.WriteReal("step", quadrature.Step);
        writer.WriteBoolean("converged", quadrature.Converged);
        writer.WriteEndObject();
    }

    private static void WriteSampling(SamplingReport? sampling, Utf8JsonWriter writer)
    {
        if (sampling is null)
        {
            return;
        }

        writer.WriteStartObject("sampling");
        writer.WriteNumber("chains", sampling.Chains);
        writer.WriteNumber("warmup", sampling.Warmup);
        writer.WriteNumber("draws", sampling.Draws);
        writer.WriteNumber("seed", sampling.Seed);
        writer.WriteBoolean("converged", sampling.Converged);
        writer.WriteTexts("names", sampling.Diagnostics.Select(row => row.Name));
        writer.WriteReals("rhat", [.. sampling.Diagnostics.Select(row => row.RHat)]);
        writer.WriteReals("ess.bulk", [.. sampling.Diagnostics.Select(row => row.BulkEss)]);
        writer.WriteReals("ess.tail", [.. sampling.Diagnostics.Select(row => row.TailEss)]);
        writer.WriteEndObject();
    }
}
