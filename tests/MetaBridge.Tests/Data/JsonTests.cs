using MetaBridge.Data;
using MetaBridge.Errors;
using Xunit;

namespace MetaBridge.Tests.Data;

public class JsonTests
{
    [Fact]
    public void ToJson_ReadsBackEqual()
    {
        var source = new DatasetSource("A \"title\"", "Colditz et al. 1994", "metadat", "1.2-0");
        var data = new Dataset("awkward", DatasetExamples.WithFactors.Columns, Labels()) { Source = source };
        var back = Dataset.ParseJson(data.ToJson());
        Assert.Empty(DatasetDifference.Between(data, back));
        Assert.Equal(data.Name, back.Name);
        Assert.Equal(source, back.Source);
        Assert.Equal(data.ToJson(), back.ToJson());
        Assert.Equal(data.ContentHash(), back.ContentHash());
    }

    [Fact]
    public void ToJson_HasOneLineOfValuesForEachColumn()
    {
        var data = new Dataset("d", [new IntegerColumn("x", [1, Na.Integer]), new FactorColumn("g", [1, 0], ["b", "a"])]);
        const string expected = """
            {
              "name": "d",
              "rows": 2,
              "columns": [
                {
                  "name": "x", "type": "integer",
                  "values": [1, null]
                },
                {
                  "name": "g", "type": "factor",
                  "levels": ["b", "a"],
                  "values": ["a", "b"]
                }
              ]
            }

            """;
        Assert.Equal(expected, data.ToJson());
    }

    [Fact]
    public void WriteJson_ReadsBackEqual()
    {
        var path = Path.GetTempFileName();
        DatasetExamples.WithFactors.WriteJson(path);
        Assert.True(DatasetExamples.WithFactors.ContentEquals(Dataset.ReadJson(path)));
        File.Delete(path);
    }

    [Fact]
    public void ParseJson_OfRowObjects_FindsTypesAndMissingMembers()
    {
        var data = Dataset.ParseJson("""
            [{"i": 1, "x": 1, "t": "a", "f": true, "_row": "r1"},
             {"x": 2.5, "t": null, "f": null, "_row": "r2"},
             {"i": 3, "x": "NA", "t": "NA", "late": 7, "_row": "r3"}]
            """, "rows");
        var expected = new Dataset(
            "rows",
            [
                new IntegerColumn("i", [1, Na.Integer, 3]), new NumberColumn("x", [1, 2.5, Na.Real]), new TextColumn("t", ["a", null, "NA"]),
                new LogicalColumn("f", [true, null, null]), new IntegerColumn("late", [Na.Integer, Na.Integer, 7]),
            ],
            ["r1", "r2", "r3"]);
        Assert.Empty(DatasetDifference.Between(expected, data));
    }

    [Fact]
    public void ParseJson_OfColumnArrays_FindsTypes()
    {
        var data = Dataset.ParseJson("""{"x": [1.0, "NaN", "-Inf"], "i": [3000000000, 1, null], "t": ["1", "b", null], "n": [null, null, null]}""");
        Assert.Equal(["numeric", "numeric", "character", "logical"], data.Columns.Select(column => column.TypeName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("3")]
    [InlineData("[1, 2]")]
    [InlineData("{\"x\": 3}")]
    [InlineData("{\"x\": [1, \"a\"]}")]
    [InlineData("{\"x\": [true, 1]}")]
    [InlineData("{\"x\": [[1]]}")]
    [InlineData("{\"x\": [1e999]}")]
    [InlineData("{\"x\": [\"\\ud800\"]}")]
    [InlineData("{\"columns\": [{\"name\": \"x\", \"type\": \"complex\", \"values\": []}]}")]
    [InlineData("{\"columns\": [{\"name\": \"x\", \"type\": \"integer\", \"values\": [1.5]}]}")]
    [InlineData("{\"columns\": [{\"name\": \"x\", \"type\": \"factor\", \"levels\": [\"a\"], \"values\": [\"b\"]}]}")]
    [InlineData("{\"columns\": [{\"name\": \"x\", \"type\": \"factor\", \"levels\": [\"a\", \"a\"], \"values\": [\"a\"]}]}")]
    [InlineData("{\"columns\": [{\"name\": \"x\", \"type\": \"numeric\"}]}")]
    [InlineData("{\"rows\": 3, \"columns\": [{\"name\": \"x\", \"type\": \"numeric\", \"values\": [1]}]}")]
    [InlineData("{\"source\": 1, \"columns\": []}")]
    public void ParseJson_OfMalformedText_IsAJsonError(string text) =>
        Assert.Equal(ErrorCode.JsonMalformed, Assert.Throws<MetaBridgeException>(() => Dataset.ParseJson(text)).Code);

    [Fact]
    public void ParseJson_NamesColumnAndRow()
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Dataset.ParseJson("{\"yi\": [1, 2, \"x\"]}"));
        Assert.Contains("column 'yi', row 3", problem.Message, StringComparison.Ordinal);
        Assert.Contains("\"x\"", problem.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Labels() =>
        Enumerable.Range(0, DatasetExamples.Awkward.RowCount).Select(DatasetExamples.Awkward.RowLabel);
}
