using System.Text;

namespace MetaBridge.Data.Formulas;

/// <summary>Writes an expression tree as R code, with the spacing of R's <c>deparse</c>.</summary>
/// <remarks>
/// Only what the tree can hold is ever written: known functions, known operators, escaped texts, and names in backticks
/// where needed. Parentheses that were in the source stay; others are added only where the tree needs them.
/// </remarks>
internal sealed class RCodeWriter
{
    private readonly StringBuilder code = new();
    private readonly bool forNames;

    private RCodeWriter(bool forNames) => this.forNames = forNames;

    /// <summary>R code that reads back as the same tree.</summary>
    public static string Write(Expression expression) => Run(expression, forNames: false);

    /// <summary>The text that R puts into column names: numbers have 15 digits and no suffix L.</summary>
    public static string WriteLabel(Expression expression) => Run(expression, forNames: true);

    private static string Run(Expression expression, bool forNames)
    {
        var writer = new RCodeWriter(forNames);
        writer.Append(expression);
        return writer.code.ToString();
    }

    private void Append(Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral number:
                AppendNumber(number);
                break;
            case TextLiteral text:
                code.Append(RText.Quote(text.Text));
                break;
            case Constant constant:
                code.Append(constant.Word);
                break;
            case Name name:
                code.Append(RText.Symbol(name.Text));
                break;
            case Parenthesis parenthesis:
                AppendInParentheses(parenthesis.Inner);
                break;
            case Unary unary:
                code.Append(unary.Operator.Text);
                AppendOperand(unary.Operand, needsParentheses: Precedence(unary.Operand) < unary.Operator.Precedence);
                break;
            case Binary binary:
                AppendBinary(binary);
                break;
            case Call call:
                AppendCall(call);
                break;
        }
    }

    private void AppendNumber(NumberLiteral number)
    {
        if (forNames)
        {
            code.Append(RText.Number(number.Value));
        }
        else
        {
            code.Append(RText.ExactNumber(number.Value)).Append(number.IsInteger ? "L" : "");
        }
    }

    private void AppendBinary(Binary binary)
    {
        var op = binary.Operator;
        var (left, right) = (Precedence(binary.Left), Precedence(binary.Right));
        var equalNeeds = op.IsComparison;
        AppendOperand(binary.Left, left < op.Precedence || (left == op.Precedence && (equalNeeds || op.IsRightAssociative)));
        code.Append(op.Spaced ? $" {op.Text} " : op.Text);

        // A sign directly behind the power binds to what follows it: x^-1 needs no parentheses.
        var isSign = binary.Right is Unary { Operator.Precedence: var sign } && sign == Operator.Negate.Precedence;
        AppendOperand(
            binary.Right,
            !isSign && (right < op.Precedence || (right == op.Precedence && (equalNeeds || !op.IsRightAssociative))));
    }

    private void AppendCall(Call call)
    {
        code.Append(call.Function).Append('(');
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var argument = call.Arguments[i];
            code.Append(i > 0 ? ", " : "").Append(argument.Name is null ? "" : $"{argument.Name} = ");
            Append(argument.Value);
        }

        code.Append(')');
    }

    private void AppendOperand(Expression operand, bool needsParentheses)
    {
        if (needsParentheses)
        {
            AppendInParentheses(operand);
        }
        else
        {
            Append(operand);
        }
    }

    private void AppendInParentheses(Expression inner)
    {
        code.Append('(');
        Append(inner);
        code.Append(')');
    }

    private static int Precedence(Expression expression) => expression switch
    {
        Unary unary => unary.Operator.Precedence,
        Binary binary => binary.Operator.Precedence,
        _ => int.MaxValue,
    };
}
