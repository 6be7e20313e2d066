using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Specs;

public class FurtherRequestTests
{
    [Theory]
    [InlineData("influence")]
    [InlineData("gosh(subsets=1000, seed=1)")]
    [InlineData("anova(btt=c(2,3), rhs=-0.5)")]
    [InlineData("regtest(model=lm, predictor=\"sqrt ni\")")]
    public void Text_OfARequest_IsReadAndWrittenTheSame(string text) => Assert.Equal(text, FurtherRequest.Parse(text).ToString());

    [Fact]
    public void Options_OfEachKind_AreRead()
    {
        var options = FurtherRequest.Parse("gosh(a=1.5, b=TRUE, c=c(1,NA,-Inf), d='x, y', e=2:4, f=c(\"p\",q))").Options;

        Assert.Equal(1.5, options.Number("a"));
        Assert.True(options.Flag("b", false));
        Assert.Equal([1, double.NaN, double.NegativeInfinity], options.Numbers("c")!);
        Assert.Equal("x, y", options.Text("d"));
        Assert.Equal([2, 3, 4], options.Integers("e")!);
        Assert.Equal(["p", "q"], options.Texts("f")!);
        Assert.Null(options.Number("g"));
    }

    [Fact]
    public void List_WithCommasInsideBrackets_IsSplitBetweenRequests() => Assert.Equal(
        ["influence", "anova(btt=c(2,3))", "vif"], FurtherRequest.ParseList("influence, anova(btt = c(2, 3)), vif").Select(request => request.ToString()));

    [Theory]
    [InlineData("nothing", ErrorCode.UnknownName)]
    [InlineData("gosh(", ErrorCode.SpecificationInvalid)]
    [InlineData("gosh(5)", ErrorCode.SpecificationInvalid)]
    [InlineData("gosh(a=1, a=2)", ErrorCode.SpecificationInvalid)]
    [InlineData("gosh(a=f(2))", ErrorCode.SpecificationInvalid)]
    public void Text_ThatIsNoRequest_IsRefused(string text, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => FurtherRequest.Parse(text)).Code);

    [Fact]
    public void Options_OfTheWrongType_AreNamed()
    {
        var options = FurtherRequest.Parse("gosh(subsets=many)").Options;

        Assert.Contains("'subsets'", Assert.Throws<MetaBridgeException>(() => options.Integer("subsets")).Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.UnknownName, Assert.Throws<MetaBridgeException>(() => options.RequireKnown("seed")).Code);
    }

    [Fact]
    public void Requests_OfTheSameText_AreEqual() => Assert.Equal(
        FurtherRequest.Parse("gosh(seed=1)"), FurtherRequest.Parse(" gosh( seed = 1 ) "));
}
