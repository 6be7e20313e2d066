using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using Xunit;

namespace MetaBridge.Tests.Data;

public class RowExpressionAgainstRTests
{
    public static TheoryData<string> Conditions => Expressions("conditions");

    public static TheoryData<string> Selections => Expressions("selections");

    public static TheoryData<string> Numbers => Expressions("numbers");

    [Theory, MemberData(nameof(Conditions))]
    public void EvaluateCondition_GivesValuesOfR(string text)
    {
        var expected = RFixture.Texts(RFixture.Item("conditions", "expression", text), "values");
        Assert.Equal(expected, Condition(RowExpression.Parse(text)));
        Assert.Equal(expected, Condition(RowExpression.Parse(RowExpression.Parse(text).ToR())));
    }

    [Theory, MemberData(nameof(Selections))]
    public void SelectRows_GivesRowsOfR(string text)
    {
        var expected = RFixture.Integers(RFixture.Item("selections", "expression", text), "rows");
        Assert.Equal(expected, RowExpression.Parse(text).SelectRows(RFixture.Frame).Select(row => row + 1));
    }

    [Theory, MemberData(nameof(Numbers))]
    public void EvaluateNumbers_GivesValuesOfR(string text)
    {
        var expected = RFixture.Numbers(RFixture.Item("numbers", "expression", text), "values");
        var actual = RowExpression.Parse(text).EvaluateNumbers(RFixture.Frame);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(Na.IsNa(expected[i]), Na.IsNa(actual[i]));
            var close = double.IsFinite(expected[i])
                ? Math.Abs(expected[i] - actual[i]) <= 1e-14 * Math.Abs(expected[i])
                : expected[i].Equals(actual[i]);
            Assert.True(close, $"row {i + 1}: R {expected[i]:R}, here {actual[i]:R}");
        }
    }

    private static TheoryData<string> Expressions(string part) =>
        [.. RFixture.Items(part).Select(item => item.GetProperty("expression").GetString()!)];

    private static IEnumerable<string> Condition(RowExpression expression) => expression.EvaluateCondition(RFixture.Frame)
        .Select(value => value switch { null => "NA", true => "TRUE", false => "FALSE" });
}
