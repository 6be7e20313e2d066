namespace MetaBridge.Data.Formulas;

/// <summary>R's arithmetic operators on vectors.</summary>
internal static class Arithmetic
{
    /// <summary>The longest sequence that <c>from:to</c> may give: a row selection never needs more.</summary>
    private const int LongestSequence = 10_000_000;

    public static NumberVector Apply(Operator op, Vector left, Vector right)
    {
        var where = $"'{op.Text}'";
        var (a, b) = (left.ToNumbers(where), right.ToNumbers(where));
        var isInteger = IsInteger(left) && IsInteger(right) && op != Operator.Divide && op != Operator.Power;
        return new NumberVector(Map(a, b, Function(op)), isInteger);
    }

    /// <summary>Applies a function pairwise; a single value serves every row.</summary>
    public static TResult[] Map<T, TResult>(T[] a, T[] b, Func<T, T, TResult> function)
    {
        var length = a.Length == 0 || b.Length == 0 ? 0 : Math.Max(a.Length, b.Length);
        var result = new TResult[length];
        for (var i = 0; i < length; i++)
        {
            result[i] = function(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        }

        return result;
    }

    /// <summary>R's <c>from:to</c>, up or down in steps of 1.</summary>
    public static NumberVector Sequence(Vector from, Vector to)
    {
        var (a, b) = (Single(from), Single(to));
        var count = Math.Floor(Math.Abs(b - a) + 1e-10) + 1;
        if (!(count <= LongestSequence))
        {
            throw FormulaErrors.Evaluation($"The sequence {RText.Number(a)}:{RText.Number(b)} is not finite or too long");
        }

        var step = a <= b ? 1 : -1;
        var values = new double[(int)count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = a + (step * i);
        }

        return new NumberVector(values, IsInteger: a == Math.Floor(a) && Math.Abs(a) <= int.MaxValue);
    }

    private static double Single(Vector end) => end.Length == 1
        ? end.ToNumbers("':'")[0]
        : throw FormulaErrors.Evaluation($"':' makes a sequence from one number to another, but got {end.Length} values");

    private static bool IsInteger(Vector vector) => vector is LogicalVector or NumberVector { IsInteger: true };

    private static Func<double, double, double> Function(Operator op) => op switch
    {
        _ when op == Operator.Plus => (x, y) => x + y,
        _ when op == Operator.Minus => (x, y) => x - y,
        _ when op == Operator.Times => (x, y) => x * y,
        _ when op == Operator.Divide => (x, y) => x / y,
        _ when op == Operator.Power => Power,
        _ when op == Operator.Modulo => Modulo,
        _ when op == Operator.WholeDivide => (x, y) => Math.Floor(x / y),
        _ => throw new InvalidOperationException($"No rule for '{op.Text}'."),
    };

    /// <summary>x^2 is x·x to the last bit, and 1^y and x^0 are 1 even for NA, as in R.</summary>
    private static double Power(double x, double y)
    {
        if (y == 2)
        {
            return x * x;
        }

        if (x == 1 || y == 0)
        {
            return 1;
        }

        return double.IsNaN(x) || double.IsNaN(y) ? x + y : Math.Pow(x, y);
    }

    /// <summary>The remainder has the sign of the divisor.</summary>
    private static double Modulo(double x, double y)
    {
        if (y == 0)
        {
            return double.NaN;
        }

        var remainder = x % y;
        return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
    }
}
