using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>A reported coefficient: a linear combination of those that the priors apply to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Combination">One multiplier per column of the design.</param>
internal sealed record ReportedCoefficient(string Name, double[] Combination);

/// <summary>A model matrix on the scale of the priors, and the way back to the scale of the data.</summary>
/// <remarks>
/// Continuous predictors are standardised with their mean and standard deviation (n − 1) over the studies used, before interactions are formed. A contrast of
/// K levels other than treatment replaces the K − 1 indicator columns D by [1 − Σ D, D] C with C an orthonormal basis of the vectors that sum to zero,
/// divided by √(1 − 1/K) for mean differences.
/// </remarks>
internal sealed class BayesDesign
{
    private const double ReconstructionTolerance = 1e-8;

    private BayesDesign(double[] values, string[] names, string[] terms, IReadOnlyList<ReportedCoefficient> reported)
    {
        Values = values;
        Names = names;
        Terms = terms;
        IsIntercept = [.. names.Select((name, j) => name == "intercept" || (j == 0 && terms[0] == "mu"))];
        Reported = reported;
    }

    /// <summary>k × p by columns.</summary>
    public double[] Values { get; }

    /// <summary>Names of the columns.</summary>
    public string[] Names { get; }

    /// <summary>The formula's term that each column belongs to.</summary>
    public string[] Terms { get; }

    /// <summary>Which column is the intercept.</summary>
    public bool[] IsIntercept { get; }

    /// <summary>The coefficients to report.</summary>
    public IReadOnlyList<ReportedCoefficient> Reported { get; }

    /// <summary>An intercept alone.</summary>
    public static BayesDesign Intercept(int k)
    {
        var ones = new double[k];
        Array.Fill(ones, 1);
        return new BayesDesign(ones, ["mu"], ["mu"], [new("mu", [1])]);
    }

    /// <summary>Builds the design of a formula.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="data">All data, so that factor levels do not depend on the rows used.</param>
    /// <param name="rows">The rows used.</param>
    /// <param name="standardize">Whether continuous predictors are standardised.</param>
    /// <param name="contrast">How factors are coded.</param>
    public static BayesDesign Build(string text, Dataset data, int[] rows, bool standardize, FactorContrast contrast)
    {
        var formula = Formula.Parse(text);
        var (names, raw, standard, back) = Code(formula, data, rows, rows.Length, standardize, contrast);
        CheckRank(standard, rows.Length, names);
        return new BayesDesign(
            standard, names, [.. names.Select(name => TermOf(name, formula))], Report(raw, standard, rows.Length, names, back));
    }

    /// <summary>Names and values of the columns for further rows, coded as the first <paramref name="used"/> of the rows were for the fit.</summary>
    public static (string[] Names, double[] Values) Code(string text, Dataset data, int[] rows, int used, bool standardize, FactorContrast contrast)
    {
        var (names, _, standard, _) = Code(Formula.Parse(text), data, rows, used, standardize, contrast);
        return (names, standard);
    }

    private static (string[] Names, double[] Raw, double[] Standard, List<(int First, double[] Contrast, string[] Levels)> Back) Code(
        Formula formula, Dataset data, int[] rows, int used, bool standardize, FactorContrast contrast)
    {
        var original = formula.BuildMatrix(data);
        var scaled = standardize ? StandardizedVariables(formula, data, rows[..used]).Aggregate(data, (set, column) => set.With(column)) : data;
        var raw = Rows(original, rows);
        var standard = Rows(formula.BuildMatrix(scaled), rows);
        var names = original.Names.Select(name => name == "intrcpt" ? "intercept" : name).ToArray();
        if (standardize)
        {
            StandardizeTerms(formula, names, standard, rows.Length, used);
        }

        var groups = contrast == FactorContrast.Treatment ? [] : FactorGroups(formula, data, names);
        var back = new List<(int First, double[] Contrast, string[] Levels)>();
        foreach (var (first, levels) in groups)
        {
            var matrix = ContrastMatrix(levels.Length, contrast);
            Recode(raw, rows.Length, first, matrix, levels.Length);
            Recode(standard, rows.Length, first, matrix, levels.Length);
            back.Add((first, matrix, levels));
        }

        return (names, raw, standard, back);
    }

    /// <summary>The term whose variables begin the parts of a column's name; the longest where several do.</summary>
    private static string TermOf(string name, Formula formula)
    {
        var parts = name.Split(':');
        return formula.TermLabels
            .Where(label => label.Split(':') is var variables && variables.Length == parts.Length
                && variables.Zip(parts).All(pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal)))
            .MaxBy(label => label.Length) ?? name;
    }

    private static double[] Rows(DesignMatrix matrix, int[] rows)
    {
        var values = new double[rows.Length * matrix.ColumnCount];
        for (var j = 0; j < matrix.ColumnCount; j++)
        {
            var column = matrix.Column(j);
            for (var i = 0; i < rows.Length; i++)
            {
                values[(j * rows.Length) + i] = column[rows[i]];
            }
        }

        return values;
    }

    /// <summary>Numeric columns that the formula uses by name alone, standardised; inside calls they stay as they are.</summary>
    private static IEnumerable<Column> StandardizedVariables(Formula formula, Dataset data, int[] rows)
    {
        var variables = formula.TermLabels.SelectMany(label => label.Split(':')).Distinct().ToArray();
        foreach (var name in variables.Where(name => data.TryGet(name, out _)))
        {
            var column = data[name];
            var usedInCall = variables.Any(other => other != name && other.Contains(name, StringComparison.Ordinal) && other.Contains('('));
            if (column is not (NumberColumn or IntegerColumn) || usedInCall)
            {
                continue;
            }

            var values = column.ToNumbers();
            var (mean, sd) = MeanAndSd([.. rows.Select(row => values[row])], name);
            yield return new NumberColumn(name, Array.ConvertAll(values, x => (x - mean) / sd));
        }
    }

    /// <summary>Columns that are a numeric term by themselves, such as I(x^2) or log(x), standardised as columns.</summary>
    private static void StandardizeTerms(Formula formula, string[] names, double[] values, int k, int used)
    {
        for (var j = 0; j < names.Length; j++)
        {
            if (formula.TermLabels.Contains(names[j]) && !names[j].Contains(':'))
            {
                var column = values.AsSpan(j * k, k);
                var (mean, sd) = MeanAndSd(column[..used].ToArray(), names[j]);
                foreach (ref var x in column)
                {
                    x = (x - mean) / sd;
                }
            }
        }
    }

    private static (double Mean, double Sd) MeanAndSd(double[] values, string name)
    {
        var mean = values.Average();
        var sd = Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / Math.Max(values.Length - 1, 1));
        return sd > 0 ? (mean, sd) : throw new MetaBridgeException(
            ErrorCode.RankDeficientDesign,
            $"The moderator '{name}' is the same for all {values.Length} studies, so it cannot be standardised.",
            new Dictionary<string, object?> { ["column"] = name });
    }

    private static List<(int First, string[] Levels)> FactorGroups(Formula formula, Dataset data, string[] names)
    {
        var groups = new List<(int, string[])>();
        foreach (var label in formula.TermLabels)
        {
            if (!data.TryGet(label, out var column) || column is not (FactorColumn or TextColumn))
            {
                if (label.Split(':').Length > 1 && label.Split(':').Any(part => data.TryGet(part, out var c) && c is FactorColumn or TextColumn))
                {
                    throw new MetaBridgeException(
                        ErrorCode.NotSupported, $"The interaction '{label}' of a factor needs treatment contrasts.");
                }

                continue;
            }

            var levels = column is FactorColumn factor
                ? [.. factor.Levels]
                : Enumerable.Range(0, column.Count).Select(column.TextAt).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray();
            var first = Array.IndexOf(names, label + levels[1]);
            if (first < 0 || names.Contains(label + levels[0]))
            {
                throw new MetaBridgeException(
                    ErrorCode.NotSupported, $"The factor '{label}' needs an intercept beside it for this contrast.");
            }

            groups.Add((first, levels));
        }

        return groups;
    }

    /// <summary>K × (K − 1) by columns: Helmert vectors of length one, rescaled for mean differences.</summary>
    private static double[] ContrastMatrix(int levels, FactorContrast contrast)
    {
        var matrix = new double[levels * (levels - 1)];
        var scale = contrast == FactorContrast.MeanDifference ? 1 / Math.Sqrt(1 - (1.0 / levels)) : 1;
        for (var c = 0; c < levels - 1; c++)
        {
            var length = Math.Sqrt((c + 1) * (c + 2.0));
            for (var r = 0; r <= c; r++)
            {
                matrix[(c * levels) + r] = -scale / length;
            }

            matrix[(c * levels) + c + 1] = scale * (c + 1) / length;
        }

        return matrix;
    }

    private static void Recode(double[] values, int k, int first, double[] contrast, int levels)
    {
        var coded = new double[levels];
        for (var i = 0; i < k; i++)
        {
            coded[0] = 1;
            for (var l = 1; l < levels; l++)
            {
                coded[l] = values[((first + l - 1) * k) + i];
                coded[0] -= coded[l];
            }

            for (var c = 0; c < levels - 1; c++)
            {
                var sum = 0.0;
                for (var l = 0; l < levels; l++)
                {
                    sum += coded[l] * contrast[(c * levels) + l];
                }

                values[((first + c) * k) + i] = sum;
            }
        }
    }

    private static void CheckRank(double[] values, int k, string[] names)
    {
        var qr = ThinQr.Factor(values, k, names.Length);
        if (qr.Rank < names.Length)
        {
            var missing = names.Where((_, j) => !qr.Kept.Contains(j)).ToArray();
            throw new MetaBridgeException(
                ErrorCode.RankDeficientDesign,
                $"The moderator columns {string.Join(", ", missing)} are redundant given the others.",
                new Dictionary<string, object?> { ["columns"] = missing });
        }
    }

    /// <summary>β on the original scale is T β on the standardised one, where X_standard = X_original T.</summary>
    private static List<ReportedCoefficient> Report(
        double[] raw, double[] standard, int k, string[] names, List<(int First, double[] Contrast, string[] Levels)> factors)
    {
        var p = names.Length;
        var qr = ThinQr.Factor(raw, k, p, dropDependent: false);
        var back = new double[p * p];
        for (var j = 0; j < p; j++)
        {
            var target = standard.AsSpan(j * k, k);
            Span<double> b = back.AsSpan(j * p, p);
            for (var r = 0; r < p; r++)
            {
                b[r] = VectorKernels.Dot(qr.Q.AsSpan(r * k, k), target);
            }

            var unexplained = VectorKernels.Dot(target, target) - VectorKernels.Dot(b, b);
            if (unexplained > ReconstructionTolerance * VectorKernels.Dot(target, target))
            {
                // Without its main effects an interaction of standardised predictors has no counterpart on the original scale.
                return [.. names.Select((name, r) => new ReportedCoefficient(name + " [standardized]", Unit(p, r)))];
            }

            qr.SolveUpper(b);
        }

        var reported = new List<ReportedCoefficient>();
        for (var r = 0; r < p; r++)
        {
            var group = factors.FindIndex(f => r >= f.First && r < f.First + f.Levels.Length - 1);
            if (group < 0)
            {
                reported.Add(new(names[r], [.. Enumerable.Range(0, p).Select(j => Clean(back[(j * p) + r]))]));
            }
            else if (r == factors[group].First)
            {
                reported.AddRange(LevelDeviations(factors[group], names[r], p));
            }
        }

        return reported;
    }

    private static IEnumerable<ReportedCoefficient> LevelDeviations((int First, double[] Contrast, string[] Levels) factor, string name, int p)
    {
        var term = name[..^factor.Levels[1].Length];
        for (var l = 0; l < factor.Levels.Length; l++)
        {
            var combination = new double[p];
            for (var c = 0; c < factor.Levels.Length - 1; c++)
            {
                combination[factor.First + c] = factor.Contrast[(c * factor.Levels.Length) + l];
            }

            yield return new ReportedCoefficient($"{term} [dif: {factor.Levels[l]}]", combination);
        }
    }

    /// <summary>Rounding of the least squares solution that stands for zero.</summary>
    private static double Clean(double x) => Math.Abs(x) < 1e-12 ? 0 : x;

    private static double[] Unit(int p, int r)
    {
        var unit = new double[p];
        unit[r] = 1;
        return unit;
    }
}
