using System.Globalization;

namespace MetaBridge.Data.Formulas;

/// <summary>Functions whose value in one row depends on the other rows: standardised columns and polynomials.</summary>
internal static class BasisFunctions
{
    private static readonly string[] Raw = ["raw"];

    public static IEnumerable<Function> All =>
    [
        new("scale", ["x", "center", "scale"], 1, Scale),
        new("poly", ["x", "degree"], 1, Polynomial, Raw),
    ];

    /// <summary>
    /// Centred by the mean and divided by the root mean square of what is left (with n − 1, so the standard deviation of a
    /// centred column); missing values don't count.
    /// </summary>
    private static NumberVector Scale(CallFrame frame)
    {
        var x = frame.Numbers("x");
        var center = Amount(frame, "center", () => SummaryFunctions.Mean(Present(x))) ?? 0;
        var centred = Array.ConvertAll(x, value => value - center);
        var divisor = Amount(frame, "scale", () => RootMeanSquare(Present(centred))) ?? 1;
        return new NumberVector(Array.ConvertAll(centred, value => value / divisor));
    }

    /// <summary>TRUE asks for the natural amount, FALSE for none (null), a number is the amount.</summary>
    private static double? Amount(CallFrame frame, string parameter, Func<double> natural)
    {
        if (frame.Find(parameter) is null or LogicalVector)
        {
            return frame.Flag(parameter, true) ? natural() : null;
        }

        return frame.Number(parameter, 0);
    }

    private static double[] Present(double[] values) => Array.FindAll(values, value => !double.IsNaN(value));

    private static double RootMeanSquare(double[] values) =>
        Math.Sqrt(values.Sum(value => value * value) / Math.Max(1, values.Length - 1));

    private static Vector Polynomial(CallFrame frame)
    {
        var x = frame.Numbers("x");
        var degree = frame.Number("degree", 1);
        if (degree != Math.Floor(degree) || degree < 1)
        {
            throw frame.Error("the degree must be a whole number from 1");
        }

        var values = frame.Flag("raw", false) ? Powers(x, (int)degree) : Orthogonal(frame, x, (int)degree);
        var names = Enumerable.Range(1, (int)degree).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        return names.Length == 1 ? new NumberVector(values) : new MatrixVector(values, x.Length, names);
    }

    private static double[] Powers(double[] x, int degree)
    {
        var values = new double[x.Length * degree];
        for (var j = 0; j < degree; j++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                values[(j * x.Length) + i] = j == 0 ? x[i] : j == 1 ? x[i] * x[i] : Math.Pow(x[i], j + 1);
            }
        }

        return values;
    }

    private static double[] Orthogonal(CallFrame frame, double[] x, int degree)
    {
        if (Array.Exists(x, double.IsNaN))
        {
            throw frame.Error("an orthogonal polynomial can't be made of a column with missing values; use raw = TRUE");
        }

        return degree < x.Distinct().Count()
            ? OrthogonalPolynomials.Evaluate(x, degree)
            : throw frame.Error($"the degree {degree} must be less than the number of different values");
    }
}
