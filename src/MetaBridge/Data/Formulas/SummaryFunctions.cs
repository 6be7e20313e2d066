namespace MetaBridge.Data.Formulas;

/// <summary>Functions that make one number of many, and those that compare columns row by row.</summary>
internal static class SummaryFunctions
{
    private static readonly string[] NaRm = ["na.rm"];

    public static IEnumerable<Function> All =>
    [
        Summary("mean", Mean),
        Summary("median", Median),
        Summary("sd", values => Math.Sqrt(Variance(values))),
        Summary("var", Variance),
        Summary("min", values => Fold(values, double.PositiveInfinity, Math.Min)),
        Summary("max", values => Fold(values, double.NegativeInfinity, Math.Max)),
        Summary("sum", values => Fold(values, 0, (x, y) => x + y)),
        new("pmin", ["x"], 1, frame => RowWise(frame, Math.Min), NaRm, TakesMore: true),
        new("pmax", ["x"], 1, frame => RowWise(frame, Math.Max), NaRm, TakesMore: true),
    ];

    /// <summary>The mean in two passes, as R does: the second adds what rounding lost.</summary>
    internal static double Mean(double[] values)
    {
        if (values.Length == 0)
        {
            return double.NaN;
        }

        var mean = values.Sum() / values.Length;
        return double.IsFinite(mean) ? mean + (values.Sum(value => value - mean) / values.Length) : mean;
    }

    /// <summary>The sample variance with n − 1; NA for fewer than two values.</summary>
    internal static double Variance(double[] values)
    {
        var mean = Mean(values);
        return values.Length < 2 ? Na.Real : values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }

    private static double Median(double[] values)
    {
        if (values.Length == 0 || Array.Exists(values, double.IsNaN))
        {
            return Na.Real;
        }

        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double Fold(double[] values, double start, Func<double, double, double> function) =>
        values.Aggregate(start, function);

    private static Function Summary(string name, Func<double[], double> summary) => new(
        name,
        ["x"],
        1,
        frame => new NumberVector([summary(Without(frame.Numbers("x"), frame.Flag("na.rm", false)))]),
        NaRm);

    private static double[] Without(double[] values, bool missing) =>
        missing ? Array.FindAll(values, value => !double.IsNaN(value)) : values;

    private static NumberVector RowWise(CallFrame frame, Func<double, double, double> function)
    {
        var skip = frame.Flag("na.rm", false);
        var columns = frame.More.Prepend(frame["x"]).ToArray();
        var length = columns.Max(column => column.Length);
        var result = columns[0].ToNumbers($"'{frame.Label}'");
        foreach (var column in columns.Skip(1))
        {
            if ((column.Length != 1 && column.Length != length) || (result.Length != 1 && result.Length != length))
            {
                throw frame.Error("the arguments have different lengths");
            }

            result = Arithmetic.Map(result, column.ToNumbers($"'{frame.Label}'"), (x, y) =>
                skip && double.IsNaN(x) ? y : skip && double.IsNaN(y) ? x : function(x, y));
        }

        return new NumberVector(result);
    }
}
