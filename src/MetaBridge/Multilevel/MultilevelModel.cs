using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>Takes a specification, a dataset and its matrices apart, fits, and puts the result together.</summary>
internal static class MultilevelModel
{
    public static MultilevelFit Fit(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FitOptions options)
    {
        var fitter = Assemble(spec, data, matrices);
        return Analysis.MultilevelAnalysis.WithFurther(spec, data, matrices, options, fitter, Fit(fitter, spec, options));
    }

    /// <summary>Estimates, or evaluates at the components that the options give, with what else the specification wants.</summary>
    public static MultilevelFit Fit(MultilevelFitter fitter, MultilevelSpec spec, FitOptions options)
    {
        var fit = options.EvaluateAt is { } components ? fitter.EvaluateAt(components) : fitter.Fit(options.CancellationToken);
        return options.EvaluateAt is null && FurtherRequest.Asks(spec.Also, FurtherResult.HeterogeneityIntervals)
            ? fit with { Intervals = fitter.Intervals(fit, spec.Level) }
            : fit;
    }

    /// <summary>The complete rows that the specification speaks of, bound to a covariance, ready to be fitted or evaluated.</summary>
    public static MultilevelFitter Assemble(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices)
    {
        matrices = SpecifiedCovariance.Resolve(spec, data, SpecifiedMatrices.Resolve(spec, data, matrices));
        Check(spec, data, matrices);
        var dropped = new List<DroppedStudy>();
        var rows = UnivariateModel.SelectedRows(spec.Subset, data, dropped);
        var (yi, vi, missing) = Effects(spec, data, matrices, rows);
        var design = spec.Moderators is null ? null : Formula.Parse(spec.Moderators).BuildMatrix(data);
        var labels = UnivariateModel.Labels(spec.LabelColumn, data);
        var needed = NeededColumns(spec, data);
        var complete = new List<int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            var column = MissingIn(needed, row);
            var reason = missing[i] ?? design?.MissingBecause[row] ?? (column is null ? null : $"missing value in '{column.Name}'");
            if (reason is null)
            {
                complete.Add(i);
            }
            else
            {
                dropped.Add(new DroppedStudy(row, labels(row), reason));
            }
        }

        if (complete.Count == 0)
        {
            throw new MetaBridgeException(ErrorCode.NoData, $"No outcome is left: {dropped.Count} were dropped.");
        }

        var used = complete.Select(i => rows[i]).ToArray();
        var y = complete.Select(i => yi[i]).ToArray();
        var sampling = matrices.Sampling?.Take(used) ?? SamplingCovariance.Diagonal([.. complete.Select(i => vi[i])]);
        CheckVariances(sampling, used, labels);
        var prepared = Design.Prepare(design is null ? null : UnivariateModel.TakeRows(design, used), design?.Names, used.Length);
        if (used.Length < prepared.Columns)
        {
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies,
                $"{used.Length} outcomes are too few for {prepared.Columns} coefficients.",
                new Dictionary<string, object?> { ["outcomes"] = used.Length, ["coefficients"] = prepared.Columns });
        }

        var usedData = used.Length == data.RowCount ? data : data.Take(used);
        var levels = new InnerLevels(data, rows, used);
        var input = new MultilevelInput
        {
            EffectSizes = y,
            Sampling = sampling,
            Design = prepared,
            Terms = new TermBuilder(spec, matrices, usedData, levels: levels).Build(),
            WeightMatrix = CustomWeights.Of(spec, matrices, data, used),
        };
        var isCounted = spec.LabelColumn is null && !data.HasRowLabels && used.Length == data.RowCount;
        IReadOnlyList<string> names = isCounted ? new CountedLabels(used.Length) : UnivariateModel.MakeUnique(Array.ConvertAll(used, row => labels(row)));
        var studies = new StudyTable(y, [.. sampling.Variances], names, used, [.. dropped.OrderBy(d => d.Row)]);
        return new MultilevelFitter(spec, input, studies, canFixEach => new TermBuilder(spec, matrices, usedData, canFixEach, levels).Build());
    }

    private static void Check(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices)
    {
        if (spec.Method is not (HeterogeneityMethod.Reml or HeterogeneityMethod.MaximumLikelihood or HeterogeneityMethod.EqualEffects))
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"The method '{Keywords<HeterogeneityMethod>.Of(spec.Method)}' does not exist for this family; it has REML, ML and EE.");
        }

        if (spec is
            {
                Test: CoefficientTest.KnappHartung or CoefficientTest.KnappHartungAdHoc,
                DegreesOfFreedom: DegreesOfFreedomMethod.Satterthwaite or DegreesOfFreedomMethod.KenwardRoger,
            })
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"The test '{Keywords<CoefficientTest>.Of(spec.Test)}' scales the standard errors itself; use it with residual or containment degrees of freedom.");
        }

        if (!(spec.Level is > 0 and < 100))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The option 'level' is {spec.Level:R}; it must be between 0 and 100 percent, both excluded.",
                new Dictionary<string, object?> { ["option"] = "level", ["value"] = spec.Level });
        }

        if (spec.Structures.Count == 0)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "'struct' is empty; leave it out for CS.");
        }

        if (matrices.Sampling is { } sampling && sampling.RowCount != data.RowCount)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"V has {sampling.RowCount} rows, but {data.Name} has {data.RowCount}.",
                new Dictionary<string, object?> { ["rows"] = data.RowCount, ["length"] = sampling.RowCount });
        }
    }

    private static (double[] Yi, double[] Vi, IReadOnlyList<string?> Missing) Effects(
        MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, int[] rows)
    {
        var effect = spec.Effect;
        if (matrices.Sampling is { } sampling && effect is { Measure: EffectMeasure.Given, Yi: { } column })
        {
            var all = data[column].ToNumbers();
            var picked = Array.ConvertAll(rows, row => all[row]);
            var variances = Array.ConvertAll(rows, row => sampling.Variances[row]);
            var missing = new string?[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                missing[i] = double.IsNaN(picked[i]) ? $"missing value in '{column}'" : double.IsNaN(variances[i]) ? "missing value in V" : null;
            }

            return (picked, variances, missing);
        }

        var table = EffectSizeCalculator.Calculate(effect, rows.Length == data.RowCount ? data : data.Take(rows));
        return (table.Yi, table.Vi, table.MissingBecause);
    }

    private static Column? MissingIn(List<Column> columns, int row)
    {
        foreach (var column in columns)
        {
            if (column.IsMissing(row))
            {
                return column;
            }
        }

        return null;
    }

    private static List<Column> NeededColumns(MultilevelSpec spec, Dataset data)
    {
        var names = new List<string>();
        foreach (var text in spec.Method == HeterogeneityMethod.EqualEffects ? [] : spec.Random)
        {
            var formula = RandomFormula.Parse(text);
            names.AddRange(formula.Outer.Select(RandomFormula.ColumnOf));
            names.AddRange(formula.Inner.Select(RandomFormula.ColumnOf).Where(name => data.TryGet(name, out _)));
        }

        if (spec.WeightColumn is not null)
        {
            names.Add(spec.WeightColumn);
        }

        return [.. names.Distinct().Select(name => data[name])];
    }

    private static void CheckVariances(SamplingCovariance sampling, int[] used, Func<int, string> labels)
    {
        for (var i = 0; i < used.Length; i++)
        {
            var v = sampling.Variances[i];
            if (!double.IsFinite(v) || v < 0)
            {
                throw new MetaBridgeException(
                    double.IsFinite(v) ? ErrorCode.NonPositiveVariance : ErrorCode.NonFiniteValue,
                    $"Row {used[i] + 1} ('{labels(used[i])}') has a sampling variance of {v:R}.",
                    new Dictionary<string, object?> { ["row"] = used[i] + 1, ["study"] = labels(used[i]), ["value"] = v });
            }
        }

        foreach (var block in sampling.Blocks)
        {
            var unknown = Array.FindIndex(block.Values, value => !double.IsFinite(value));
            if (unknown >= 0)
            {
                var (i, j) = (used[block.Rows[unknown / block.Rows.Count]], used[block.Rows[unknown % block.Rows.Count]]);
                throw new MetaBridgeException(
                    ErrorCode.NonFiniteValue,
                    $"The sampling covariance of rows {i + 1} ('{labels(i)}') and {j + 1} ('{labels(j)}') is unknown; leave one of them out, or complete V.",
                    new Dictionary<string, object?> { ["row"] = i + 1, ["column"] = j + 1, ["study"] = labels(i) });
            }
        }
    }
}
