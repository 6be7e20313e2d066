using System.Globalization;
using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>A case recorded by r-scripts/reference/cluster-robust.R.</summary>
internal sealed class ClusterRobustCase(JsonElement root)
{
    private static readonly JsonElement All = Fixtures.Load("Fixtures/cluster-robust.json");

    public static IEnumerable<string> Ids => All.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("id").GetString()!);

    public JsonElement Root => root;

    public string Cluster => root.GetProperty("cluster").GetString()!;

    public bool IsUnivariate => root.GetProperty("random").GetArrayLength() == 0;

    public static ClusterRobustCase Load(string id) =>
        new(All.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("id").GetString() == id));

    /// <summary>R's components; a vector that the model lacks is not asked for.</summary>
    public FitOptions AtComponents() => new()
    {
        EvaluateAt = root.GetProperty("components").EnumerateObject().ToDictionary(c => c.Name, c => c.Value.Reals()),
    };

    public Dataset Data()
    {
        var x = SmallSampleCase.Matrix(root.GetProperty("X"));
        var columns = new List<Column> { new NumberColumn("yi", root.GetProperty("yi").Reals()), new NumberColumn("vi", root.GetProperty("vi").Reals()) };
        columns.AddRange(root.GetProperty("columns").EnumerateObject().Select(c => new IntegerColumn(c.Name, [.. c.Value.Reals().Select(v => (int)v)])));
        columns.AddRange(Enumerable.Range(0, x[0].Length).Select(j => new NumberColumn(Name(j), [.. x.Select(row => row[j])])));
        if (HasWeights)
        {
            columns.Add(new NumberColumn("w", root.GetProperty("weights").Reals()));
        }

        return new Dataset(root.GetProperty("id").GetString()!, columns);
    }

    public MultilevelSpec Spec() => new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Moderators = Moderators(),
        Random = [.. root.GetProperty("random").EnumerateArray().Select(text => text.GetString()!)],
        Structures = [Keywords<CovarianceStructure>.Parse(root.GetProperty("struct").GetString()!, "struct")],
        TestedCoefficients = [.. root.GetProperty("btt").Reals().Select(b => (int)b)],
        WeightColumn = HasWeights ? "w" : null,
    };

    public UnivariateSpec UnivariateSpec() => new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Moderators = Moderators(),
        Method = root.GetProperty("components").GetProperty("tau2").Reals() is [0] ? HeterogeneityMethod.EqualEffects : HeterogeneityMethod.Reml,
        TestedCoefficients = [.. root.GetProperty("btt").Reals().Select(b => (int)b)],
    };

    public MultilevelMatrices Matrices() => root.GetProperty("blocks").ValueKind != JsonValueKind.Array ? MultilevelMatrices.None : new MultilevelMatrices
    {
        Sampling = SamplingCovariance.FromBlocks(
            root.GetProperty("vi").Reals().Length,
            [.. root.GetProperty("blocks").EnumerateArray().Select(b => new SamplingBlock([.. b.GetProperty("rows").Reals().Select(r => (int)r)], b.GetProperty("values").Reals()))]),
    };

    private bool HasWeights => root.TryGetProperty("weights", out var w) && w.ValueKind == JsonValueKind.Array;

    private string Moderators() => "~ " + string.Join(" + ", Enumerable.Range(0, SmallSampleCase.Matrix(root.GetProperty("X"))[0].Length).Select(Name)) + " - 1";

    private static string Name(int j) => string.Create(CultureInfo.InvariantCulture, $"x.{j + 1}");
}
