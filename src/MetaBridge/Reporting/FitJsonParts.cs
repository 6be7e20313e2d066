using System.Text.Json;
using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>What the JSON forms of all families' results share.</summary>
internal static class FitJsonParts
{
    public static void WriteCoefficients(CoefficientTable coefficients, double[] covariance, Utf8JsonWriter writer)
    {
        writer.WriteTexts("coef.names", coefficients.Names);
        writer.WriteReals("beta", coefficients.Estimates);
        writer.WriteReals("se", coefficients.StandardErrors);
        writer.WriteReals("zval", coefficients.Statistics);
        writer.WriteReals("pval", coefficients.PValues);
        writer.WriteReals("ci.lb", coefficients.Lower);
        writer.WriteReals("ci.ub", coefficients.Upper);
        writer.WriteReals("vb", covariance);
    }

    public static void WriteTest(string name, TestResult test, Utf8JsonWriter writer)
    {
        writer.WriteStartObject(name);
        writer.WriteReal("statistic", test.Statistic);
        writer.WriteReal("df", test.NumeratorDf);
        writer.WriteReal("ddf", test.DenominatorDf);
        writer.WriteReal("pval", test.PValue);
        writer.WriteEndObject();
    }

    public static void WriteStatistics(string name, FitStatistics statistics, Utf8JsonWriter writer)
    {
        writer.WriteStartObject(name);
        writer.WriteReal("ll", statistics.LogLikelihood);
        writer.WriteReal("dev", statistics.Deviance);
        writer.WriteReal("AIC", statistics.Aic);
        writer.WriteReal("BIC", statistics.Bic);
        writer.WriteReal("AICc", statistics.Aicc);
        writer.WriteEndObject();
    }

    public static string Camel<T>(T kind)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    public static void WriteStudies(StudyTable studies, double[] design, IReadOnlyList<string> droppedColumns, Utf8JsonWriter writer)
    {
        writer.WriteTexts("slab", studies.Labels);
        writer.WriteReals("yi", studies.EffectSizes);
        writer.WriteReals("vi", studies.Variances);
        writer.WriteIntegers("rows", studies.Rows.Select(row => row + 1));
        if (design.Length > 0)
        {
            writer.WriteReals("X", design);
        }

        writer.WriteTexts("dropped.columns", droppedColumns);
        WriteDropped(studies.Dropped, writer);
    }

    public static void WriteDropped(IReadOnlyList<DroppedStudy> dropped, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("dropped");
        foreach (var study in dropped)
        {
            writer.WriteStartObject();
            writer.WriteNumber("row", study.Row + 1);
            writer.WriteString("slab", study.Label);
            writer.WriteString("reason", study.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static T ReadEnum<T>(string word)
        where T : struct, Enum => Enum.TryParse<T>(word, ignoreCase: true, out var value)
        ? value
        : throw new MetaBridgeException(ErrorCode.JsonMalformed, $"'{word}' is none of {string.Join(", ", Enum.GetNames<T>())}.");

    public static TestResult ReadTest(ResultMembers json) =>
        new(json.Real("statistic"), json.Real("df"), json.Real("ddf"), json.Real("pval"));

    public static FitStatistics ReadStatistics(ResultMembers json) =>
        new(json.Real("ll"), json.Real("dev"), json.Real("AIC"), json.Real("BIC"), json.Real("AICc"));

    public static CoefficientTable ReadCoefficients(ResultMembers json) => new(
        json.Texts("coef.names"),
        json.Reals("beta"),
        json.Reals("se"),
        json.Reals("zval"),
        json.Reals("pval"),
        json.Reals("ci.lb"),
        json.Reals("ci.ub"));

    public static StudyTable ReadStudies(ResultMembers json) => new(
        json.Reals("yi"),
        json.Reals("vi"),
        json.Texts("slab"),
        Array.ConvertAll(json.Integers("rows"), row => row - 1),
        ReadDropped(json));

    public static DroppedStudy[] ReadDropped(ResultMembers json) =>
        [.. json.Objects("dropped").Select(item => new DroppedStudy(item.Integer("row") - 1, item.Text("slab"), item.Text("reason")))];
}
