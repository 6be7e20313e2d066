using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel.Sampling;

/// <summary>V from a specification against metafor's vcalc, on the examples of its help page and random ones with all arguments.</summary>
public sealed class SpecifiedCovarianceTests
{
    public static TheoryData<string> Cases => [.. Ids("vcalc-")];

    [Fact]
    public void Cases_AreAllThere() => Assert.Equal(20, Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Covariance_OfARecordedCase_IsMetafors(string id)
    {
        var root = Load(id);
        var (spec, data) = (Spec(root), Data(root));
        var v = SpecifiedCovariance.Resolve(spec, data, MultilevelMatrices.None).Sampling!;
        var full = Dense(v);
        var expect = root.GetProperty("expect");
        var (rows, columns, values) = (Numbers(expect.GetProperty("rows")), Numbers(expect.GetProperty("columns")), Numbers(expect.GetProperty("values")));
        var expected = new double[v.RowCount, v.RowCount];
        for (var i = 0; i < rows.Length; i++)
        {
            expected[(int)rows[i], (int)columns[i]] = expected[(int)columns[i], (int)rows[i]] = values[i];
        }

        for (var i = 0; i < v.RowCount; i++)
        {
            for (var j = 0; j < v.RowCount; j++)
            {
                Near(expected[i, j], full[i, j], Math.Sqrt(expected[i, i] * expected[j, j]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Covariance_OfPermutedRows_IsThePermutedCovariance(string id)
    {
        var root = Load(id);
        // Columns of blocks are in the order of the rows, which a permutation would break.
        if (root.GetProperty("spec").TryGetProperty("rvars", out _))
        {
            return;
        }

        var (spec, data) = (Spec(root), Data(root));
        var order = Enumerable.Range(0, data.RowCount).OrderBy(i => (i * 7919) % 104729).ToArray();
        var before = Dense(SpecifiedCovariance.Resolve(spec, data, MultilevelMatrices.None).Sampling!);
        var after = Dense(SpecifiedCovariance.Resolve(spec, data.Take(order), MultilevelMatrices.None).Sampling!);
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = 0; j < order.Length; j++)
            {
                Near(before[order[i], order[j]], after[i, j], 1e-3 * Math.Sqrt(after[i, i] * after[j, j]), 1e-12);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Specification_WrittenAndRead_IsTheSame(string id)
    {
        var json = SpecJson.Write(Spec(Load(id)));

        Assert.Equal(json, SpecJson.Write(SpecJson.Read(json)));
    }

    private static MultilevelSpec Spec(JsonElement root) => (MultilevelSpec)SpecJson.Read(
        $$"""{"family": "multilevel", "effect": {"yi": "yi", "vi": "vi"}, "V": {{root.GetProperty("spec").GetRawText()}}}""");

    private static Dataset Data(JsonElement root)
    {
        var data = Dataset.ParseJson(root.GetProperty("data").GetRawText());
        return data.TryGet("vi", out _) ? data : new Dataset("data", [.. data.Columns, new NumberColumn("vi", [.. Enumerable.Repeat(1.0, data.RowCount)])]);
    }
}
