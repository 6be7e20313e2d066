using System.Collections.Immutable;
using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>Reads expressions by precedence climbing; the grammar is the part of R's that <see cref="Operator"/> lists.</summary>
internal sealed class ExpressionParser
{
    /// <summary>The deepest tree: far beyond what anyone writes, far below what overflows a thread's stack.</summary>
    internal const int MaximumDepth = 500;

    private readonly string source;
    private readonly List<Token> tokens;
    private int next;
    private int depth;

    private ExpressionParser(string source)
    {
        this.source = source;
        tokens = new Tokenizer(source).ReadAll();
    }

    private Token Current => tokens[next];

    /// <summary>Reads a whole text as one expression, after a leading <c>~</c> if it must have one.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.FormulaSyntax"/> with the place, or <see cref="ErrorCode.NotSupported"/> for an unknown function.
    /// </exception>
    public static Expression Parse(string source, bool isFormula)
    {
        var parser = new ExpressionParser(source);
        if (isFormula && !parser.TryTake("~"))
        {
            throw parser.ErrorHere("A formula has only a right-hand side and begins with '~'; there is none");
        }

        var expression = parser.ParseExpression(0);
        return parser.Current.Kind == TokenKind.End ? expression : throw parser.Unexpected();
    }

    private Expression ParseExpression(int minimum)
    {
        if (++depth > MaximumDepth)
        {
            throw ErrorHere("The expression is nested too deeply");
        }

        var left = ParseOperand();
        while (InfixHere() is { } op && op.Precedence >= minimum)
        {
            var position = Current.Position;
            next++;
            var right = ParseExpression(op.IsRightAssociative ? op.Precedence : op.Precedence + 1);
            if (op.IsComparison && InfixHere() is { IsComparison: true })
            {
                throw ErrorHere("Comparisons can't be chained; write (a < b) & (b < c)");
            }

            left = Checked(new Binary(op, left, right), position);
        }

        depth--;
        return left;
    }

    private Operator? InfixHere()
    {
        if (Current.Kind != TokenKind.Symbol)
        {
            return null;
        }

        return Current.Text is "&&" or "||"
            ? throw ErrorHere("'&&' and '||' work on single values; '&' and '|' work row by row")
            : Operator.FindInfix(Current.Text);
    }

    private Expression ParseOperand()
    {
        var token = Current;
        next += token.Kind == TokenKind.End ? 0 : 1;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new NumberLiteral(token.Number, token.IsInteger);
            case TokenKind.Text:
                return new TextLiteral(token.Text);
            case TokenKind.Name:
                return ParseNameOrCall(token);
            case TokenKind.Symbol when token.Text == "(":
                var inner = ParseExpression(0);
                Expect(")");
                return Checked(new Parenthesis(inner), token.Position);
            case TokenKind.Symbol when Operator.FindPrefix(token.Text) is { } op:
                return Checked(new Unary(op, ParseExpression(op.Precedence)), token.Position);
            default:
                next = tokens.IndexOf(token);
                throw Unexpected();
        }
    }

    private Expression ParseNameOrCall(Token token)
    {
        if (Current is { Kind: TokenKind.Symbol, Text: "(" })
        {
            next++;
            return ParseCall(token);
        }

        if (token.IsQuoted || !RNames.IsReserved(token.Text))
        {
            return new Name(token.Text);
        }

        return RNames.Constants.Contains(token.Text)
            ? new Constant(token.Text)
            : throw Tokenizer.Error(source, token.Position, $"'{token.Text}' is a word that R reserves");
    }

    private Call ParseCall(Token function)
    {
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        if (!TryTake(")"))
        {
            do
            {
                arguments.Add(ParseArgument());
            }
            while (TryTake(","));
            Expect(")");
        }

        var call = new Call(function.Text, arguments.ToImmutable());
        FunctionTable.Check(call, source, function.Position);
        return Checked(call, function.Position);
    }

    private Argument ParseArgument()
    {
        string? name = null;
        if (Current is { Kind: TokenKind.Name, IsQuoted: false } && tokens[next + 1] is { Kind: TokenKind.Symbol, Text: "=" })
        {
            name = Current.Text;
            next += 2;
        }

        return new Argument(name, ParseExpression(0));
    }

    private T Checked<T>(T expression, int position)
        where T : Expression => expression.Depth <= MaximumDepth
        ? expression
        : throw Tokenizer.Error(source, position, $"The expression has more than {MaximumDepth} levels");

    private bool TryTake(string symbol)
    {
        var found = Current.Kind == TokenKind.Symbol && Current.Text == symbol;
        next += found ? 1 : 0;
        return found;
    }

    private void Expect(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw ErrorHere($"'{symbol}' is missing");
        }
    }

    private MetaBridgeException Unexpected() => ErrorHere(
        Current.Kind == TokenKind.End ? "Something is missing" : $"'{Current.Text}' is not expected");

    private MetaBridgeException ErrorHere(string problem) => Tokenizer.Error(source, Current.Position, problem);
}
