using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>An R-style expression over the columns of a dataset, such as <c>year &gt; 1950 &amp; alloc == "random"</c>.</summary>
/// <remarks>
/// The operators, functions and three-valued logic are R's. Texts compare by code point, as R's do in the C locale. Immutable.
/// </remarks>
public sealed class RowExpression
{
    private readonly Expression expression;

    private RowExpression(Expression expression) => this.expression = expression;

    /// <summary>The names that the expression mentions, in order of appearance; each should be a column.</summary>
    public IReadOnlyList<string> ColumnNames => [.. expression.Names().Distinct()];

    /// <summary>Reads an expression.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.FormulaSyntax"/>, with the place; <see cref="ErrorCode.NotSupported"/> for a function that isn't known.
    /// </exception>
    public static RowExpression Parse(string text) => new(ExpressionParser.Parse(text, isFormula: false));

    /// <summary>The expression written again from its tree, as R code.</summary>
    public string ToR() => RCodeWriter.Write(expression);

    /// <summary>The expression as R code.</summary>
    public override string ToString() => ToR();

    /// <summary>Evaluates a condition for every row; null is NA.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>, or <see cref="ErrorCode.FormulaEvaluation"/> when the expression isn't a condition on rows.
    /// </exception>
    public bool?[] EvaluateCondition(Dataset data) => Evaluate(data) is LogicalVector condition
        ? PerRow(condition.Values, data)
        : throw FormulaErrors.Evaluation($"'{ToR()}' is not a condition, since it is neither TRUE nor FALSE");

    /// <summary>Evaluates a number for every row, NA kept; a single number serves every row.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>, or <see cref="ErrorCode.FormulaEvaluation"/> when the expression isn't a number for each row.
    /// </exception>
    public double[] EvaluateNumbers(Dataset data) => PerRow(Evaluate(data).ToNumbers($"'{ToR()}'"), data);

    /// <summary>The rows (counted from 0) that the expression selects, as R's <c>x[subset]</c> does.</summary>
    /// <remarks>
    /// A condition selects the rows where it is TRUE; NA selects nothing, as in R's <c>subset</c>. Numbers are row numbers from 1 in
    /// the order given, or, all negative, the rows to leave out; fractions are cut off and zeros ignored.
    /// </remarks>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>, or <see cref="ErrorCode.FormulaEvaluation"/> when a row number is missing, beyond the last row, or
    /// positive among negative ones.
    /// </exception>
    public int[] SelectRows(Dataset data) => Evaluate(data) switch
    {
        LogicalVector condition => RowsWhereTrue(PerRow(condition.Values, data)),
        var numbers => RowsByNumber(numbers.ToNumbers($"'{ToR()}'"), data.RowCount),
    };

    private Vector Evaluate(Dataset data) => new Evaluator(data).Evaluate(expression);

    private T[] PerRow<T>(T[] values, Dataset data)
    {
        if (values.Length == data.RowCount)
        {
            return values;
        }

        if (values.Length != 1)
        {
            throw FormulaErrors.Evaluation($"'{ToR()}' has {values.Length} values, but {data.Name} has {data.RowCount} rows");
        }

        var repeated = new T[data.RowCount];
        Array.Fill(repeated, values[0]);
        return repeated;
    }

    private static int[] RowsWhereTrue(bool?[] condition) =>
        [.. Enumerable.Range(0, condition.Length).Where(row => condition[row] == true)];

    private int[] RowsByNumber(double[] numbers, int rowCount)
    {
        var chosen = Array.ConvertAll(numbers, Math.Truncate).Where(number => number != 0).ToArray();
        var outside = Array.FindIndex(chosen, number => !(Math.Abs(number) <= rowCount) && !(number < 0));
        if (outside >= 0)
        {
            throw FormulaErrors.Evaluation($"'{ToR()}' asks for row {RText.Number(chosen[outside])}, but there are {rowCount}");
        }

        if (!Array.Exists(chosen, number => number < 0))
        {
            return Array.ConvertAll(chosen, number => (int)number - 1);
        }

        if (Array.Exists(chosen, number => number > 0))
        {
            throw FormulaErrors.Evaluation($"'{ToR()}' mixes rows to keep with rows to leave out");
        }

        var left = chosen.ToHashSet();
        return [.. Enumerable.Range(0, rowCount).Where(row => !left.Contains(-(row + 1)))];
    }
}
