using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Effect sizes and sampling variances: metafor's <c>escalc</c>.</summary>
/// <remarks>
/// Definitions are those of metafor 5 (see <see cref="EffectSpec.Correct"/>). A row whose effect size or variance isn't finite, or whose
/// variance is negative, is missing, with the reason.
/// </remarks>
public static class EffectSizeCalculator
{
    /// <summary>Computes the effect sizes that a specification describes, from the columns that it names.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>, <see cref="ErrorCode.WrongColumnType"/>, <see cref="ErrorCode.SpecificationInvalid"/>,
    /// <see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.InvalidCount"/>.
    /// </exception>
    public static EffectSizeTable Calculate(EffectSpec spec, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Calculate(spec, EffectInputs.FromDataset(spec, data));
    }

    /// <summary>Computes effect sizes from plain arrays.</summary>
    /// <param name="options">Measure, zero-cell rules and variance type; its column names are not looked at.</param>
    /// <param name="inputs">The numbers.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>, <see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.InvalidCount"/>.
    /// </exception>
    public static EffectSizeTable Calculate(EffectSpec options, EffectInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inputs);
        if (options.Add is { } add && !(add >= 0 && double.IsFinite(add)))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, string.Create(CultureInfo.InvariantCulture, $"The option 'add' is {add}; it must be zero or positive."));
        }

        var family = EffectFamilies.Of(options.Measure);
        var type = VarianceTypes.Parse(options.Vtype, options.Measure);
        var columns = EffectColumns.Prepare(family, options.Measure, inputs);
        return Finish(Compute(family, type, options, columns), family);
    }

    private static EffectSizeTable Compute(EffectFamily family, VarianceType type, EffectSpec options, EffectColumns columns)
    {
        double[] yi = new double[columns.Count], vi = new double[columns.Count];
        var ni = columns.SampleSizes(family);
        switch (family)
        {
            case EffectFamily.Given:
                columns[EffectRole.Yi].CopyTo(yi, 0);
                columns[EffectRole.Vi].CopyTo(vi, 0);
                break;
            case EffectFamily.TwoByTwo:
                FromTables(type, options, columns, yi, vi);
                break;
            case EffectFamily.PersonTime:
                FromPersonTime(options, columns, yi, vi);
                break;
            case EffectFamily.Correlation:
                Correlations.Compute(options.Measure, type, columns[EffectRole.Ri], columns[EffectRole.Ni], yi, vi);
                break;
            case EffectFamily.PartialCorrelation:
                Correlations.ComputePartial(
                    options.Measure, type, columns[EffectRole.Ti], columns[EffectRole.Ni], columns[EffectRole.Mi], yi, vi);
                break;
            case EffectFamily.Proportion:
                ZeroCells.Add(options, columns[EffectRole.Xi], columns[EffectRole.Mi]);
                Proportions.Compute(options.Measure, type, columns[EffectRole.Xi], columns[EffectRole.Mi], yi, vi);
                break;
            case EffectFamily.TwoMeans:
                var groups = new TwoMeans.Groups(
                    columns.TryGet(EffectRole.M1i), columns.TryGet(EffectRole.M2i), columns[EffectRole.Sd1i],
                    columns[EffectRole.Sd2i], columns[EffectRole.N1i], columns[EffectRole.N2i]);
                TwoMeans.Compute(options.Measure, type, options.Correct, groups, yi, vi);
                break;
            default:
                FromOneGroup(family, type, options, columns, yi, vi);
                break;
        }

        return new EffectSizeTable(yi, vi, ni, columns.Missing);
    }

    private static void FromTables(VarianceType type, EffectSpec options, EffectColumns columns, double[] yi, double[] vi)
    {
        double[] a = columns[EffectRole.Ai], b = columns[EffectRole.Bi], c = columns[EffectRole.Ci], d = columns[EffectRole.Di];
        if (options.Drop00)
        {
            ZeroCells.Drop(columns.Missing, a, c, "no events in both groups (drop00)");
            ZeroCells.Drop(columns.Missing, b, d, "only events in both groups (drop00)");
            columns.Blank();
        }

        ZeroCells.Add(options, a, b, c, d);
        TwoByTwo.Compute(options.Measure, type, a, b, c, d, yi, vi);
    }

    private static void FromPersonTime(EffectSpec options, EffectColumns columns, double[] yi, double[] vi)
    {
        double[] x1 = columns[EffectRole.X1i], x2 = columns[EffectRole.X2i], t1 = columns[EffectRole.T1i], t2 = columns[EffectRole.T2i];
        if (options.Drop00)
        {
            ZeroCells.Drop(columns.Missing, x1, x2, "no events in both groups (drop00)");
            columns.Blank();
        }

        ZeroCells.Add(options, x1, x2);
        for (var i = 0; i < yi.Length; i++)
        {
            (yi[i], vi[i]) = PersonTime.TwoGroups(options.Measure, x1[i], x2[i], t1[i], t2[i]);
        }
    }

    private static void FromOneGroup(
        EffectFamily family, VarianceType type, EffectSpec options, EffectColumns columns, double[] yi, double[] vi)
    {
        if (family == EffectFamily.Rate)
        {
            ZeroCells.Add(options, columns[EffectRole.Xi]);
        }

        var pooled = family == EffectFamily.OneMean ? columns.PooledVariance() : double.NaN;
        for (var i = 0; i < yi.Length; i++)
        {
            double At(EffectRole role) => columns[role][i];
            (yi[i], vi[i]) = family switch
            {
                EffectFamily.Rate => PersonTime.OneGroup(options.Measure, At(EffectRole.Xi), At(EffectRole.Ti)),
                EffectFamily.OneMean => SingleMeans.OneGroup(
                    options.Measure, type, columns.TryGet(EffectRole.Mi)?[i] ?? double.NaN, At(EffectRole.Sdi), At(EffectRole.Ni), pooled),
                EffectFamily.Change => SingleMeans.Change(
                    options.Measure,
                    type,
                    options.Correct,
                    new MatchedPair(
                        At(EffectRole.M1i), At(EffectRole.M2i), At(EffectRole.Sd1i), At(EffectRole.Sd2i), At(EffectRole.Ni), At(EffectRole.Ri))),
                _ => Correlations.Alpha(options.Measure, At(EffectRole.Ai), At(EffectRole.Mi), At(EffectRole.Ni)),
            };
        }
    }

    private static EffectSizeTable Finish(EffectSizeTable table, EffectFamily family)
    {
        var missing = (string?[])table.MissingBecause;
        for (var i = 0; i < missing.Length; i++)
        {
            if (missing[i] is null && !(double.IsFinite(table.Yi[i]) && double.IsFinite(table.Vi[i])))
            {
                missing[i] = "the effect size or its variance is not finite";
            }
            else if (missing[i] is null && table.Vi[i] < 0 && family != EffectFamily.Given)
            {
                missing[i] = "the variance is negative";
            }

            if (missing[i] is not null)
            {
                table.Yi[i] = table.Vi[i] = Na.Real;
            }
        }

        return table;
    }
}
