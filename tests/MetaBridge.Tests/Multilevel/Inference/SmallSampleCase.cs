using System.Globalization;
using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>A case recorded by r-scripts/reference/small-sample-df.R.</summary>
internal sealed class SmallSampleCase(JsonElement root)
{
    private static readonly JsonElement All = Fixtures.Load("Fixtures/small-sample-df.json");

    public static IEnumerable<string> Ids => All.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("id").GetString()!);

    public JsonElement Root => root;

    public int CoefficientCount => root.GetProperty("beta").Reals().Length;

    public static SmallSampleCase Load(string id) =>
        new(All.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("id").GetString() == id));

    public Dataset Data()
    {
        var x = Matrix(root.GetProperty("X"));
        var columns = root.GetProperty("columns").EnumerateObject().Select(Column).ToList();
        columns[0] = new NumberColumn("yi", columns[0].ToNumbers());
        columns.Add(new NumberColumn("vi", [.. Enumerable.Repeat(root.GetProperty("known").GetDouble(), x.Length)]));
        columns.Add(new IntegerColumn("obs", [.. Enumerable.Range(1, x.Length)]));
        for (var j = 0; j < x[0].Length; j++)
        {
            columns.Add(new NumberColumn(Name(j), [.. x.Select(row => row[j])]));
        }

        return new Dataset(root.GetProperty("id").GetString()!, columns);
    }

    public MultilevelSpec Spec(DegreesOfFreedomMethod dfs) => new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Moderators = "~ " + string.Join(" + ", Enumerable.Range(0, CoefficientCount).Select(Name)) + " - 1",
        Random = [.. root.GetProperty("random").EnumerateArray().Select(text => text.GetString()!)],
        Structures = [Keywords<CovarianceStructure>.Parse(root.GetProperty("struct").GetString()!, "struct")],
        DegreesOfFreedom = dfs,
    };

    public static double[][] Matrix(JsonElement element) => [.. element.EnumerateArray().Select(row => row.Reals())];

    private static string Name(int j) => string.Create(CultureInfo.InvariantCulture, $"x.{j + 1}");

    private static Column Column(JsonProperty property)
    {
        var values = property.Value.GetProperty("values").Reals();
        return property.Value.GetProperty("type").GetString() == "factor"
            ? new IntegerColumn(property.Name, [.. values.Select(v => (int)v)])
            : new NumberColumn(property.Name, values);
    }
}
