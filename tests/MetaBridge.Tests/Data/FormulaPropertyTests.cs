using FsCheck;
using FsCheck.Fluent;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using Xunit;

namespace MetaBridge.Tests.Data;

public class FormulaPropertyTests
{
    private static readonly Config ManyCases = Config.QuickThrowOnFailure.WithMaxTest(2000);

    private static readonly string[] Pieces =
    [
        "~", "x", "`a b`", " ", "+", "-", "*", "/", "^", ":", "%in%", "%%", "%/%", "(", ")", ",", "=", "==", "<", "<=", "!", "&", "|", "&&", "'t'",
        "\"", "'", "`", "\\", "1", "2", ".5", "1e5", "1L", "factor(", "I(", "poly(", "c(", "log(", "levels", "TRUE", "NA", "NULL", "if", "..1", ".", "é", "\0", "\uD800", "\n", "#", "{", "foo(",
    ];

    [Fact]
    public void Parse_OfWhatWasWritten_GivesTheSameTree() =>
        Check.One(ManyCases, Prop.ForAll(Trees(5).ToArbitrary(), tree =>
        {
            var written = RCodeWriter.Write(tree);
            return Plain(ExpressionParser.Parse(written, isFormula: false)) == tree;
        }));

    [Fact]
    public void Write_OfWhatWasParsed_IsStable() =>
        Check.One(ManyCases, Prop.ForAll(Trees(5).ToArbitrary(), tree =>
        {
            var parsed = ExpressionParser.Parse(RCodeWriter.Write(tree), isFormula: false);
            return ExpressionParser.Parse(RCodeWriter.Write(parsed), isFormula: false) == parsed;
        }));

    [Fact]
    public void Parse_OfAnyPieces_FailsOnlyAsDocumented() =>
        Check.One(ManyCases, Prop.ForAll(
            Gen.Elements(Pieces).ListOf().Select(pieces => "~ " + string.Concat(pieces)).ToArbitrary(), FailsOnlyAsDocumented));

    [Fact]
    public void Parse_OfAnyText_FailsOnlyAsDocumented() =>
        Check.One(ManyCases, Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => FailsOnlyAsDocumented(text ?? "")));

    private static bool FailsOnlyAsDocumented(string text)
    {
        try
        {
            var written = Formula.Parse(text).ToR();
            return Formula.Parse(written).ToR() == written;
        }
        catch (MetaBridgeException problem)
        {
            return problem.Code is ErrorCode.FormulaSyntax or ErrorCode.NotSupported;
        }
    }

    private static Gen<Expression> Trees(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Elements<Expression>(new Name("x"), new Name("a b"), new Name("if"), new Name("_1`\\"), new Constant("NA"), new Constant("TRUE")),
            ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => (Expression)new NumberLiteral(Math.Abs(number.Item), false)),
            Gen.Choose(0, int.MaxValue).Select(number => (Expression)new NumberLiteral(number, true)),
            Gen.Elements("", "a\"b", "\\", "\n\t\u0001", "é\U0001F600", "'`").Select(text => (Expression)new TextLiteral(text)));
        if (depth == 0)
        {
            return leaf;
        }

        var smaller = Trees(depth - 1);
        var unary = from op in Gen.Elements(Operator.AllPrefix) from operand in smaller select (Expression)new Unary(op, operand);
        var binary = from op in Gen.Elements(Operator.AllInfix) from left in smaller from right in smaller
                     select (Expression)new Binary(op, left, right);
        var call = from first in smaller from second in smaller
                   select (Expression)new Call("log", [new Argument(null, first), new Argument("base", second)]);
        return Gen.OneOf(leaf, unary, binary, binary, call);
    }

    /// <summary>The tree without the parentheses, which writing adds where the tree needs them.</summary>
    private static Expression Plain(Expression expression) => expression switch
    {
        Parenthesis parenthesis => Plain(parenthesis.Inner),
        Unary unary => new Unary(unary.Operator, Plain(unary.Operand)),
        Binary binary => new Binary(binary.Operator, Plain(binary.Left), Plain(binary.Right)),
        Call call => new Call(call.Function, [.. call.Arguments.Select(a => a with { Value = Plain(a.Value) })]),
        _ => expression,
    };
}
