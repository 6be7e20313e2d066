using System.Globalization;
using System.Text.Json;
using MetaBridge.Data;

namespace MetaBridge.Tests.Data;

/// <summary>What R gave for the formulas, conditions and designs of r-scripts/fixtures/formulas.R.</summary>
internal static class RFixture
{
    private static readonly Lazy<JsonElement> Document = new(Load);

    public static Dataset Frame { get; } = ReadFrame();

    public static JsonElement[] Items(string part) => [.. Document.Value.GetProperty(part).EnumerateArray()];

    public static JsonElement Item(string part, string key, string value) =>
        Items(part).First(item => item.GetProperty(key).GetString() == value);

    public static string[] Texts(JsonElement item, string member) =>
        [.. item.GetProperty(member).EnumerateArray().Select(value => value.GetString()!)];

    public static int[] Integers(JsonElement item, string member) =>
        [.. item.GetProperty(member).EnumerateArray().Select(value => value.GetInt32())];

    public static double[] Numbers(JsonElement item, string member) =>
        Array.ConvertAll(Texts(item, member), Number);

    private static double Number(string text) => text switch
    {
        "NA" => Na.Real,
        "NaN" => double.NaN,
        "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static JsonElement Load()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "MetaBridge.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The repository was not found.");
        }

        var path = Path.Combine(directory.FullName, "tests", "MetaBridge.Tests", "Data", "formulas.json");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    private static Dataset ReadFrame() => new("frame", Items("data").Select(ReadColumn));

    private static Column ReadColumn(JsonElement column)
    {
        var name = column.GetProperty("name").GetString()!;
        var texts = Texts(column, "values");
        var type = column.GetProperty("type").GetString();
        return type switch
        {
            "numeric" => new NumberColumn(name, Array.ConvertAll(texts, Number)),
            "integer" => new IntegerColumn(name, Array.ConvertAll(texts, text => (int)Number(text))),
            "logical" => new LogicalColumn(name, Array.ConvertAll(texts, text => text is null ? (bool?)null : text == "TRUE")),
            "character" => new TextColumn(name, texts),
            _ => new FactorColumn(
                name, Array.ConvertAll(texts, text => Array.IndexOf(Texts(column, "levels"), text)), Texts(column, "levels"), type == "ordered"),
        };
    }
}
