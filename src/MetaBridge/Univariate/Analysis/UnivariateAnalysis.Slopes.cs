using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <content>Simple slopes of interactions, and contrasts between the levels of a factor.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>The slope of a moderator at values of another that it interacts with: the derivative of the predicted effect, with its test and interval.</summary>
    /// <param name="of">The moderator, a number, as the names of the coefficients write it.</param>
    /// <param name="at">The other moderator, a number or a factor; null for the slope where everything it interacts with is 0 or the reference level.</param>
    /// <param name="values">Values or levels of the other moderator; null for mean and mean ± 1 standard deviation, or all levels.</param>
    /// <returns>One row per value: a combination of the coefficients, linear in them, so that its standard error is exact.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: the model has no such moderator or level; <see cref="ErrorCode.NotSupported"/>: a function of the moderator is in the
    /// model too.
    /// </exception>
    /// <remarks>Aiken &amp; West (1991). Further moderators in the same interaction count as 0, factors as their reference level.</remarks>
    public LinearHypothesisTest SimpleSlopes(string of, string? at = null, IReadOnlyList<string>? values = null)
    {
        ArgumentNullException.ThrowIfNull(of);
        var columns = new TermColumns(Fit.Coefficients.Names, Fit.DroppedColumns);
        RequirePart(columns, of);
        var settingsOfOther = at is null ? [("", _ => 0.0)] : ValuesOf(columns, at, values);
        return Named(settingsOfOther.Select(setting => (setting.Name.Length == 0 ? of : $"{of} | {setting.Name}", columns.Derivative(of, setting.ValueOf))));
    }

    /// <summary>All differences between the levels of a factor, or those from its reference level, with adjusted p-values.</summary>
    /// <param name="of">The factor's column.</param>
    /// <param name="at">Another moderator of an interaction with it; null where everything that it interacts with is 0 or the reference level.</param>
    /// <param name="values">Values or levels of that one.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: the model has no such factor; <see cref="ErrorCode.NotSupported"/>: it is not in treatment coding.
    /// </exception>
    /// <remarks>
    /// Columns are read as treatment coding. The reference level's name comes from <see cref="Data"/>; without data it is called <c>(reference)</c>. For adjusted
    /// p-values see <see cref="PValueAdjustments.Adjust"/>.
    /// </remarks>
    public LinearHypothesisTest FactorContrasts(string of, string? at = null, IReadOnlyList<string>? values = null)
    {
        ArgumentNullException.ThrowIfNull(of);
        var columns = new TermColumns(Fit.Coefficients.Names, Fit.DroppedColumns);
        var (prefix, levels) = FactorLevels(columns, of);
        if (levels.Length == 0)
        {
            throw NoModerator(of);
        }

        var rows = new List<(string, double[])>();
        foreach (var (name, valueOf) in at is null ? [("", _ => 0.0)] : ValuesOf(columns, at, values))
        {
            var slopes = Array.ConvertAll(levels, level => columns.Derivative(prefix + level, valueOf));
            for (var a = 0; a < levels.Length; a++)
            {
                for (var b = a + 1; b < levels.Length; b++)
                {
                    double[] difference = [.. slopes[b].Zip(slopes[a], (x, y) => x - y)];
                    rows.Add(($"{levels[b]} - {levels[a]}{(name.Length == 0 ? "" : $" | {name}")}", difference));
                }
            }
        }

        return Named(rows);
    }

    private LinearHypothesisTest Named(IEnumerable<(string Name, double[] Weights)> rows)
    {
        var all = rows.ToArray();
        var test = TestRows(LinearHypothesis.Of([.. all.Select(row => row.Weights)]), Span([.. all.Select(row => row.Weights)]));
        return test with { Combinations = test.Combinations with { Names = [.. all.Select(row => row.Name)] } };
    }

    // The joint test of rows that may depend on each other is that of a basis of them.
    private TestResult Span(double[][] rows)
    {
        var (p, kept) = (Fit.Coefficients.Count, new List<double[]>());
        foreach (var row in rows)
        {
            double[] transposed = [.. kept.Append(row).SelectMany(r => r)];
            if (Numerics.ThinQr.Factor(transposed, p, kept.Count + 1).Rank > kept.Count)
            {
                kept.Add(row);
            }
        }

        return Test(LinearHypothesis.Of(kept)).Joint;
    }

    private (string Name, Func<string, double> ValueOf)[] ValuesOf(TermColumns columns, string at, IReadOnlyList<string>? values)
    {
        if (columns.Has(at))
        {
            var numbers = values is null ? Typical(at) : [.. values.Select(text => NumberOf(text, at))];
            return [.. numbers.Select(value => (
                string.Create(CultureInfo.InvariantCulture, $"{at} = {value:G6}"), (Func<string, double>)(part => part == at ? value : 0)))];
        }

        var (prefix, levels) = FactorLevels(columns, at);
        if (levels.Length == 0)
        {
            throw NoModerator(at);
        }

        foreach (var value in (values ?? []).Where(value => !levels.Contains(value)))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"'{value}' is no level of '{at}'; they are {string.Join(", ", levels)}.",
                new Dictionary<string, object?> { ["option"] = "values", ["value"] = value });
        }

        return [.. (values ?? levels).Select(level => ($"{at} = {level}", (Func<string, double>)(part => part == prefix + level ? 1 : 0)))];
    }

    private double[] Typical(string at)
    {
        var column = IndexOfColumn(at);
        if (column < 0)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"Give values of '{at}'; the model has no column of its own for it.", new Dictionary<string, object?> { ["option"] = "values" });
        }

        var k = Fit.StudyCount;
        var x = Fit.Design.AsSpan(column * k, k);
        var mean = 0.0;
        foreach (var value in x)
        {
            mean += value / k;
        }

        var squares = 0.0;
        foreach (var value in x)
        {
            squares += (value - mean) * (value - mean);
        }

        var deviation = Math.Sqrt(squares / Math.Max(1, k - 1));
        return [mean - deviation, mean, mean + deviation];
    }

    // Levels in the order of the data's factor or of code points; those that have columns when there are no data.
    private (string Prefix, string[] Levels) FactorLevels(TermColumns columns, string factor)
    {
        string[] known = Data is not null && Data.TryGet(factor, out var column) ? LevelsOf(column) : [];
        var (prefix, found) = columns.Levels(factor, known);
        foreach (var level in known.Length > 0 ? found : [])
        {
            RequireIndicator(prefix + level, Data![factor], level);
        }

        return found.Length == 0 ? (prefix, []) : (prefix, known.Length > 0 ? known : Fit.HasIntercept ? ["(reference)", .. found] : found);
    }

    // Sum or Helmert contrasts may give a column the name of a level (1, 2) and another meaning.
    private void RequireIndicator(string name, Column factor, string level)
    {
        var (column, k) = (IndexOfColumn(name), Fit.StudyCount);
        for (var i = 0; column >= 0 && i < k; i++)
        {
            if (Fit.Design[(column * k) + i] != (factor.TextAt(i) == level ? 1 : 0))
            {
                throw new MetaBridgeException(
                    ErrorCode.NotSupported,
                    $"The column '{name}' is not 1 for level '{level}' of '{factor.Name}' and 0 otherwise; slopes and contrasts need treatment coding (contr.treatment).",
                    new Dictionary<string, object?> { ["column"] = name, ["row"] = i + 1 });
            }
        }
    }

    private static string[] LevelsOf(Column column)
    {
        var used = Enumerable.Range(0, column.Count).Where(row => !column.IsMissing(row)).Select(row => column.TextAt(row)!).Distinct().ToArray();
        return column is FactorColumn factor ? [.. factor.Levels.Where(used.Contains)]
            : used.All(text => double.TryParse(text, CultureInfo.InvariantCulture, out _)) ? [.. used.OrderBy(text => double.Parse(text, CultureInfo.InvariantCulture))]
            : [.. used.Order(StringComparer.Ordinal)];
    }

    private int IndexOfColumn(string name) => Fit.Coefficients.Names.ToList().IndexOf(name);

    private void RequirePart(TermColumns columns, string name)
    {
        if (!columns.Has(name))
        {
            throw NoModerator(name);
        }
    }

    private MetaBridgeException NoModerator(string name) => new(
        ErrorCode.InvalidOption,
        $"The model has no moderator '{name}'; its coefficients are {string.Join(", ", Fit.Coefficients.Names)}.",
        new Dictionary<string, object?> { ["value"] = name });

    private static double NumberOf(string text, string at) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
        ? value
        : throw new MetaBridgeException(
            ErrorCode.InvalidOption, $"'{at}' is a number, so '{text}' is no value of it.", new Dictionary<string, object?> { ["option"] = "values", ["value"] = text });
}
