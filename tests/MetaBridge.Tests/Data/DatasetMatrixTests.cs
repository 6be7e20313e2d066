using MetaBridge.Data;
using MetaBridge.Errors;
using Xunit;

namespace MetaBridge.Tests.Data;

public sealed class DatasetMatrixTests
{
    private const string Json =
        """
        {"name": "d", "rows": 4, "columns": [{"name": "y", "type": "numeric", "values": [1, 2, 3, 4]}],
         "matrices": [
           {"name": "V", "size": 4, "blocks": [{"rows": [1, 3], "lower": [0.5, 0.1, 0.25]}, {"rows": [2], "lower": [2]}, {"rows": [4], "lower": [3]}]},
           {"name": "A", "rowNames": ["a", "b"], "lower": [1, 0.25, 1]}]}
        """;

    [Fact]
    public void Json_LowerTriangles_AreSymmetricMatrices()
    {
        var data = Dataset.ParseJson(Json);

        Assert.Equal([0.5, 0, 0.1, 0, 0, 2, 0, 0, 0.1, 0, 0.25, 0, 0, 0, 0, 3], data.Matrix("V").ToDense());
        Assert.Equal(["a", "b"], data.Matrix("A").RowNames!);
        Assert.Equal([1, 0.25, 0.25, 1], data.Matrix("A").ToDense());
    }

    [Fact]
    public void Json_WrittenAndRead_IsTheSame()
    {
        var data = Dataset.ParseJson(Json);
        var again = Dataset.ParseJson(data.ToJson());

        Assert.True(data.ContentEquals(again));
        Assert.Equal(data.ContentHash(), again.ContentHash());
    }

    [Fact]
    public void ContentHash_ChangesWithAMatrix()
    {
        var data = Dataset.ParseJson(Json);
        var other = Dataset.ParseJson(Json.Replace("0.1,", "0.11,", StringComparison.Ordinal));

        Assert.NotEqual(data.ContentHash(), other.ContentHash());
        Assert.False(data.ContentEquals(other));
    }

    [Fact]
    public void Take_RowsInAnotherOrder_TakesTheirCovariances()
    {
        var taken = Dataset.ParseJson(Json).Take([2, 0]);

        Assert.Equal([0.25, 0.1, 0.1, 0.5], taken.Matrix("V").ToDense());
        Assert.Equal(2, taken.Matrix("A").Size);
    }

    [Fact]
    public void With_MatrixOfAnotherSize_IsRefused()
    {
        var data = Dataset.ParseJson(Json);
        var problem = Assert.Throws<MetaBridgeException>(() => data.With(DatasetMatrix.Full("V", [1, 0, 0, 1])));
        Assert.Equal(ErrorCode.LengthMismatch, problem.Code);
    }

    [Theory]
    [InlineData("\"rows\": [1, 3]", "\"rows\": [1, 2]")]
    [InlineData("\"rows\": [1, 3]", "\"rows\": [1, 9]")]
    [InlineData("[\"a\", \"b\"]", "[\"a\", \"a\"]")]
    [InlineData("[1, 0.25, 1]", "[1, 0.25]")]
    public void Json_ImpossibleMatrix_IsRefused(string old, string impossible) =>
        Assert.Throws<MetaBridgeException>(() => Dataset.ParseJson(Json.Replace(old, impossible, StringComparison.Ordinal)));

    [Fact]
    public void Matrix_UnknownName_ListsThoseThereAre()
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Dataset.ParseJson(Json).Matrix("W"));
        Assert.Equal(ErrorCode.UnknownName, problem.Code);
        Assert.Contains("V, A", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFile_Csv_TakesNamesFromItsHeader()
    {
        var path = Path.Combine(Path.GetTempPath(), $"matrix-{Guid.NewGuid():N}.csv");
        try
        {
            File.WriteAllText(path, "\"\",\"a\",\"b\"\n\"a\",1,0.5\n\"b\",0.5,2\n");
            var named = DatasetMatrix.ReadFile(path, "A", isNamed: true);
            Assert.Equal(["a", "b"], named.RowNames!);
            Assert.Equal([1, 0.5, 0.5, 2], named.ToDense());
            Assert.Null(DatasetMatrix.ReadFile(path, "V", isNamed: false).RowNames);

            File.WriteAllText(path, "a,b\n1,0.5\n0.4,2\n");
            Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => DatasetMatrix.ReadFile(path, "A", true)).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
