using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>Takes a specification and a dataset apart, fits, and puts the result together.</summary>
internal static class UnivariateModel
{
    public static UnivariateFit Fit(UnivariateSpec spec, Dataset data, FitOptions options) =>
        Analysis.UnivariateAnalysis.WithFurther(spec, data, options);

    /// <summary>The complete rows of the data that the specification speaks of.</summary>
    public static UnivariateInput Assemble(UnivariateSpec spec, Dataset data)
    {
        var dropped = new List<DroppedStudy>();
        var rows = SelectedRows(spec.Subset, data, dropped);
        // As in metafor, zero-cell rules look at the selected rows only, but factor levels come from the whole data.
        var effects = EffectSizeCalculator.Calculate(spec.Effect, data.Take(rows));
        var design = spec.Moderators is null ? null : Formula.Parse(spec.Moderators).BuildMatrix(data);
        var weights = spec.WeightColumn is null ? null : data[spec.WeightColumn].ToNumbers();
        var labels = Labels(spec.LabelColumn, data);
        var complete = new List<int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            var reason = effects.MissingBecause[i] ?? design?.MissingBecause[row]
                ?? (weights is not null && double.IsNaN(weights[row]) ? $"missing value in '{spec.WeightColumn}'" : null);
            if (reason is null)
            {
                complete.Add(i);
            }
            else
            {
                dropped.Add(new DroppedStudy(row, labels(row), reason));
            }
        }

        return Pick(effects, design, weights, labels, rows, complete, dropped);
    }

    private static UnivariateInput Pick(
        EffectSizeTable effects,
        DesignMatrix? design,
        double[]? weights,
        Func<int, string> labels,
        int[] rows,
        List<int> complete,
        List<DroppedStudy> dropped)
    {
        var used = complete.Select(i => rows[i]).ToArray();
        return new UnivariateInput
        {
            EffectSizes = [.. complete.Select(i => effects.Yi[i])],
            Variances = [.. complete.Select(i => effects.Vi[i])],
            Design = design is null ? null : TakeRows(design, used),
            ColumnNames = design?.Names,
            Weights = weights is null ? null : [.. used.Select(row => weights[row])],
            Labels = MakeUnique([.. used.Select(labels)]),
            Rows = used,
            Dropped = [.. dropped.OrderBy(study => study.Row)],
        };
    }

    /// <summary>The numeric part of a specification.</summary>
    public static UnivariateSettings Settings(UnivariateSpec spec, FitOptions options) => new()
    {
        Method = spec.Method,
        Test = spec.Test,
        Measure = spec.Effect.Measure,
        Level = spec.Level,
        TauSquared = spec.TauSquared,
        EvaluateAtTauSquared = options.EvaluateAtTauSquared,
        CentresEffectSizes = options.CentresEffectSizes,
        Weighted = spec.Weighted,
        TestedCoefficients = spec.TestedCoefficients,
        Also = spec.PartsOfFit,
        CancellationToken = options.CancellationToken,
    };

    internal static int[] SelectedRows(string? subset, Dataset data, List<DroppedStudy> dropped)
    {
        if (subset is null)
        {
            return [.. Enumerable.Range(0, data.RowCount)];
        }

        var condition = RowExpression.Parse(subset).EvaluateCondition(data);
        var rows = new List<int>(condition.Length);
        for (var row = 0; row < condition.Length; row++)
        {
            if (condition[row] == true)
            {
                rows.Add(row);
            }
            else
            {
                var reason = condition[row] is null ? "the subset condition is missing" : "not in the subset";
                dropped.Add(new DroppedStudy(row, data.RowLabel(row), reason));
            }
        }

        return [.. rows];
    }

    internal static Func<int, string> Labels(string? column, Dataset data)
    {
        if (column is null)
        {
            return data.RowLabel;
        }

        var found = data[column];
        for (var row = 0; row < found.Count; row++)
        {
            if (found.IsMissing(row))
            {
                throw new MetaBridgeException(
                    ErrorCode.SpecificationInvalid,
                    $"The label column '{column}' is missing in row {row + 1}.",
                    new Dictionary<string, object?> { ["column"] = column, ["row"] = row + 1 });
            }
        }

        return row => found.TextAt(row)!;
    }

    /// <summary>Repeated labels get .1, .2, … as R's <c>make.unique</c> gives them.</summary>
    internal static string[] MakeUnique(string[] labels)
    {
        var seen = new HashSet<string>(labels, StringComparer.Ordinal);
        if (seen.Count == labels.Length)
        {
            return labels;
        }

        var first = new HashSet<string>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < labels.Length; i++)
        {
            if (first.Add(labels[i]))
            {
                continue;
            }

            var label = labels[i];
            string candidate;
            do
            {
                counts[label] = counts.GetValueOrDefault(label) + 1;
                candidate = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{label}.{counts[label]}");
            }
            while (!seen.Add(candidate));
            labels[i] = candidate;
            first.Add(candidate);
        }

        return labels;
    }

    internal static double[] TakeRows(DesignMatrix design, int[] rows)
    {
        var values = new double[rows.Length * design.ColumnCount];
        for (var j = 0; j < design.ColumnCount; j++)
        {
            var column = design.Column(j);
            for (var i = 0; i < rows.Length; i++)
            {
                values[(j * rows.Length) + i] = column[rows[i]];
            }
        }

        return values;
    }
}
