using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>How data are reshaped.</summary>
public sealed record ReshapeOptions
{
    /// <summary>The measure, where its columns are, and what is added to zero cells; nothing is added unless <see cref="EffectSpec.AddTo"/> says so.</summary>
    public EffectSpec Effect { get; init; } = new() { AddTo = AddRule.None };

    /// <summary>The column that names the studies; null for numbers.</summary>
    public string? Labels { get; init; }

    /// <summary>For each row whether it is taken; null for all.</summary>
    public IReadOnlyList<bool>? Subset { get; init; }

    /// <summary>Whether both outcomes of a count table stand below each other (<c>vlong</c>).</summary>
    public bool IsVeryLong { get; init; }

    /// <summary>Whether the other columns of the data come along.</summary>
    public bool Append { get; init; } = true;
}

/// <summary>The tables of all studies: rows are groups or times, columns what is known of each (metafor's <c>to.table</c>).</summary>
/// <param name="Rows">Names of the rows.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Studies">Names of the studies.</param>
/// <param name="Values">The numbers by row, column and study.</param>
public sealed record StudyTables(
    IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> Studies, IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Values)
{
    /// <summary>The number in a row and a column of a study's table.</summary>
    public double this[int row, int column, int study] => Values[row][column][study];

    /// <summary>The tables below each other, with columns <c>study</c> and <c>row</c>.</summary>
    public Dataset ToDataset()
    {
        var pairs = (from study in Enumerable.Range(0, Studies.Count) from row in Enumerable.Range(0, Rows.Count) select (study, row)).ToArray();
        return new Dataset(
            "tables",
            [
                new TextColumn("study", [.. pairs.Select(pair => Studies[pair.study])]),
                new TextColumn("row", [.. pairs.Select(pair => Rows[pair.row])]),
                .. Columns.Select((name, j) => new NumberColumn(name, [.. pairs.Select(pair => this[pair.row, j, pair.study])])),
            ]);
    }
}

/// <summary>One row per study becomes one row per group, or a table per study.</summary>
public static partial class Reshaping
{
    /// <summary>One row per group (or time) of each study, or one per study for measures of a single group: metafor's <c>to.long</c>.</summary>
    /// <param name="data">One row per study; studies with a missing number are left out.</param>
    /// <param name="options">Measure, columns and rules.</param>
    /// <returns>
    /// The data's columns, then <c>study</c>, the group, and the numbers under metafor's names. The group is a factor with levels 2, 1, so that
    /// models compare the first group with the second.
    /// </returns>
    /// <exception cref="MetaBridgeException">The measure has no long format, or a column that it needs is not there.</exception>
    public static Dataset ToLong(Dataset data, ReshapeOptions options)
    {
        var prepared = Prepare(data, options);
        var family = prepared.Family;
        int reps = family.Rows.Length, outcomes = options.IsVeryLong && family.HasOutcomes ? family.Long.Length : 1;
        var places = (from study in Enumerable.Range(0, prepared.Labels.Length)
                      from row in Enumerable.Range(0, reps)
                      from outcome in Enumerable.Range(0, outcomes)
                      select (study, row, outcome)).ToArray();
        string[] levels = [.. prepared.Labels.Distinct()];
        var codes = levels.Select((level, code) => (level, code)).ToDictionary(pair => pair.level, pair => pair.code, StringComparer.Ordinal);
        List<Column> columns = [new FactorColumn("study", [.. places.Select(place => codes[prepared.Labels[place.study]])], levels)];
        if (family.RowName is { } name)
        {
            columns.Add(Reversed(name, places.Select(place => place.row), reps));
        }

        if (outcomes > 1)
        {
            columns.Add(Reversed("outcome", places.Select(place => place.outcome), outcomes));
            columns.Add(new NumberColumn("freq", [.. places.Select(place => prepared.Groups[place.row][place.outcome][place.study])]));
        }
        else
        {
            columns.AddRange(family.Long.Select((word, j) =>
                (Column)new NumberColumn(word, [.. places.Select(place => prepared.Groups[place.row][j][place.study])])));
        }

        int[] rows = [.. places.Select(place => prepared.Kept[place.study])];
        return options.Append ? columns.Aggregate(Unlabelled(data.Take(rows)), (set, column) => set.With(column)) : new Dataset(data.Name, columns);
    }

    /// <summary>The table of each study: metafor's <c>to.table</c>.</summary>
    /// <param name="data">One row per study; studies with a missing number are left out.</param>
    /// <param name="options">Measure, columns and rules.</param>
    /// <exception cref="MetaBridgeException">The measure has no table, or a column that it needs is not there.</exception>
    public static StudyTables ToTable(Dataset data, ReshapeOptions options)
    {
        var prepared = Prepare(data, options);
        return new StudyTables(prepared.Family.Rows, prepared.Family.Columns, prepared.Labels, prepared.Groups);
    }

    private static FactorColumn Reversed(string name, IEnumerable<int> places, int count) => new(
        name, [.. places.Select(place => count - 1 - place)], [.. Enumerable.Range(1, count).Reverse().Select(i => i.ToString(CultureInfo.InvariantCulture))]);

    private static Dataset Unlabelled(Dataset data) => new(data.Name, data.Columns);

    private static Prepared Prepare(Dataset data, ReshapeOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var family = ReshapeFamily.Of(options.Effect.Measure);
        if (options.Subset is { } subset && subset.Count != data.RowCount)
        {
            throw new MetaBridgeException(ErrorCode.LengthMismatch, $"The subset has {subset.Count} values for {data.RowCount} rows.");
        }

        var inputs = Inputs(family, EffectInputs.FromDataset(options.Effect, data));
        int[] taken = [.. Enumerable.Range(0, data.RowCount).Where(row => options.Subset?[row] ?? true)];
        var columns = inputs.ToDictionary(pair => pair.Key, pair => taken.Select(row => pair.Value[row]).ToArray());
        ApplyZeroRules(options.Effect, family, columns);
        int[] complete = [.. Enumerable.Range(0, taken.Length).Where(i => columns.Values.All(column => !double.IsNaN(column[i])))];
        int[] kept = [.. complete.Select(i => taken[i])];
        var labels = options.Labels is { } name ? data[name] : null;
        return new Prepared(
            family,
            Groups(family, columns.ToDictionary(pair => pair.Key, pair => complete.Select(i => pair.Value[i]).ToArray())),
            [.. kept.Select(row => labels?.TextAt(row) ?? (row + 1).ToString(CultureInfo.InvariantCulture))],
            kept);
    }

    /// <summary>The numbers of the family's roles; the second of a pair may come from a total.</summary>
    private static Dictionary<EffectRole, double[]> Inputs(ReshapeFamily family, EffectInputs inputs)
    {
        return family.Groups.SelectMany(group => group).ToDictionary(role => role, role => inputs[role] ?? FromTotal(role) ?? throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid,
            $"To reshape data of {family.Measures[0]} and its like, the column '{Word(role)}' is needed.",
            new Dictionary<string, object?> { ["column"] = Word(role) }));

        double[]? FromTotal(EffectRole role) => role switch
        {
            EffectRole.Bi => Difference(EffectRole.N1i, EffectRole.Ai),
            EffectRole.Di => Difference(EffectRole.N2i, EffectRole.Ci),
            EffectRole.Mi => Difference(EffectRole.Ni, EffectRole.Xi),
            _ => null,
        };

        double[]? Difference(EffectRole total, EffectRole part) =>
            inputs[total] is { } all && inputs[part] is { } some ? [.. all.Zip(some, (n, x) => n - x)] : null;
    }

    private static string Word(EffectRole role) => role.ToString().ToLowerInvariant();

    private static void ApplyZeroRules(EffectSpec rules, ReshapeFamily family, Dictionary<EffectRole, double[]> columns)
    {
        double[][] cells = [.. family.Cells.Select(role => columns[role])];
        if (cells.Length == 0)
        {
            return;
        }

        var count = cells[0].Length;
        for (var i = 0; rules.Drop00 && cells.Length is 2 or 4 && family.RowName is not null && i < count; i++)
        {
            var isEmpty = cells.Length == 2
                ? cells[0][i] == 0 && cells[1][i] == 0
                : (cells[0][i] == 0 && cells[2][i] == 0) || (cells[1][i] == 0 && cells[3][i] == 0);
            foreach (var cell in cells.Where(_ => isEmpty))
            {
                cell[i] = double.NaN;
            }
        }

        bool[] isZero = [.. Enumerable.Range(0, count).Select(i => cells.Any(cell => cell[i] == 0))];
        var all = rules.AddTo == AddRule.All || (rules.AddTo == AddRule.AllIfAnyZero && isZero.Contains(true));
        for (var i = 0; i < count; i++)
        {
            foreach (var cell in cells.Where(_ => all || (rules.AddTo == AddRule.OnlyZero && isZero[i])))
            {
                cell[i] += rules.Add ?? 0.5;
            }
        }
    }

    private static double[][][] Groups(ReshapeFamily family, Dictionary<EffectRole, double[]> columns)
    {
        if (!family.OfMargins)
        {
            return [.. family.Groups.Select(group => group.Select(role => columns[role]).ToArray())];
        }

        double[] a = columns[EffectRole.Ai], b = columns[EffectRole.Bi], c = columns[EffectRole.Ci], d = columns[EffectRole.Di];
        return [[Sum(a, b), Sum(c, d)], [Sum(a, c), Sum(b, d)]];

        static double[] Sum(double[] x, double[] y) => [.. x.Zip(y, (p, q) => p + q)];
    }

    private sealed record Prepared(ReshapeFamily Family, double[][][] Groups, string[] Labels, int[] Kept);
}
