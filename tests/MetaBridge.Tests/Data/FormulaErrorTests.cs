using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using Xunit;

namespace MetaBridge.Tests.Data;

public class FormulaErrorTests
{
    private static readonly Dataset Small = new("small", [
        new NumberColumn("x", [1, -2, Na.Real]),
        new TextColumn("t", ["a", "b", "a"]),
        new TextColumn("same", ["a", "a", "a"]),
        new FactorColumn("o", [0, 1, 0], ["l", "h"], isOrdered: true),
    ]);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("~")]
    [InlineData("y ~ x")]
    [InlineData("~ x +")]
    [InlineData("~ (x")]
    [InlineData("~ x)")]
    [InlineData("~ x x")]
    [InlineData("~ x; z")]
    [InlineData("~ x[1]")]
    [InlineData("~ x$y")]
    [InlineData("~ base::x")]
    [InlineData("~ {x}")]
    [InlineData("~ \"a")]
    [InlineData("~ \"a\"")]
    [InlineData("~ `a")]
    [InlineData("~ ``")]
    [InlineData("~ 2 + x")]
    [InlineData("~ x^0")]
    [InlineData("~ x^y")]
    [InlineData("~ if")]
    [InlineData("~ 1e")]
    [InlineData("~ 1e999")]
    [InlineData("~ 1.5L + x")]
    [InlineData("~ 2x")]
    [InlineData("~ I(1 < 2 < 3)")]
    [InlineData("~ I(x && z)")]
    [InlineData("~ factor()")]
    [InlineData("~ factor(x, colour = 1)")]
    [InlineData("~ sqrt(x, 2)")]
    [InlineData("~ log(x, base = 2, base = 3)")]
    [InlineData("~ NA")]
    [InlineData("~ I('\\q')")]
    [InlineData("~ I('\\u{110000}')")]
    public void Parse_OfMalformedText_SaysWhere(string text)
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Formula.Parse(text));
        Assert.Equal(ErrorCode.FormulaSyntax, problem.Code);
    }

    [Theory]
    [InlineData("~ .")]
    [InlineData("~ x + system('ls')")]
    [InlineData("~ eval(x)")]
    [InlineData("~ `system`(x)")]
    [InlineData("~ offset(x)")]
    [InlineData("~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p)^16")]
    public void Parse_OfWhatIsNotKnown_IsNotSupported(string text)
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Formula.Parse(text));
        Assert.Equal(ErrorCode.NotSupported, problem.Code);
    }

    [Fact]
    public void Parse_OfUnknownFunction_NamesItAndTheKnownOnes()
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Formula.Parse("~ splines(x)"));
        Assert.Contains("'splines'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("relevel", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ShowsThePlace()
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Formula.Parse("~ ablat + ) year"));
        Assert.Equal(11, problem.Context["position"]);
        Assert.Contains("~ ablat + ») year", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("I(")]
    [InlineData("x + ")]
    [InlineData("x ^ ")]
    [InlineData("! ")]
    public void Parse_OfEndlessNesting_IsASyntaxError(string piece)
    {
        var text = "~ " + string.Concat(Enumerable.Repeat(piece, 200_000)) + "x";
        Assert.Equal(ErrorCode.FormulaSyntax, Assert.Throws<MetaBridgeException>(() => Formula.Parse(text)).Code);
    }

    [Theory]
    [InlineData("~ log(t)")]
    [InlineData("~ I(t + 1)")]
    [InlineData("~ I(-t)")]
    [InlineData("~ same")]
    [InlineData("~ I(2)")]
    [InlineData("~ c(1, 2)")]
    [InlineData("~ I(x + c(1, 2))")]
    [InlineData("~ poly(x, 2)")]
    [InlineData("~ poly(o, 2)")]
    [InlineData("~ relevel(t, ref = 'a')")]
    [InlineData("~ relevel(factor(t), ref = 'z')")]
    [InlineData("~ relevel(o, ref = 'h')")]
    [InlineData("~ factor(t, levels = c('a', 'a'))")]
    [InlineData("~ factor(t, labels = c('one', 'two', 'three'))")]
    [InlineData("~ cut(x, c(1, 1))")]
    [InlineData("~ cut(x, 1)")]
    [InlineData("~ I(factor(t) > 'a')")]
    [InlineData("~ scale(x, 1:2)")]
    [InlineData("~ I(NULL)")]
    [InlineData("~ I(1:Inf)")]
    [InlineData("~ I(poly(x, 2, raw = TRUE) + 1)")]
    [InlineData("~ I(sum(x, na.rm = NA))")]
    public void BuildMatrix_OfWrongValues_IsAnEvaluationError(string text)
    {
        var formula = Formula.Parse(text);
        Assert.Equal(ErrorCode.FormulaEvaluation, Assert.Throws<MetaBridgeException>(() => formula.BuildMatrix(Small)).Code);
    }

    [Fact]
    public void BuildMatrix_OfAColumnThatIsNotThere_ListsTheColumns()
    {
        var problem = Assert.Throws<MetaBridgeException>(() => Formula.Parse("~ x + Y").BuildMatrix(Small));
        Assert.Equal(ErrorCode.MissingColumn, problem.Code);
        Assert.Contains("x, t, same, o", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildMatrix_SaysWhyARowIsMissing()
    {
        var matrix = Formula.Parse("~ t + log(x)").BuildMatrix(Small);
        Assert.Equal([null, "'log(x)' is not a number", "missing value in 'x'"], matrix.MissingBecause);
        Assert.False(Na.IsNa(matrix.Column(2)[1]));
        Assert.True(Na.IsNa(matrix.Column(2)[2]));
        Assert.Equal([1.0, 1.0, 1.0], matrix.Column(0).ToArray());
    }

    [Theory]
    [InlineData("c(1, 4)")]
    [InlineData("c(1, NA)")]
    [InlineData("c(-1, 2)")]
    [InlineData("Inf")]
    public void SelectRows_OfImpossibleRows_IsAnEvaluationError(string text)
    {
        var expression = RowExpression.Parse(text);
        Assert.Equal(ErrorCode.FormulaEvaluation, Assert.Throws<MetaBridgeException>(() => expression.SelectRows(Small)).Code);
    }

    [Fact]
    public void EvaluateCondition_OfANumber_IsAnEvaluationError()
    {
        var expression = RowExpression.Parse("x + 1");
        Assert.Equal(ErrorCode.FormulaEvaluation, Assert.Throws<MetaBridgeException>(() => expression.EvaluateCondition(Small)).Code);
    }

    [Fact]
    public void ToR_EscapesWhatCouldEndATextOrName()
    {
        const string hostile = "`a\\`; system(\"ls\") #` == 'x\"); quit(\\'no\\'); (\"\\n'";
        Assert.Equal("`a\\`; system(\"ls\") #` == \"x\\\"); quit('no'); (\\\"\\n\"", RowExpression.Parse(hostile).ToR());
    }

    [Fact]
    public void Levels_AreSortedByCodePoint()
    {
        var data = new Dataset("d", [new TextColumn("t", ["b", "B", "é", "a", "\U0001F600", "\uFFFD"])]);
        Assert.Equal(
            ["tB", "ta", "tb", "té", "t\uFFFD", "t\U0001F600"], Formula.Parse("~ 0 + t").BuildMatrix(data).Names);
    }
}
