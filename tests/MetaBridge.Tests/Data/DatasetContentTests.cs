using MetaBridge.Data;
using Xunit;

namespace MetaBridge.Tests.Data;

public class DatasetContentTests
{
    private static readonly Dataset Base = new("d", [new NumberColumn("x", [1, Na.Real]), new FactorColumn("g", [0, 1], ["a", "b"])]);

    public static TheoryData<string, Dataset> Changed => new()
    {
        { "value", Base.With(new NumberColumn("x", [Math.BitIncrement(1), Na.Real])) },
        { "NaN", Base.With(new NumberColumn("x", [1, double.NaN])) },
        { "type", Base.With(new IntegerColumn("x", [1, Na.Integer])) },
        { "code", Base.With(new FactorColumn("g", [0, 0], ["a", "b"])) },
        { "level", Base.With(new FactorColumn("g", [0, 1], ["a", "b", "c"])) },
        { "order", Base.With(new FactorColumn("g", [0, 1], ["a", "b"], isOrdered: true)) },
        { "added column", Base.With(new NumberColumn("y", [1, 2])) },
        { "column order", new Dataset("d", Base.Columns.Reverse()) },
        { "labels", new Dataset("d", Base.Columns, ["1", "2"]) },
        { "rows", Base.Take([0]) },
    };

    [Theory, MemberData(nameof(Changed))]
    public void ContentHash_ChangesWithTheContent(string what, Dataset changed)
    {
        Assert.NotNull(what);
        Assert.NotEqual(Base.ContentHash(), changed.ContentHash());
        Assert.False(Base.ContentEquals(changed));
        Assert.False(changed.ContentEquals(Base));
        Assert.NotEmpty(DatasetDifference.Between(Base, changed)[0].ToString());
    }

    [Fact]
    public void ContentHash_IgnoresNameSourceSignOfZeroAndBitsOfNaN()
    {
        var otherNaN = BitConverter.UInt64BitsToDouble(0xFFF8_0000_0000_0001);
        var one = new Dataset("one", [new NumberColumn("x", [0.0, double.NaN])]);
        var two = new Dataset("two", [new NumberColumn("x", [-0.0, otherNaN])]) { Source = new DatasetSource("t") };
        Assert.Equal(one.ContentHash(), two.ContentHash());
        Assert.True(one.ContentEquals(two));
    }

    [Fact]
    public void Between_NamesColumnRowAndBothValues()
    {
        var difference = Assert.Single(DatasetDifference.Between(Base, Base.With(new NumberColumn("x", [1, 2]))));
        Assert.Equal("column 'x', row 2: value NA against 2", difference.ToString());
    }

    [Fact]
    public void TakeAndWith_KeepTheSource()
    {
        var source = new DatasetSource("t");
        var data = new Dataset("d", Base.Columns) { Source = source };
        Assert.Equal(source, data.Take([1]).Source);
        Assert.Equal(source, data.With(new NumberColumn("y", [1, 2])).Source);
    }
}
