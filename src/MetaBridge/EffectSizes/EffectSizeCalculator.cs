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
    /// <see cref="ErrorCode.SpecificationInvalid"/>, <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.NotSupported"/> or
    /// <see cref="ErrorCode.InvalidCount"/>.
    /// </exception>
    public static EffectSizeTable Calculate(EffectSpec options, EffectInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        double[] yi = GC.AllocateUninitializedArray<double>(inputs.Count), vi = GC.AllocateUninitializedArray<double>(inputs.Count);
        var columns = Fill(options, inputs, yi, vi, withTotals: true);
        return new EffectSizeTable(yi, vi, columns.SampleSizes, Reasons(columns));
    }

    /// <summary>Computes effect sizes into arrays of the caller, without total sample sizes: nothing is allocated per row.</summary>
    /// <param name="options">Measure, zero-cell rules and variance type; its column names are not looked at.</param>
    /// <param name="inputs">The numbers.</param>
    /// <param name="yi">Receives the effect sizes.</param>
    /// <param name="vi">Receives the variances.</param>
    /// <returns>For each row null, or why it has no effect size.</returns>
    /// <exception cref="MetaBridgeException">As the other forms, and <see cref="ErrorCode.LengthMismatch"/>.</exception>
    public static IReadOnlyList<string?> Fill(EffectSpec options, EffectInputs inputs, Span<double> yi, Span<double> vi)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return yi.Length == inputs.Count && vi.Length == inputs.Count
            ? Reasons(Fill(options, inputs, yi, vi, withTotals: false))
            : throw new MetaBridgeException(ErrorCode.LengthMismatch, $"There are {inputs.Count} rows, but room for {yi.Length} and {vi.Length}.");
    }

    private static IReadOnlyList<string?> Reasons(EffectColumns columns) => columns.Missing is { } missing ? missing : new NoReasons(columns.Count);

    private static EffectColumns Fill(EffectSpec options, EffectInputs inputs, Span<double> yi, Span<double> vi, bool withTotals)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var family = EffectFamilies.Of(options.Measure);
        var types = Types(options, inputs);
        var columns = EffectColumns.Prepare(family, options.Measure, inputs, withTotals);
        if (options.Drop00)
        {
            Drop(family, columns);
        }

        Compute(family, types, options, columns, yi, vi);
        Flip(options, inputs.Flips, yi, vi);
        Finish(family, columns, yi, vi);
        return columns;
    }

    private static void Check(EffectSpec options)
    {
        if (options.Add is { } add && !(add >= 0 && double.IsFinite(add)))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, string.Create(CultureInfo.InvariantCulture, $"The option 'add' is {add}; it must be zero or positive."));
        }

        if (options.Measure is EffectMeasure.RSquaredFixed or EffectMeasure.FisherZRSquaredFixed)
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"The measure {Keywords<EffectMeasure>.Of(options.Measure)} is not computed: its variance has no published formula that metafor's "
                + "numbers follow. Use R2 or ZR2, or give effect sizes and variances (yi, vi).");
        }
    }

    /// <summary>The variance type of all rows, or one per row.</summary>
    private static VarianceType[] Types(EffectSpec options, EffectInputs inputs)
    {
        if (inputs.VarianceTypes is not { } words)
        {
            return [VarianceTypes.Parse(options.Vtype, options.Measure)];
        }

        return words.Count == inputs.Count
            ? [.. words.Select(word => VarianceTypes.Parse(word, options.Measure))]
            : throw new MetaBridgeException(
                ErrorCode.LengthMismatch, $"There are {words.Count} variance types (vtype) for {inputs.Count} rows.");
    }

    private static void Drop(EffectFamily family, EffectColumns columns)
    {
        if (family is EffectFamily.TwoByTwo or EffectFamily.Matched or EffectFamily.MatchedMargins)
        {
            ReadOnlySpan<EffectRole> cells = [EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di];
            ZeroCells.Drop(columns, EffectRole.Ai, EffectRole.Ci, "no events in both groups (drop00)", cells);
            ZeroCells.Drop(columns, EffectRole.Bi, EffectRole.Di, "only events in both groups (drop00)", cells);
        }
        else if (family == EffectFamily.PersonTime)
        {
            ZeroCells.Drop(
                columns, EffectRole.X1i, EffectRole.X2i, "no events in both groups (drop00)", EffectRole.X1i, EffectRole.X2i);
        }
    }

    private static void Compute(
        EffectFamily family, VarianceType[] types, EffectSpec options, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        var zeros = FamilyKernels.ZeroRule(family, options, columns);
        FamilyKernels.Compute(family, types is [var first, ..] ? first : VarianceType.Ls, options, zeros, columns, yi, vi);

        // Averages are over all rows, whatever the variance types of the others: every type is computed for all and its own rows are picked.
        foreach (var type in types.Length > 1 ? types.Distinct().Skip(1) : [])
        {
            double[] y = new double[yi.Length], v = new double[vi.Length];
            FamilyKernels.Compute(family, type, options, zeros, columns, y, v);
            for (var i = 0; i < types.Length; i++)
            {
                (yi[i], vi[i]) = types[i] == type ? (y[i], v[i]) : (yi[i], vi[i]);
            }
        }

        if (zeros != ZeroCells.None && EffectFamilies.SplitsAddition(options.Measure) && !(options.AddToEffect && options.AddToVariance))
        {
            double[] y = new double[yi.Length], v = new double[vi.Length];
            Compute(family, types, options with { Add = 0, AddToEffect = true, AddToVariance = true }, columns, y, v);
            (options.AddToEffect ? yi : y).CopyTo(yi);
            (options.AddToVariance ? vi : v).CopyTo(vi);
        }
    }

    private static void Flip(EffectSpec options, double[]? flips, Span<double> yi, Span<double> vi)
    {
        if (flips is not null && flips.Length != yi.Length)
        {
            throw new MetaBridgeException(ErrorCode.LengthMismatch, $"There are {flips.Length} signs (flip) for {yi.Length} rows.");
        }

        for (var i = 0; (options.Flip || flips is not null) && i < yi.Length; i++)
        {
            var factor = (options.Flip ? -1 : 1) * (flips?[i] ?? 1);
            yi[i] *= factor;
            vi[i] *= factor * factor;
        }
    }

    private static void Finish(EffectFamily family, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        for (var i = VectorRows.FirstIrregular(yi, vi, 0); i < yi.Length; i++)
        {
            double y = yi[i], v = vi[i];
            if (double.IsFinite(y) && double.IsFinite(v) && (v >= 0 || family == EffectFamily.Given))
            {
                continue;
            }

            // What a missing input leaves computable stays, as in metafor: often the variance, which may need the sizes alone. A number
            // that doesn't exist, or an impossible variance, takes both along.
            var isWhole = !IsImpossible(columns, i, y) && !IsImpossible(columns, i, v) && !(v < 0);
            columns.MarkMissing(i, v < 0 && double.IsFinite(y) && double.IsFinite(v)
                ? "the variance is negative"
                : "the effect size or its variance is not finite");
            yi[i] = isWhole && !double.IsNaN(y) ? y : Na.Real;
            vi[i] = isWhole && !double.IsNaN(v) ? v : Na.Real;
        }
    }

    /// <summary>Infinite, or NaN for another reason than a missing input.</summary>
    private static bool IsImpossible(EffectColumns columns, int row, double value) =>
        double.IsInfinity(value) || (double.IsNaN(value) && !Na.IsNa(value) && columns.Missing?[row] is null);
}
