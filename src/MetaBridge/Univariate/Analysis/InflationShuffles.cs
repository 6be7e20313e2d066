using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Model matrices of moderators that were reshuffled among the studies, each variable by itself.</summary>
/// <remarks>Matrix number s depends on the seed and s only. The order of a variable is a random permutation (Fisher &amp; Yates; Durstenfeld, 1964).</remarks>
internal sealed class InflationShuffles
{
    // Another engine's model matrix has another rounding.
    private const double SameValue = 1e-9;

    private readonly UnivariateFit fit;
    private readonly long seed;
    private readonly Formula? formula;
    private readonly Dataset? data;
    private readonly Column[] variables;

    // Which column of the formula's matrix is a column of the fit, whose intercept is first and whose names may not be known.
    private readonly int[] positions;
    private readonly IReadOnlyList<string> names;

    private InflationShuffles(UnivariateFit fit, long seed, Formula? formula, Dataset? data)
    {
        (this.fit, this.seed, this.formula, this.data) = (fit, seed, formula, data);
        variables = formula is null ? [] : [.. formula.ColumnNames.Select(name => data![name])];
        var design = formula?.BuildMatrix(data!);
        names = design?.Names ?? [];
        positions = design is null ? [] : [.. Enumerable.Range(0, fit.Coefficients.Count).Select(j => PositionOf(design, j))];
    }

    /// <summary>Shuffles of a fit's moderators: the variables of their formula where there is one with its data, else the columns of the model matrix.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: the formula is not the model's, redundant columns were dropped from the model, or the formula on the studies alone gives
    /// other values than the fit has (a function of all rows, some of which the fit left out).
    /// </exception>
    public static InflationShuffles Of(UnivariateFit fit, long seed, string? moderators, Dataset? data)
    {
        if (fit.DroppedColumns.Count > 0)
        {
            throw Impossible($"redundant moderators were dropped from the model ({string.Join(", ", fit.DroppedColumns)}); leave them out of it");
        }

        var shuffles = new InflationShuffles(fit, seed, moderators is null || data is null ? null : Formula.Parse(moderators), data);
        if (shuffles.names.Count != (shuffles.formula is null ? 0 : fit.Coefficients.Count) || shuffles.positions.Contains(-1))
        {
            throw Impossible($"'{moderators}' on the {fit.StudyCount} studies gives another model matrix than the fit has; name the model's formula, and compute functions of all rows beforehand");
        }

        return shuffles;
    }

    /// <summary>A reshuffled model matrix, k × p by columns; null when it has other columns than the model.</summary>
    public double[]? Next(int number)
    {
        var random = new CounterRandom(seed, number);
        var order = new int[fit.StudyCount];
        if (formula is null)
        {
            return Columns(random, order);
        }

        var shuffled = data!;
        foreach (var variable in variables)
        {
            Shuffle(random, order);
            shuffled = shuffled.With(variable.Take(order));
        }

        return Built(shuffled) is { Length: > 0 } x ? x : null;
    }

    private double[] Columns(CounterRandom random, int[] order)
    {
        var (k, x) = (fit.StudyCount, (double[])fit.Design.Clone());
        for (var j = fit.HasIntercept ? 1 : 0; j < fit.Coefficients.Count; j++)
        {
            Shuffle(random, order);
            for (var i = 0; i < k; i++)
            {
                x[(j * k) + i] = fit.Design[(j * k) + order[i]];
            }
        }

        return x;
    }

    // Empty when the columns are not those of the fit.
    private double[] Built(Dataset rows)
    {
        var design = formula!.BuildMatrix(rows);
        return design.Names.SequenceEqual(names) ? [.. positions.SelectMany(position => design.Column(position).ToArray())] : [];
    }

    private int PositionOf(DesignMatrix design, int coefficient)
    {
        var column = fit.Design.AsSpan(coefficient * fit.StudyCount, fit.StudyCount);
        for (var c = 0; c < design.ColumnCount && design.RowCount == fit.StudyCount; c++)
        {
            if (IsSame(design.Column(c), column))
            {
                return c;
            }
        }

        return -1;
    }

    private static bool IsSame(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (!(Math.Abs(a[i] - b[i]) <= SameValue * (Math.Abs(a[i]) + Math.Abs(b[i]) + 1)))
            {
                return false;
            }
        }

        return true;
    }

    private static void Shuffle(CounterRandom random, int[] order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)(random.Uniform() * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    private static MetaBridgeException Impossible(string why) => new(
        ErrorCode.InvalidOption, $"Variance inflation can't be simulated: {why}.", new Dictionary<string, object?> { ["option"] = "sim" });
}
