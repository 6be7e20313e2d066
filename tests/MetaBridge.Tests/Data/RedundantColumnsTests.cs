using MetaBridge.Data;
using Xunit;

namespace MetaBridge.Tests.Data;

public class RedundantColumnsTests
{
    public static TheoryData<string> Designs => [.. RFixture.Items("designs").Select(item => item.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(Designs))]
    public void Keep_GivesTheColumnsThatLmKeeps(string name)
    {
        var design = RFixture.Item("designs", "name", name);
        var kept = RedundantColumns.Keep(
            RFixture.Numbers(design, "values"), design.GetProperty("rows").GetInt32(), design.GetProperty("columns").GetInt32());
        Assert.Equal(RFixture.Integers(design, "kept"), kept.Select(column => column + 1));
    }

    [Fact]
    public void Keep_DoesNotDependOnTheUnitOfAColumn()
    {
        double[] values = [1, 1, 1, 1, 1e-200, 2e-200, 3e-200, 4e-200, 1e200, 4e200, 9e200, 16e200];
        Assert.Equal([0, 1, 2], RedundantColumns.Keep(values, 4, 3));
    }

    [Fact]
    public void Keep_OfNoRows_KeepsNothing() => Assert.Empty(RedundantColumns.Keep([], 0, 3));

    [Fact]
    public void FindIntercepts_FindsColumnsOfOnesToTheTolerance()
    {
        double[] values = [1, 1, 2, 2, 1 + 5e-9, 1 - 5e-9, 1 + 5e-8, 1];
        Assert.Equal([0, 2], RedundantColumns.FindIntercepts(values, 2, 4));
    }
}
