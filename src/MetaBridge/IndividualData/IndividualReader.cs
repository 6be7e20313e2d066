using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>Takes the rows of people apart by study.</summary>
internal sealed class IndividualReader
{
    private readonly IndividualSpec spec;
    private readonly Dataset data;
    private readonly double[] treatment;
    private readonly double[] outcome;
    private readonly double[]? events;
    private readonly double[]? modifier;
    private readonly double[][] covariates;
    private readonly double[]? frequency;

    public IndividualReader(IndividualSpec spec, Dataset data)
    {
        this.spec = spec;
        this.data = data;
        treatment = Treatment(data[spec.Treatment]);
        outcome = Numbers(spec.Outcome);
        events = spec.Event is null ? null : Numbers(spec.Event);
        modifier = spec.Modifier is null ? null : Numbers(spec.Modifier);
        covariates = [.. spec.Covariates.Select(Numbers)];
        frequency = spec.Frequency is null ? null : Numbers(spec.Frequency);
    }

    /// <summary>Rows that were left out.</summary>
    public List<DroppedStudy> Dropped { get; } = [];

    /// <summary>The studies in the order of their first rows.</summary>
    public IReadOnlyList<StudyRows> Studies()
    {
        var (names, rows) = (new List<string>(), new Dictionary<string, List<int>>(StringComparer.Ordinal));
        var studies = data[spec.Study];
        for (var row = 0; row < data.RowCount; row++)
        {
            if (studies.IsMissing(row))
            {
                Dropped.Add(new DroppedStudy(row, data.RowLabel(row), $"missing value in '{spec.Study}'"));
                continue;
            }

            var name = studies.TextAt(row)!;
            if (!rows.TryGetValue(name, out var own))
            {
                rows[name] = own = [];
                names.Add(name);
            }

            if (MissingIn(row) is { } column)
            {
                Dropped.Add(new DroppedStudy(row, data.RowLabel(row), $"missing value in '{column}'"));
            }
            else
            {
                Check(row);
                own.Add(row);
            }
        }

        return [.. names.Select(name => Assemble(name, [.. rows[name]]))];
    }

    private StudyRows Assemble(string name, int[] rows)
    {
        double[] weights = [.. rows.Select(row => frequency?[row] ?? 1)];
        var mean = modifier is null ? double.NaN : rows.Select((row, i) => modifier[row] * weights[i]).Sum() / weights.Sum();
        var varies = modifier is not null && rows.Any(row => modifier[row] != modifier[rows[0]]);
        var columns = 1 + (varies ? 2 : 0) + covariates.Length;
        var design = new double[rows.Length * columns];
        for (var i = 0; i < rows.Length; i++)
        {
            var (row, at) = (rows[i], i * columns);
            design[at++] = treatment[row];
            if (varies)
            {
                design[at++] = treatment[row] * (modifier![row] - mean);
                design[at++] = modifier[row] - mean;
            }

            foreach (var covariate in covariates)
            {
                design[at++] = covariate[row];
            }
        }

        return new StudyRows(
            name, design, columns, [.. rows.Select(row => outcome[row])], [.. rows.Select(row => events?[row] ?? 1)], weights, varies, mean);
    }

    private string? MissingIn(int row)
    {
        if (double.IsNaN(treatment[row]))
        {
            return spec.Treatment;
        }

        if (double.IsNaN(outcome[row]))
        {
            return spec.Outcome;
        }

        var covariate = Array.FindIndex(covariates, values => double.IsNaN(values[row]));
        return events is not null && double.IsNaN(events[row]) ? spec.Event
            : modifier is not null && double.IsNaN(modifier[row]) ? spec.Modifier
            : frequency is not null && double.IsNaN(frequency[row]) ? spec.Frequency
            : covariate >= 0 ? spec.Covariates[covariate] : null;
    }

    private void Check(int row)
    {
        var isTime = spec.Type == OutcomeType.TimeToEvent;
        if (spec.Type == OutcomeType.Binary && outcome[row] is not (0 or 1))
        {
            throw Bad(spec.Outcome, row, outcome[row], "0 or 1");
        }

        if (isTime && !(outcome[row] > 0))
        {
            throw Bad(spec.Outcome, row, outcome[row], "a positive time");
        }

        if (events is not null && events[row] is not (0 or 1))
        {
            throw Bad(spec.Event!, row, events[row], "0 or 1");
        }

        if (frequency is not null && !(frequency[row] > 0))
        {
            throw Bad(spec.Frequency!, row, frequency[row], "positive");
        }
    }

    private double[] Numbers(string column) => data[column] is LogicalColumn logical
        ? [.. Enumerable.Range(0, logical.Count).Select(row => logical.IsMissing(row) ? double.NaN : logical.TextAt(row) == "TRUE" ? 1 : 0)]
        : data[column].ToNumbers();

    // Numbers are 0 and 1; else the second level is the treatment.
    private double[] Treatment(Column column)
    {
        if (column is NumberColumn or IntegerColumn or LogicalColumn)
        {
            var values = Numbers(column.Name);
            var bad = Array.FindIndex(values, value => value is not (0 or 1) && !double.IsNaN(value));
            return bad < 0 ? values : throw Bad(column.Name, bad, values[bad], "0 or 1");
        }

        var used = Enumerable.Range(0, column.Count).Where(row => !column.IsMissing(row)).Select(row => column.TextAt(row)!).Distinct();
        string[] levels = column is FactorColumn factor ? [.. factor.Levels.Where(used.Contains)] : [.. used.Order(StringComparer.Ordinal)];
        return levels.Length == 2
            ? [.. Enumerable.Range(0, column.Count).Select(row => column.IsMissing(row) ? double.NaN : column.TextAt(row) == levels[1] ? 1.0 : 0)]
            : throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The treatment column '{column.Name}' has {levels.Length} levels ({string.Join(", ", levels)}); it needs two, the first being the control.",
                new Dictionary<string, object?> { ["column"] = column.Name });
    }

    private static MetaBridgeException Bad(string column, int row, double value, string needed) => new(
        ErrorCode.InvalidOption,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"'{column}' must be {needed}; row {row + 1} has {value}."),
        new Dictionary<string, object?> { ["column"] = column, ["row"] = row + 1, ["value"] = value });
}
