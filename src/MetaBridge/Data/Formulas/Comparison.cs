namespace MetaBridge.Data.Formulas;

/// <summary>R's comparisons and three-valued logic on vectors.</summary>
internal static class Comparison
{
    public static LogicalVector Compare(Operator op, Vector left, Vector right)
    {
        if (left is FactorVector || right is FactorVector)
        {
            return CompareFactors(op, left, right);
        }

        return left is TextVector || right is TextVector
            ? CompareTexts(op, left.ToTexts(), right.ToTexts())
            : CompareNumbers(op, left.ToNumbers($"'{op.Text}'"), right.ToNumbers($"'{op.Text}'"));
    }

    /// <summary>A false side decides <c>&amp;</c>, a true one <c>|</c>, whatever the other is; C#'s own bool? logic is the same.</summary>
    public static LogicalVector Combine(Operator op, Vector left, Vector right)
    {
        var where = $"'{op.Text}'";
        var (a, b) = (left.ToLogicals(where), right.ToLogicals(where));
        return new LogicalVector(op == Operator.And
            ? Arithmetic.Map(a, b, (x, y) => x & y)
            : Arithmetic.Map(a, b, (x, y) => x | y));
    }

    /// <summary>R's <c>%in%</c>: never NA; NA is in a set that holds NA.</summary>
    public static LogicalVector IsIn(Vector values, Vector set)
    {
        if (values is NumberVector or LogicalVector && set is NumberVector or LogicalVector)
        {
            var numbers = set.ToNumbers("'%in%'");
            var known = numbers.Where(number => !double.IsNaN(number)).ToHashSet();
            var (hasNa, hasNan) = (numbers.Any(Na.IsNa), numbers.Any(IsOrdinaryNan));
            return new LogicalVector(Array.ConvertAll(values.ToNumbers("'%in%'"), value =>
                (bool?)(double.IsNaN(value) ? (Na.IsNa(value) ? hasNa : hasNan) : known.Contains(value))));
        }

        var texts = set.ToTexts();
        var hasMissing = texts.Contains(null);
        var members = texts.OfType<string>().ToHashSet(StringComparer.Ordinal);
        return new LogicalVector(Array.ConvertAll(
            values.ToTexts(), text => (bool?)(text is null ? hasMissing : members.Contains(text))));
    }

    private static bool IsOrdinaryNan(double value) => double.IsNaN(value) && !Na.IsNa(value);

    private static LogicalVector CompareNumbers(Operator op, double[] left, double[] right) =>
        new(Arithmetic.Map(left, right, (x, y) =>
            double.IsNaN(x) || double.IsNaN(y) ? (bool?)null : Holds(op, x < y ? -1 : x > y ? 1 : 0)));

    private static LogicalVector CompareTexts(Operator op, string?[] left, string?[] right) =>
        new(Arithmetic.Map(left, right, (x, y) =>
            x is null || y is null ? (bool?)null : Holds(op, RText.Compare(x, y))));

    private static LogicalVector CompareFactors(Operator op, Vector left, Vector right)
    {
        if (left is FactorVector a && right is FactorVector b && !SameLevels(a, b))
        {
            throw FormulaErrors.Evaluation($"'{op.Text}' compares factors with different levels");
        }

        if (op == Operator.Equal || op == Operator.NotEqual)
        {
            return CompareTexts(op, left.ToTexts(), right.ToTexts());
        }

        var ordered = left as FactorVector ?? (FactorVector)right;
        if (!ordered.IsOrdered || left is FactorVector { IsOrdered: false } || right is FactorVector { IsOrdered: false })
        {
            throw FormulaErrors.Evaluation($"'{op.Text}' needs an order, but the levels of a plain factor have none");
        }

        return CompareNumbers(op, Ranks(left, ordered), Ranks(right, ordered));
    }

    private static double[] Ranks(Vector vector, FactorVector ordered) => Array.ConvertAll(
        FactorVector.Match(vector.ToTexts(), ordered.Levels, isOrdered: true).Codes,
        code => code < 0 ? Na.Real : code);

    private static bool SameLevels(FactorVector a, FactorVector b) => a.IsOrdered || b.IsOrdered
        ? a.Levels.SequenceEqual(b.Levels)
        : a.Levels.ToHashSet(StringComparer.Ordinal).SetEquals(b.Levels);

    private static bool Holds(Operator op, int order) => op.Text switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };
}
