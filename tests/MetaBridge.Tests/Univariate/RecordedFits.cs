using System.Text.Json;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>Fits recorded from R (fixtures.json, made by r-scripts/fixtures/univariate.R, which says how).</summary>
internal static class RecordedFits
{
    private static readonly JsonElement Root = Fixtures.Load("fixtures.json");

    public static int Count => Root.GetProperty("fits").GetArrayLength();

    public static JsonElement Get(int index) => Root.GetProperty("fits")[index];

    public static double[]? OptionalReals(JsonElement item, string name) =>
        !item.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null || (found.ValueKind == JsonValueKind.Array
            && (found.GetArrayLength() == 0 || found[0].ValueKind == JsonValueKind.Null))
            || (found.ValueKind == JsonValueKind.Object)
            ? null
            : found.Reals();

    public static string[]? OptionalTexts(JsonElement item, string name) =>
        !item.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.Array
            ? null
            : [.. found.EnumerateArray().Select(text => text.GetString()!)];

    public static UnivariateInput Input(JsonElement fit)
    {
        var data = Root.GetProperty("data").GetProperty(Text(fit, "data"));
        var hasModerators = fit.GetProperty("mods")[0].GetBoolean();
        return new UnivariateInput
        {
            EffectSizes = data.GetProperty("yi").Reals(),
            Variances = data.GetProperty("vi").Reals(),
            Design = hasModerators ? OptionalReals(data, "X") : null,
            ColumnNames = hasModerators ? OptionalTexts(data, "names") : null,
            Weights = OptionalReals(fit, "weights"),
        };
    }

    public static UnivariateSettings Settings(JsonElement fit) => new()
    {
        Method = Keywords<HeterogeneityMethod>.Parse(Text(fit, "method"), "method"),
        Test = Keywords<CoefficientTest>.Parse(Text(fit, "test"), "test"),
        Level = fit.GetProperty("level")[0].GetDouble(),
        Weighted = fit.GetProperty("weighted")[0].GetBoolean(),
        TauSquared = OptionalReals(fit, "fixed")?[0],
    };

    /// <summary>dat.bcg, log risk ratios.</summary>
    public static UnivariateInput Bcg()
    {
        var data = Root.GetProperty("data").GetProperty("bcg");
        return new UnivariateInput
        {
            EffectSizes = data.GetProperty("yi").Reals(), Variances = data.GetProperty("vi").Reals(), Design = data.GetProperty("X").Reals(),
        };
    }

    /// <summary>The columns 1, ablat, year; the recorded year is counted from 1966.</summary>
    public static double[] UncentredBcgDesign(UnivariateInput bcg) =>
        [.. bcg.Design!.Select((value, index) => index < 2 * 13 ? value : value + 1966)];

    public static string Describe(JsonElement fit) =>
        $"{Text(fit, "data")} {Text(fit, "method")} {Text(fit, "test")} mods={fit.GetProperty("mods")[0]}";

    private static string Text(JsonElement fit, string name) => fit.GetProperty(name)[0].GetString()!;
}
