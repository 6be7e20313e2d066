using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaBridge.Inference;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Cli.Output;

/// <summary>A comparison of models or a linear hypothesis, as text and as JSON.</summary>
/// <param name="Text">For people.</param>
/// <param name="Json">For programs.</param>
internal sealed record AnovaReport(string Text, string Json)
{
    public static AnovaReport Of(LikelihoodRatioTest test) => Of(test, null);

    public static AnovaReport Of(BootstrapLikelihoodRatioTest bootstrap) => Of(bootstrap.Test, bootstrap);

    public static AnovaReport Of(IReadOnlyList<ModelRow> rows)
    {
        var table = new TextTable("", "df", "logLik", "AIC", "BIC", "AICc", "difference", "weight");
        foreach (var row in rows)
        {
            var s = row.Statistics;
            table.Add([row.Name, row.ParameterCount.ToString(CultureInfo.InvariantCulture), .. new[] { s.LogLikelihood, s.Aic, s.Bic, s.Aicc, row.Difference, row.Weight }.Select(value => value.ToString("F4", CultureInfo.InvariantCulture))]);
        }

        return new AnovaReport(table.ToString()!, Write(writer =>
        {
            writer.WriteStartArray("models");
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                writer.WriteString("name", row.Name);
                writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(row.Method));
                writer.WriteNumber("df", row.ParameterCount);
                Number(writer, "logLik", row.Statistics.LogLikelihood);
                Number(writer, "AIC", row.Statistics.Aic);
                Number(writer, "BIC", row.Statistics.Bic);
                Number(writer, "AICc", row.Statistics.Aicc);
                Number(writer, "difference", row.Difference);
                Number(writer, "weight", row.Weight);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }));
    }

    public static AnovaReport Of(LinearHypothesisTest test)
    {
        var c = test.Combinations;
        var text = new StringBuilder();
        for (var i = 0; i < c.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{c.Names[i]} = {test.Hypothesis.RightSide[i]:G6}: ");
            text.Append(CultureInfo.InvariantCulture, $"difference {c.Estimates[i]:F4}, se {c.StandardErrors[i]:F4}, {(double.IsNaN(test.DegreesOfFreedom[i]) ? "z" : $"t({Short(test.DegreesOfFreedom[i])})")} = {c.Statistics[i]:F4}, p = {c.PValues[i]:G4}\n");
        }

        text.Append("\nAll: ").Append(Statistic(test.Joint)).Append('\n');
        return new AnovaReport(text.ToString(), Write(writer =>
        {
            writer.WriteStartArray("combinations");
            for (var i = 0; i < c.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("name", c.Names[i]);
                Number(writer, "rhs", test.Hypothesis.RightSide[i]);
                Number(writer, "difference", c.Estimates[i]);
                Number(writer, "se", c.StandardErrors[i]);
                Number(writer, "statistic", c.Statistics[i]);
                Number(writer, "df", test.DegreesOfFreedom[i]);
                Number(writer, "pval", c.PValues[i]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            Number(writer, "QM", test.Joint.Statistic);
            Number(writer, "df1", test.Joint.NumeratorDf);
            Number(writer, "df2", test.Joint.DenominatorDf);
            Number(writer, "pval", test.Joint.PValue);
            Number(writer, "scale", test.Scale);
        }));
    }

    private static AnovaReport Of(LikelihoodRatioTest test, BootstrapLikelihoodRatioTest? bootstrap)
    {
        var method = Keywords<HeterogeneityMethod>.Of(test.Method) + (test.WasRefitted ? ", refitted" : "");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            full:    logLik {test.Full.LogLikelihood:F4}, AIC {test.Full.Aic:F4}, BIC {test.Full.Bic:F4}, AICc {test.Full.Aicc:F4}
            reduced: logLik {test.Reduced.LogLikelihood:F4}, AIC {test.Reduced.Aic:F4}, BIC {test.Reduced.Bic:F4}, AICc {test.Reduced.Aicc:F4}

            LRT = {test.Statistic:F4} on {test.Df} df ({method}), p = {test.PValue:G4} by {Keywords<LikelihoodRatioReference>.All[test.Reference].Description}

            """);
        if (bootstrap is not null)
        {
            text += string.Create(
                CultureInfo.InvariantCulture, $"parametric bootstrap: p = {bootstrap.PValue:G4} (error {bootstrap.MonteCarloError:G2}, {bootstrap.Replications} samples, {bootstrap.Failures} failed)\n");
        }

        return new AnovaReport(text, Write(writer =>
        {
            Number(writer, "LRT", test.Statistic);
            writer.WriteNumber("df", test.Df);
            writer.WriteString("reference", Keywords<LikelihoodRatioReference>.Of(test.Reference));
            Number(writer, "pval", test.PValue);
            Number(writer, "pval.chisq", test.ChiSquarePValue);
            writer.WriteBoolean("refitted", test.WasRefitted);
            Number(writer, "ll.full", test.Full.LogLikelihood);
            Number(writer, "ll.reduced", test.Reduced.LogLikelihood);
            if (bootstrap is not null)
            {
                Number(writer, "pval.boot", bootstrap.PValue);
                writer.WriteNumber("replications", bootstrap.Replications);
                writer.WriteNumber("failures", bootstrap.Failures);
            }
        }));
    }

    private static string Statistic(TestResult test) => double.IsNaN(test.DenominatorDf)
        ? string.Create(CultureInfo.InvariantCulture, $"QM({test.NumeratorDf}) = {test.Statistic:F4}, p = {test.PValue:G4}")
        : string.Create(CultureInfo.InvariantCulture, $"F({test.NumeratorDf}, {Short(test.DenominatorDf)}) = {test.Statistic:F4}, p = {test.PValue:G4}");

    private static string Short(double df) => double.IsPositiveInfinity(df) ? "Inf" : df.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    // JSON has no NaN and no infinity.
    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else if (double.IsNaN(value))
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, value > 0 ? "Inf" : "-Inf");
        }
    }
}
