using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;

namespace MetaBridge.Bayes;

/// <summary>Codes rows of new data as those of the fit were coded: with the fit's means, standard deviations and factor levels.</summary>
internal static class NewRows
{
    /// <summary>One row of the effect's design and one of the slopes of ln τ per row of new data.</summary>
    public static (double[][] Designs, double[][] Scales) Code(BayesProblem problem, Dataset newData)
    {
        var designs = problem.Spec.Moderators is { } mods
            ? Code(problem, newData, mods, problem.Design.Names)
            : [.. Enumerable.Range(0, newData.RowCount).Select(_ => new[] { 1.0 })];
        var scales = problem.Spec.ScaleModerators is { } scale
            ? Array.ConvertAll(Code(problem, newData, scale, problem.ScaleDesign!.Names), row => row[1..])
            : [.. Enumerable.Range(0, newData.RowCount).Select(_ => Array.Empty<double>())];
        return (designs, scales);
    }

    /// <summary>exp(2 z'b).</summary>
    public static double Factor(double[] row, ReadOnlySpan<double> slopes)
    {
        var sum = 0.0;
        for (var j = 0; j < row.Length; j++)
        {
            sum += row[j] * slopes[j];
        }

        return Math.Exp(2 * sum);
    }

    private static double[][] Code(BayesProblem problem, Dataset newData, string formula, string[] names)
    {
        int[] used = problem.Studies.Rows;
        var count = newData.RowCount;
        var all = JoinedData.Of(problem.Data, newData, Formula.Parse(formula).ColumnNames);
        int[] rows = [.. used, .. Enumerable.Range(problem.Data.RowCount, count)];
        var (coded, values) = BayesDesign.Code(formula, all, rows, used.Length, problem.Spec.StandardizeContinuous, problem.Spec.FactorContrast);
        if (!coded.SequenceEqual(names))
        {
            throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"The new data have other levels than the fit: they would need the coefficients {string.Join(", ", coded)}, and there are {string.Join(", ", names)}.",
                new Dictionary<string, object?> { ["coefficients"] = coded });
        }

        return [.. Enumerable.Range(used.Length, count).Select(i => Enumerable.Range(0, names.Length).Select(j => Finite(values[(j * rows.Length) + i])).ToArray())];

        double Finite(double value) => double.IsFinite(value) ? value : throw new MetaBridgeException(
            ErrorCode.NonFiniteValue, $"A moderator of '{formula}' is missing in the new data, or gives a value that is not a finite number.");
    }
}
