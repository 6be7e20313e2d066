using MetaBridge.Data.Formulas;
using Xunit;

namespace MetaBridge.Tests.Data;

/// <summary>Names exactly, values to rounding (class exact) against R's model.matrix, and the same from the re-emitted formula.</summary>
public class FormulaAgainstRTests
{
    /// <summary>Same arithmetic in another order; relative to the largest value of the column.</summary>
    private const double Rounding = 1e-12;

    public static TheoryData<string> Formulas =>
        [.. RFixture.Items("formulas").Select(item => item.GetProperty("formula").GetString()!)];

    [Fact]
    public void Fixture_KeepsItsSize() => Assert.True(Formulas.Count >= 180);

    [Theory, MemberData(nameof(Formulas))]
    public void BuildMatrix_GivesNamesAndValuesOfR(string text) => Compare(text, Formula.Parse(text));

    [Theory, MemberData(nameof(Formulas))]
    public void ToR_ReadsBackAsTheSameModel(string text)
    {
        var written = Formula.Parse(text).ToR();
        Assert.Equal(written, Formula.Parse(written).ToR());
        Compare(text, Formula.Parse(written));
    }

    /// <summary>R writes a nested term as <c>a %in% b</c>; here it is <c>a:b</c>, which is what it stands for.</summary>
    [Theory, MemberData(nameof(Formulas))]
    public void TermLabels_AreThoseOfR(string text)
    {
        var expected = RFixture.Texts(RFixture.Item("formulas", "formula", text), "labels");
        var isNested = expected.Any(label => label.Contains(" %in% ", StringComparison.Ordinal) && !label.StartsWith("I(", StringComparison.Ordinal));
        Assert.Equal(isNested ? expected.Select(label => label.Replace(" %in% ", ":", StringComparison.Ordinal)).Select(InOrder) : expected,
            isNested ? Formula.Parse(text).TermLabels.Select(InOrder) : Formula.Parse(text).TermLabels);
    }

    private static string InOrder(string label) => string.Join(':', label.Split(':').Order(StringComparer.Ordinal));

    private static void Compare(string text, Formula formula)
    {
        var expected = RFixture.Item("formulas", "formula", text);
        var actual = formula.BuildMatrix(RFixture.Frame);
        Assert.Equal(RFixture.Texts(expected, "names"), actual.Names);
        var missing = Enumerable.Range(1, actual.RowCount).Where(row => actual.MissingBecause[row - 1] is not null);
        Assert.Equal(RFixture.Integers(expected, "missing"), missing);
        var values = RFixture.Numbers(expected, "values");
        Assert.Equal(values.Length, actual.Values.Length);
        for (var j = 0; j < actual.ColumnCount; j++)
        {
            var column = values.AsSpan(j * actual.RowCount, actual.RowCount).ToArray();
            var scale = column.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (var i = 0; i < actual.RowCount; i++)
            {
                AssertClose(column[i], actual.Column(j)[i], scale, $"{actual.Names[j]}, row {i + 1}");
            }
        }
    }

    private static void AssertClose(double expected, double actual, double scale, string place)
    {
        var same = double.IsFinite(expected)
            ? Math.Abs(actual - expected) <= Rounding * scale
            : expected.Equals(actual);
        Assert.True(same, $"{place}: R {expected:R}, here {actual:R}");
    }
}
