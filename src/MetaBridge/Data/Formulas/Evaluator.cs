using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>Computes an expression on the columns of a dataset, with R's meaning of each operator and function.</summary>
internal sealed class Evaluator(Dataset data)
{
    /// <summary>The value of an expression: one value per row, or another length where the expression doesn't depend on rows.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/> or <see cref="ErrorCode.FormulaEvaluation"/>.
    /// </exception>
    public Vector Evaluate(Expression expression) => expression switch
    {
        NumberLiteral number => new NumberVector([number.Value], number.IsInteger),
        TextLiteral text => new TextVector([text.Text]),
        Constant constant => ValueOf(constant),
        Name name => Lookup(name.Text),
        Parenthesis parenthesis => Evaluate(parenthesis.Inner),
        Unary unary => EvaluateUnary(unary),
        Binary binary => EvaluateBinary(binary),
        Call call => FunctionTable.Evaluate(call, this),
        _ => throw new InvalidOperationException($"No rule for {expression.GetType().Name}."),
    };

    private static Vector ValueOf(Constant constant) => constant.Word switch
    {
        "TRUE" => new LogicalVector([true]),
        "FALSE" => new LogicalVector([false]),
        "NA" => new LogicalVector([null]),
        "NULL" => new NullVector(),
        "Inf" => new NumberVector([double.PositiveInfinity]),
        "NaN" => new NumberVector([double.NaN]),
        "NA_character_" => new TextVector([null]),
        "NA_integer_" => new NumberVector([Na.Real], IsInteger: true),
        _ => new NumberVector([Na.Real]),
    };

    /// <summary>Columns come first; then the few names that R defines and that aren't reserved.</summary>
    private Vector Lookup(string name)
    {
        if (data.TryGet(name, out var column))
        {
            return FromColumn(column);
        }

        return name switch
        {
            "T" => new LogicalVector([true]),
            "F" => new LogicalVector([false]),
            "pi" => new NumberVector([Math.PI]),
            _ => FromColumn(data[name]),
        };
    }

    private static Vector FromColumn(Column column) => column switch
    {
        NumberColumn number => new NumberVector(number.ToNumbers()),
        IntegerColumn integer => new NumberVector(integer.ToNumbers(), IsInteger: true),
        TextColumn text => new TextVector(text.Values.ToArray()),
        LogicalColumn logical => new LogicalVector(logical.Values.ToArray()),
        FactorColumn factor => new FactorVector(factor.Codes.ToArray(), [.. factor.Levels], factor.IsOrdered),
        _ => throw FormulaErrors.Evaluation($"Column '{column.Name}' is {column.TypeName}, which formulas can't use"),
    };

    private Vector EvaluateUnary(Unary unary)
    {
        var operand = Evaluate(unary.Operand);
        if (unary.Operator == Operator.Not)
        {
            return new LogicalVector(Array.ConvertAll(operand.ToLogicals("'!'"), value => !value));
        }

        var numbers = operand.ToNumbers($"'{unary.Operator.Text}'");
        var isInteger = operand is LogicalVector or NumberVector { IsInteger: true };
        return unary.Operator == Operator.Identity
            ? new NumberVector(numbers, isInteger)
            : new NumberVector(Array.ConvertAll(numbers, value => -value), isInteger);
    }

    private Vector EvaluateBinary(Binary binary)
    {
        var (left, right) = (Evaluate(binary.Left), Evaluate(binary.Right));
        var op = binary.Operator;
        if (op == Operator.In)
        {
            return Comparison.IsIn(left, right);
        }

        if (op == Operator.Colon)
        {
            return Arithmetic.Sequence(left, right);
        }

        CheckLengths(binary, left.Length, right.Length);
        if (op.IsComparison)
        {
            return Comparison.Compare(op, left, right);
        }

        return op == Operator.And || op == Operator.Or
            ? Comparison.Combine(op, left, right)
            : Arithmetic.Apply(op, left, right);
    }

    /// <summary>Only single values are recycled; R recycles any length, which in an expression over rows is a slip.</summary>
    private static void CheckLengths(Binary binary, int left, int right)
    {
        if (left != right && left != 1 && right != 1)
        {
            throw FormulaErrors.Evaluation(
                $"In '{RCodeWriter.WriteLabel(binary)}' the left side has {left} values and the right side {right}");
        }
    }
}
