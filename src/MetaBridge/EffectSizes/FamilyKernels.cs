using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Which kernel computes a family, over the rows of its columns.</summary>
internal static class FamilyKernels
{
    /// <summary>What is added to which cells.</summary>
    public static ZeroCells ZeroRule(EffectFamily family, EffectSpec options, EffectColumns columns) => family switch
    {
        EffectFamily.TwoByTwo or EffectFamily.Matched or EffectFamily.MatchedMargins =>
            ZeroCells.For(options, columns, EffectRole.Ai, EffectRole.Bi, EffectRole.Ci, EffectRole.Di),
        EffectFamily.PersonTime => ZeroCells.For(options, columns, EffectRole.X1i, EffectRole.X2i),
        EffectFamily.Proportion => ZeroCells.For(options, columns, EffectRole.Xi, EffectRole.Mi),
        EffectFamily.Rate => ZeroCells.For(options, columns, EffectRole.Xi),
        _ => ZeroCells.None,
    };

    /// <summary>Fills the effect sizes and variances.</summary>
    public static void Compute(
        EffectFamily family, VarianceType type, EffectSpec options, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        switch (family)
        {
            case EffectFamily.Given:
                columns[EffectRole.Yi].CopyTo(yi);
                columns[EffectRole.Vi].CopyTo(vi);
                break;
            case EffectFamily.TwoByTwo:
                TwoByTwo.Compute(options.Measure, type, zeros, columns, yi, vi);
                break;
            case EffectFamily.Matched:
                FromPairs(options.Measure, zeros, columns, yi, vi);
                break;
            case EffectFamily.MatchedMargins:
                Matched.Margins(type, zeros, columns, yi, vi);
                break;
            case EffectFamily.PersonTime:
                FromPersonTime(options.Measure, zeros, columns, yi, vi);
                break;
            case EffectFamily.Correlation or EffectFamily.PartialCorrelation or EffectFamily.Determination:
                FromCorrelations(family, options.Measure, type, columns, yi, vi);
                break;
            case EffectFamily.Proportion:
                Proportions.Compute(options.Measure, type, zeros, columns[EffectRole.Xi], columns[EffectRole.Mi], yi, vi);
                break;
            case EffectFamily.Rate:
                FromRates(options.Measure, zeros, columns, yi, vi);
                break;
            case EffectFamily.TwoMeans:
                var groups = new TwoMeans.Groups(
                    columns.TryGet(EffectRole.M1i), columns.TryGet(EffectRole.M2i), columns.TryGet(EffectRole.Sd1i),
                    columns[EffectRole.Sd2i], columns[EffectRole.N1i], columns[EffectRole.N2i]);
                TwoMeans.Compute(options.Measure, type, options.Correct, groups, yi, vi);
                break;
            case EffectFamily.Change:
                FromChanges(options, type, columns, yi, vi);
                break;
            case EffectFamily.OneMean:
                FromOneGroup(options.Measure, type, columns, yi, vi);
                break;
            default:
                FromThree(family, options.Measure, type, columns, yi, vi);
                break;
        }
    }

    private static void FromPairs(EffectMeasure measure, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        double[] a = columns[EffectRole.Ai], b = columns[EffectRole.Bi], c = columns[EffectRole.Ci], d = columns[EffectRole.Di];
        for (var i = 0; i < yi.Length; i++)
        {
            (yi[i], vi[i]) = Matched.Row(measure, TwoByTwo.Table.Of(zeros, a[i], b[i], c[i], d[i]));
        }
    }

    private static void FromPersonTime(EffectMeasure measure, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        double[] x1 = columns[EffectRole.X1i], x2 = columns[EffectRole.X2i], t1 = columns[EffectRole.T1i], t2 = columns[EffectRole.T2i];
        var isRatio = measure == EffectMeasure.IncidenceRateRatio;
        for (var i = isRatio ? VectorRows.RateRatios(zeros, x1, x2, t1, t2, yi, vi) : 0; i < yi.Length; i++)
        {
            var add = zeros.At(x1[i], x2[i]);
            (yi[i], vi[i]) = PersonTime.TwoGroups(measure, x1[i] + add, x2[i] + add, t1[i], t2[i]);
        }
    }

    private static void FromRates(EffectMeasure measure, ZeroCells zeros, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        double[] x = columns[EffectRole.Xi], t = columns[EffectRole.Ti];
        for (var i = 0; i < yi.Length; i++)
        {
            (yi[i], vi[i]) = PersonTime.OneGroup(measure, x[i] + zeros.At(x[i]), t[i]);
        }
    }

    private static void FromCorrelations(
        EffectFamily family, EffectMeasure measure, VarianceType type, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        var n = columns[EffectRole.Ni];
        if (family == EffectFamily.Determination)
        {
            Determination.Compute(measure, type, columns[EffectRole.R2i], n, columns.TryGet(EffectRole.Mi), yi, vi);
        }
        else if (family == EffectFamily.Correlation)
        {
            Correlations.Compute(measure, type, columns[EffectRole.Ri], n, yi, vi);
        }
        else if (EffectFamilies.IsSemiPartial(measure))
        {
            Correlations.ComputeSemiPartial(measure, type, columns[EffectRole.Ri], n, columns[EffectRole.R2i], yi, vi);
        }
        else
        {
            Correlations.ComputePartial(measure, type, columns[EffectRole.Ri], n, columns[EffectRole.Mi], yi, vi);
        }
    }

    private static void FromChanges(EffectSpec options, VarianceType type, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        double[]? m1 = columns.TryGet(EffectRole.M1i), m2 = columns.TryGet(EffectRole.M2i), s2 = columns.TryGet(EffectRole.Sd2i);
        double[] s1 = columns[EffectRole.Sd1i], n = columns[EffectRole.Ni], r = columns[EffectRole.Ri];
        for (var i = 0; i < yi.Length; i++)
        {
            var pair = new MatchedPair(m1?[i] ?? double.NaN, m2?[i] ?? double.NaN, s1[i], s2?[i] ?? double.NaN, n[i], r[i]);
            (yi[i], vi[i]) = Changes.Row(options.Measure, type, options.Correct, pair);
        }
    }

    private static void FromOneGroup(EffectMeasure measure, VarianceType type, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        var m = columns.TryGet(EffectRole.Mi);
        double[] s = columns[EffectRole.Sdi], n = columns[EffectRole.Ni];
        var pooled = type == VarianceType.Ho ? columns.PooledVariance() : double.NaN;
        for (var i = 0; i < yi.Length; i++)
        {
            (yi[i], vi[i]) = SingleMeans.OneGroup(measure, type, m?[i] ?? double.NaN, s[i], n[i], pooled);
        }
    }

    /// <summary>The families with three columns: genotypes, areas under the curve, coefficient alpha.</summary>
    private static void FromThree(
        EffectFamily family, EffectMeasure measure, VarianceType type, EffectColumns columns, Span<double> yi, Span<double> vi)
    {
        var a = columns[EffectRole.Ai];
        var b = columns[family switch { EffectFamily.Genotypes => EffectRole.Bi, EffectFamily.Concordance => EffectRole.N1i, _ => EffectRole.Mi }];
        var c = columns[family switch { EffectFamily.Genotypes => EffectRole.Ci, EffectFamily.Concordance => EffectRole.N2i, _ => EffectRole.Ni }];
        for (var i = 0; i < yi.Length; i++)
        {
            (yi[i], vi[i]) = family switch
            {
                EffectFamily.Genotypes => Matched.Genotypes(a[i], b[i], c[i]),
                EffectFamily.Concordance => Concordance.Area(type, a[i], b[i], c[i]),
                _ => Correlations.Alpha(measure, a[i], b[i], c[i]),
            };
        }
    }
}
