using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Long and wide formats and tables as metafor's (r-scripts/reference/reshape.R).</summary>
public class ReshapingTests
{
    private static readonly JsonElement Recorded = Fixtures.Load("reshape.json");

    [Fact]
    public void LongFormatsAndTables_AreMetafors()
    {
        var measures = new HashSet<string>();
        foreach (var one in Recorded.GetProperty("cases").EnumerateArray())
        {
            var what = $"{one.GetProperty("measure")} {one.GetProperty("rule")}";
            measures.Add(one.GetProperty("measure").GetString()!);
            var data = Read("d", Recorded.GetProperty("data"));
            if (one.GetProperty("alpha").GetBoolean())
            {
                data = data.With(new NumberColumn("ai", Recorded.GetProperty("alpha").Reals()));
            }

            var options = new ReshapeOptions { Effect = Spec(one), Labels = "lab", Append = false };
            var found = Reshaping.ToLong(data, options);
            AssertSame(one.GetProperty("long"), found, what);
            foreach (var levels in one.GetProperty("levels").EnumerateObject())
            {
                Assert.Equal(Texts(levels.Value), ((FactorColumn)found[levels.Name]).Levels.ToArray());
            }

            if (one.GetProperty("vlong") is { ValueKind: JsonValueKind.Object } very)
            {
                AssertSame(very, Reshaping.ToLong(data, options with { IsVeryLong = true }), $"vlong {what}");
            }

            var tables = Reshaping.ToTable(data, options);
            Assert.Equal(Texts(one.GetProperty("rows")), tables.Rows);
            Assert.Equal(Texts(one.GetProperty("cols")), tables.Columns);
            var values = one.GetProperty("table").Reals();
            Assert.Equal(values.Length, tables.Rows.Count * tables.Columns.Count * tables.Studies.Count);
            for (var i = 0; i < values.Length; i++)
            {
                int row = i % tables.Rows.Count, column = i / tables.Rows.Count % tables.Columns.Count, study = i / tables.Rows.Count / tables.Columns.Count;
                Fixtures.AssertClose(values[i], tables[row, column, study], 1e-14, $"table {what} {i}");
            }
        }

        Assert.Equal(53, measures.Count);
    }

    [Fact]
    public void WideFormats_AreMetafors()
    {
        foreach (var one in Recorded.GetProperty("wide").EnumerateArray())
        {
            var name = one.GetProperty("data").GetString()!;
            var expected = one.GetProperty("result");
            var data = name == "long"
                ? Reshaping.ToLong(Read("d", Recorded.GetProperty("data")), new ReshapeOptions { Labels = "lab", Append = false, Effect = Table with { Measure = EffectMeasure.OddsRatio } })
                : Read(name, Recorded.GetProperty(name));
            var found = Reshaping.ToWide(data, name switch
            {
                "senn" => new WideOptions { Study = "study", Group = "treatment", GroupColumns = ["ni", "mi", "sdi"], Reference = "placebo" },
                "long" => new WideOptions { Study = "study", Group = "group", GroupColumns = ["out1", "out2"] },
                _ => new WideOptions { Study = "study", Group = "arm", GroupColumns = ["n", "y"], Reference = one.TryGetProperty("default", out _) ? null : "placebo" },
            });
            AssertSame(expected, found, name);
        }
    }

    [Fact]
    public void LongFormat_KeepsTheOtherColumns_AndTotalsServe()
    {
        var data = Read("d", Recorded.GetProperty("data"));
        var effect = new EffectSpec { Measure = EffectMeasure.OddsRatio, AddTo = AddRule.None, Ai = "ai", N1i = "bi", Ci = "ci", N2i = "di" };
        var found = Reshaping.ToLong(data, new ReshapeOptions { Effect = effect, Subset = [true, false, true, true, true] });
        Assert.Equal(["1", "1", "3", "3", "4", "4"], Enumerable.Range(0, 6).Select(row => found["study"].TextAt(row)!));
        Assert.Equal([115, 117, 25, 9, 24, 19], found["out2"].ToNumbers());
        Assert.Equal(["a", "a", "c", "c", "d", "d"], Enumerable.Range(0, 6).Select(row => found["lab"].TextAt(row)!));
        Assert.Equal(["study", "row", "Out1", "Out2"], Reshaping.ToTable(data, new ReshapeOptions { Effect = effect }).ToDataset().Columns.Select(column => column.Name));
    }

    [Fact]
    public void WhatCannotBeReshaped_IsRefused()
    {
        var data = Read("d", Recorded.GetProperty("data"));
        Assert.Equal(ErrorCode.NotSupported, Code(() => Reshaping.ToLong(data, new ReshapeOptions { Effect = new EffectSpec { Measure = EffectMeasure.Given } })));
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => Reshaping.ToLong(data, new ReshapeOptions { Effect = Table with { Bi = null } })));
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => Reshaping.ToTable(data, new ReshapeOptions { Effect = Table, Subset = [true] })));
        var wide = new WideOptions { Study = "lab", Group = "ai", GroupColumns = [] };
        Assert.Equal(ErrorCode.InvalidOption, Code(() => Reshaping.ToWide(data, wide)));
        Assert.Equal(ErrorCode.UnknownName, Code(() => Reshaping.ToWide(data, wide with { Group = "bi", Reference = "x" })));
        Assert.Equal(ErrorCode.MissingColumn, Code(() => Reshaping.ToWide(data, wide with { Group = "nothing" })));
    }

    private static EffectSpec Table => new() { Measure = EffectMeasure.OddsRatio, AddTo = AddRule.None, Ai = "ai", Bi = "bi", Ci = "ci", Di = "di" };

    private static ErrorCode Code(Func<object> action) => Assert.Throws<MetaBridgeException>(() => action()).Code;

    private static EffectSpec Spec(JsonElement one)
    {
        var rule = one.GetProperty("rule");
        var given = rule.ValueKind == JsonValueKind.Object;
        var spec = new EffectSpec
        {
            Measure = Keywords<EffectMeasure>.Parse(one.GetProperty("measure").GetString()!, "measure"),
            AddTo = given && rule.TryGetProperty("to", out var to) ? Keywords<AddRule>.Parse(to.GetString()!, "to") : AddRule.None,
            Add = given && rule.TryGetProperty("add", out var add) ? add.GetDouble() : null,
            Drop00 = given && rule.TryGetProperty("drop00", out _),
        };
        return Texts(one.GetProperty("columns")).Aggregate(spec, (current, name) => ColumnRole.All.Single(role => role.Name == name).Set(current, name));
    }

    private static Dataset Read(string name, JsonElement columns) => new(name, columns.EnumerateObject().Select(pair =>
        pair.Value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String)
            ? (Column)new TextColumn(pair.Name, [.. pair.Value.EnumerateArray().Select(item => item.GetString())])
            : new NumberColumn(pair.Name, [.. pair.Value.Reals().Select(x => double.IsNaN(x) ? Na.Real : x)])));

    private static void AssertSame(JsonElement expected, Dataset found, string what)
    {
        Assert.Equal(expected.EnumerateObject().Select(pair => pair.Name), found.Columns.Select(column => column.Name));
        foreach (var pair in expected.EnumerateObject())
        {
            var items = pair.Value.EnumerateArray().ToArray();
            Assert.Equal(items.Length, found.RowCount);
            for (var row = 0; row < items.Length; row++)
            {
                if (items[row].ValueKind == JsonValueKind.Number)
                {
                    Fixtures.AssertClose(items[row].GetDouble(), found[pair.Name].ToNumbers()[row], 1e-14, $"{what} {pair.Name} {row}");
                }
                else
                {
                    Assert.True(items[row].GetString() == found[pair.Name].TextAt(row), $"{what} {pair.Name} {row}: {items[row]}, {found[pair.Name].TextAt(row)}");
                }
            }
        }
    }

    private static string[] Texts(JsonElement items) => [.. items.EnumerateArray().Select(item => item.GetString()!)];
}
