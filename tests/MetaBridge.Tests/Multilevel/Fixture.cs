using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Multilevel;

/// <summary>A case recorded from metafor by r-scripts/fixtures/multilevel.R.</summary>
internal sealed class Fixture
{
    private readonly JsonElement root;

    private Fixture(JsonElement root) => this.root = root;

    public string Id => root.GetProperty("id").GetString()!;

    public static IEnumerable<string> Ids([CallerFilePath] string here = "") =>
        Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(here)!, "Fixtures"), "*.json")
            .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    public static Fixture Load(string id, [CallerFilePath] string here = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Fixtures", id + ".json"));
        return new Fixture(JsonDocument.Parse(text).RootElement);
    }

    public JsonElement Expect => root.GetProperty("expect");

    public double[] Expected(string name) => Numbers(Expect.GetProperty(name));

    public bool IsMaximumLikelihood => root.GetProperty("call").GetProperty("method").GetString() == "ML";

    public double BestLogLikelihood =>
        root.GetProperty("ll").EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).Max(p => p.Value.GetDouble());

    /// <summary>Each optimiser's log-likelihood and estimates, one row per run.</summary>
    public List<(double LogLikelihood, double[] Components)> Spread() =>
        [.. root.GetProperty("spread").EnumerateObject().Select(run => (run.Value.GetProperty("ll").GetDouble(),
            ((string[])["sigma2", "tau2", "rho", "gamma2", "phi"]).SelectMany(name => Used(name, Numbers(run.Value.GetProperty(name)))).ToArray()))];

    /// <summary>metafor's components in the order of its vectors; those that the model lacks are left out.</summary>
    public double[] Components() =>
        [.. ((string[])["sigma2", "tau2", "rho", "gamma2", "phi"]).SelectMany(name => Used(name, Expected(name)))];

    public MultilevelSpec Spec()
    {
        var call = root.GetProperty("call");
        var @fixed = call.GetProperty("fixed");
        return new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
            Moderators = Moderators(),
            Random = [.. Texts(call.GetProperty("random")).Where(text => text.Length > 0 && text != "NULL")],
            Structures = [.. Texts(call.GetProperty("struct")).Select(word => Keywords<CovarianceStructure>.Parse(word, "struct"))],
            Method = call.GetProperty("method").GetString() switch { "REML" => HeterogeneityMethod.Reml, "ML" => HeterogeneityMethod.MaximumLikelihood, _ => HeterogeneityMethod.EqualEffects },
            Test = call.GetProperty("test").GetString() == "t" ? CoefficientTest.StudentT : CoefficientTest.Normal,
            DegreesOfFreedom = call.GetProperty("dfs").GetString() == "contain" ? DegreesOfFreedomMethod.Containment : DegreesOfFreedomMethod.Residual,
            SigmaSquared = Values(@fixed, "sigma2"),
            TauSquared = Values(@fixed, "tau2"),
            Rho = Values(@fixed, "rho"),
            GammaSquared = Values(@fixed, "gamma2"),
            Phi = Values(@fixed, "phi"),
            WeightColumn = HasWeights ? "weights" : null,
            Scaling = call.TryGetProperty("Rscale", out var scale) && scale.ValueKind == JsonValueKind.String
                ? Keywords<CorrelationScaling>.Parse(scale.GetString()!, "Rscale") : CorrelationScaling.Correlation,
        };
    }

    private bool HasWeights => root.GetProperty("call").TryGetProperty("weights", out var w) && w.ValueKind == JsonValueKind.Array;

    public Dataset Data()
    {
        var columns = new List<Column> { new NumberColumn("yi", Numbers(root.GetProperty("yi"))), new NumberColumn("vi", Numbers(root.GetProperty("vi"))) };
        if (HasWeights)
        {
            columns.Add(new NumberColumn("weights", Numbers(root.GetProperty("call").GetProperty("weights"))));
        }

        if (root.GetProperty("columns").ValueKind == JsonValueKind.Object)
        {
            columns.AddRange(root.GetProperty("columns").EnumerateObject().Where(c => c.Name is not ("yi" or "vi")).Select(ToColumn));
        }

        var x = root.GetProperty("X");
        var values = Numbers(x.GetProperty("values"));
        var k = columns[0].Count;
        columns.AddRange(Enumerable.Range(0, values.Length / k).Select(j => new NumberColumn(XName(j), values[(j * k)..((j + 1) * k)])));
        return new Dataset(Id, columns);
    }

    public MultilevelMatrices Matrices()
    {
        var r = root.GetProperty("R");
        return new MultilevelMatrices
        {
            Sampling = root.GetProperty("blocks").ValueKind == JsonValueKind.Array ? SamplingCovariance.FromBlocks(
                Numbers(root.GetProperty("vi")).Length,
                [.. root.GetProperty("blocks").EnumerateArray().Select(b => new SamplingBlock(
                    [.. Numbers(b.GetProperty("rows")).Select(row => (int)row)], Numbers(b.GetProperty("values"))))]) : null,
            Correlations = r.ValueKind == JsonValueKind.Object
                ? r.EnumerateObject().ToDictionary(p => p.Name, p => new NamedMatrix([.. Texts(p.Value.GetProperty("names"))], Numbers(p.Value.GetProperty("values"))))
                : new Dictionary<string, NamedMatrix>(),
        };
    }

    // The model matrix goes in column by column, so that these tests don't depend on formulas.
    private string Moderators() => "~ " + string.Join(
        " + ", Enumerable.Range(0, root.GetProperty("X").GetProperty("names").GetArrayLength()).Select(XName)) + " - 1";

    private static string XName(int j) => string.Create(CultureInfo.InvariantCulture, $"x.{j + 1}");

    private double[] Used(string name, double[] values)
    {
        var isUsed = Expect.GetProperty("fixed").TryGetProperty(name, out var flags)
            && !(flags.ValueKind == JsonValueKind.Null || (flags.ValueKind == JsonValueKind.Array && flags.EnumerateArray().All(f => f.ValueKind == JsonValueKind.Null)));
        return isUsed ? values : [];
    }

    private static Column ToColumn(JsonProperty property)
    {
        var values = property.Value.GetProperty("values");
        return property.Value.GetProperty("type").GetString() switch
        {
            "factor" => new FactorColumn(property.Name, [.. Numbers(values).Select(v => (int)v)], [.. Texts(property.Value.GetProperty("levels"))]),
            "numeric" => new NumberColumn(property.Name, Numbers(values)),
            _ => new TextColumn(property.Name, [.. Texts(values)]),
        };
    }

    private static double?[]? Values(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? [.. Numbers(value).Select(v => double.IsNaN(v) ? (double?)null : v)] : null;

    private static double[] Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => [.. element.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number ? e.GetDouble() : double.NaN)],
        JsonValueKind.Number => [element.GetDouble()],
        _ => [double.NaN],
    };

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Select(e => e.GetString() ?? ""),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };
}
