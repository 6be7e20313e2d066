using MetaBridge.Data;
using MetaBridge.Errors;
using Xunit;

namespace MetaBridge.Tests.Data;

public class CsvTests
{
    [Theory]
    [InlineData("TRUE\nF\nNA\nT", "logical")]
    [InlineData("1\n-2\n\nNA\n +3 ", "integer")]
    [InlineData("1\n2147483648", "numeric")]
    [InlineData("1.0\n2", "numeric")]
    [InlineData("1e5\nInf\n-Inf\nNaN\n .5\n-0", "numeric")]
    [InlineData("1\nx", "character")]
    [InlineData("\"1\"\n2", "character")]
    [InlineData("TRUE\n1", "character")]
    [InlineData("infinity\n1", "character")]
    [InlineData("NA\nNA", "logical")]
    public void ParseCsv_FindsTheTypeOfAColumn(string fields, string type) =>
        Assert.Equal(type, Dataset.ParseCsv("a,b\n" + fields.Replace("\n", ",0\n", StringComparison.Ordinal) + ",0", "d")["a"].TypeName);

    [Fact]
    public void ParseCsv_KeepsNaApartFromNaN()
    {
        var values = ((NumberColumn)Dataset.ParseCsv("a,b\nNaN,1\nNA,1\n,1\n1.5,1\n", "d")["a"]).Values.ToArray();
        Assert.Equal([false, true, true, false], values.Select(Na.IsNa));
        Assert.True(double.IsNaN(values[0]));
    }

    [Fact]
    public void ParseCsv_OfTextColumn_KeepsEmptyTextsAndQuotedNa() =>
        Assert.Equal(["", null, "NA", " x "], Texts(Dataset.ParseCsv("a,b\n,1\nNA,1\n\"NA\",1\n x ,1", "d"), "a"));

    [Fact]
    public void ParseCsv_ReadsQuotesCommasAndLineBreaksInFields()
    {
        var data = Dataset.ParseCsv("\uFEFF\"a \"\"b\"\"\",c\r\n\"x, y\n\r\nz\",1\r\n\r\n\"\"\"\",2", "d");
        Assert.Equal(["a \"b\"", "c"], data.Columns.Select(column => column.Name));
        Assert.Equal(["x, y\n\r\nz", "\""], Texts(data, "a \"b\""));
    }

    [Fact]
    public void ParseCsv_ReadsDecimalCommas()
    {
        var data = Dataset.ParseCsv("a;b\n1,5;2\n-0,25;3\n", "d", CsvOptions.Semicolon);
        Assert.Equal([1.5, -0.25], data["a"].ToNumbers());
        Assert.Equal("integer", data["b"].TypeName);
        Assert.Equal("character", Dataset.ParseCsv("a;b\n1.5;2\n", "d", CsvOptions.Semicolon)["a"].TypeName);
    }

    [Fact]
    public void ParseCsv_TakesAFirstColumnWithoutNameAsRowLabels()
    {
        var data = Dataset.ParseCsv("\"\",\"x\"\n\"s1\",1\n\"s2\",2\n", "d");
        Assert.True(data.HasRowLabels);
        Assert.Equal("s2", data.RowLabel(1));
        Assert.Single(data.Columns);
    }

    [Fact]
    public void ParseCsv_OfAHeaderOneShorterThanTheRows_HasRowLabels()
    {
        // R 4.2.2: read.csv(text = "a,b\nr1,1,2\nr2,3,4\n") has row names r1, r2 and columns a, b
        var data = Dataset.ParseCsv("a,b\nr1,1,2\nr2,3,4\n", "d");
        Assert.Equal(["r1", "r2"], [data.RowLabel(0), data.RowLabel(1)]);
        Assert.Equal([1.0, 3.0], data["a"].ToNumbers());
        Assert.Equal([2.0, 4.0], data["b"].ToNumbers());
        Assert.Equal(ErrorCode.CsvMalformed, Assert.Throws<MetaBridgeException>(() => Dataset.ParseCsv("a,b\n1,2\nr2,3,4\n", "d")).Code);
        Assert.Equal(ErrorCode.CsvMalformed, Assert.Throws<MetaBridgeException>(() => Dataset.ParseCsv("a,b\nr1,1,2\n3,4\n", "d")).Code);
    }

    [Fact]
    public void ParseCsv_CanReadQuotedNumbers()
    {
        var options = CsvOptions.Default with { QuotedFieldsAreText = false };
        Assert.Equal("integer", Dataset.ParseCsv("\"a\"\n\"1\"\n\"NA\"\n", "d", options)["a"].TypeName);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("\n\n", 1)]
    [InlineData("a,b\n1,2\n\n1\n", 4)]
    [InlineData("a,b\n\"x\ny\",2\n1,2,3\n", 4)]
    [InlineData("a,b\n1,2\n\"x,2\n3,4\n", 3)]
    [InlineData("a\n\"x\"y\n", 2)]
    [InlineData("a,,b\n", 1)]
    public void ParseCsv_OfMalformedText_NamesTheLine(string text, int line)
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Dataset.ParseCsv(text, "d"));
        Assert.Equal(ErrorCode.CsvMalformed, problem.Code);
        Assert.Equal(line, problem.Context["line"]);
    }

    [Fact]
    public void ParseCsv_OfTwoColumnsWithOneName_IsAnError() => Assert.Equal(
        ErrorCode.DuplicateName, Assert.Throws<MetaBridgeException>(() => Dataset.ParseCsv("a,a\n1,2", "d")).Code);

    [Fact]
    public void ParseCsv_WithCommaForBoth_IsAnError() => Assert.Equal(
        ErrorCode.InvalidOption,
        Assert.Throws<MetaBridgeException>(() => Dataset.ParseCsv("a", "d", new CsvOptions { DecimalComma = true })).Code);

    [Fact]
    public void ReadCsv_OfNoFile_NamesThePath()
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Dataset.ReadCsv("no/such/file.csv"));
        Assert.Equal(ErrorCode.FileNotReadable, problem.Code);
        Assert.Contains("no/such/file.csv", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadCsv_OfOtherBytesThanUtf8_IsAnError()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [.. "a\n"u8, 0xE9, (byte)'\n']);
        Assert.Equal(ErrorCode.CsvMalformed, Assert.Throws<MetaBridgeException>(() => Dataset.ReadCsv(path)).Code);
        File.Delete(path);
    }

    [Fact]
    public void WriteCsv_ReadsBackEqual_AndNamesTheDatasetAfterTheFile()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        DatasetExamples.Awkward.WriteCsv(path);
        var back = Dataset.ReadCsv(path);
        Assert.Empty(DatasetDifference.Between(DatasetExamples.Awkward, back));
        Assert.Equal(Path.GetFileNameWithoutExtension(path), back.Name);
        File.Delete(path);
    }

    [Theory]
    [InlineData(';', true)]
    [InlineData('\t', false)]
    [InlineData('|', true)]
    public void ToCsv_WithOptions_ReadsBackEqual(char delimiter, bool decimalComma)
    {
        var options = new CsvOptions { Delimiter = delimiter, DecimalComma = decimalComma };
        var back = Dataset.ParseCsv(DatasetExamples.Awkward.ToCsv(options), "d", options);
        Assert.Empty(DatasetDifference.Between(DatasetExamples.Awkward, back));
    }

    [Fact]
    public void ParseCsv_OfManyRows_ReadsAll()
    {
        var rows = Enumerable.Range(0, 200_000).Select(i => $"{i},{i / 8.0},\"s{i}\"");
        var data = Dataset.ParseCsv("a,b,c\n" + string.Join('\n', rows), "d");
        Assert.Equal(199_999 / 8.0, ((NumberColumn)data["b"]).Values[199_999]);
        Assert.Equal("s123456", ((TextColumn)data["c"]).Values[123_456]);
    }

    private static IEnumerable<string?> Texts(Dataset data, string column) => ((TextColumn)data[column]).Values.ToArray();
}
