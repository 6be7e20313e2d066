namespace MetaBridge.Data;

/// <summary>Finds the columns of a design matrix that depend linearly on those before them, as R's <c>lm</c> does.</summary>
/// <remarks>
/// <para>
/// Householder QR with limited pivoting, the rule that LINPACK's <c>dqrdc</c> (Dongarra et al. 1979, chapter 9) got for R: columns are
/// taken in their order, and one whose part orthogonal to the earlier ones is shorter than <c>tolerance</c> times its original length
/// goes to the right edge. So the first of two equal columns stays. Cost O(k p²).
/// </para>
/// <para>
/// Lengths are computed anew after each step instead of being updated; the update's rounding can only matter to a column that
/// is at the tolerance itself.
/// </para>
/// </remarks>
public static class RedundantColumns
{
    /// <summary>R's <c>lm</c> calls a column redundant below this share of its length.</summary>
    public const double DefaultTolerance = 1e-7;

    /// <summary>metafor takes a column for the intercept when no value is further from 1 than this.</summary>
    public const double InterceptTolerance = 1e-8;

    /// <summary>The columns to keep, in ascending order.</summary>
    /// <param name="values">k × p values stored by columns, all finite.</param>
    /// <param name="rowCount">k.</param>
    /// <param name="columnCount">p.</param>
    /// <param name="tolerance">The share of its length that a column must have of its own.</param>
    public static int[] Keep(
        ReadOnlySpan<double> values, int rowCount, int columnCount, double tolerance = DefaultTolerance)
    {
        var qr = values[..(rowCount * columnCount)].ToArray();
        var kept = new List<int>();
        for (var j = 0; j < columnCount; j++)
        {
            // The columns kept so far are reflected away, so what is below row `kept.Count` is orthogonal to them.
            var column = qr.AsSpan(j * rowCount, rowCount);
            var original = Length(values.Slice(j * rowCount, rowCount));
            var remaining = column[Math.Min(kept.Count, rowCount)..];
            var own = Length(remaining);
            if (kept.Count >= rowCount || own == 0 || own < original * tolerance)
            {
                continue;
            }

            ReflectLater(qr, rowCount, columnCount, j, kept.Count, own);
            kept.Add(j);
        }

        return [.. kept];
    }

    /// <summary>The columns that are constantly 1: candidates for the intercept.</summary>
    /// <param name="values">k × p values stored by columns.</param>
    /// <param name="rowCount">k.</param>
    /// <param name="columnCount">p.</param>
    public static int[] FindIntercepts(ReadOnlySpan<double> values, int rowCount, int columnCount)
    {
        var found = new List<int>();
        for (var j = 0; j < columnCount; j++)
        {
            var isConstantOne = rowCount > 0;
            foreach (var value in values.Slice(j * rowCount, rowCount))
            {
                isConstantOne &= Math.Abs(value - 1) <= InterceptTolerance;
            }

            if (isConstantOne)
            {
                found.Add(j);
            }
        }

        return [.. found];
    }

    /// <summary>Applies the Householder reflection that maps column j's part from row l onto the axis l to all later columns.</summary>
    private static void ReflectLater(double[] qr, int rowCount, int columnCount, int j, int l, double length)
    {
        var v = qr.AsSpan((j * rowCount) + l, rowCount - l);
        var sign = v[0] < 0 ? -1.0 : 1.0;
        foreach (ref var element in v)
        {
            element /= sign * length;
        }

        v[0] += 1;
        for (var later = j + 1; later < columnCount; later++)
        {
            var target = qr.AsSpan((later * rowCount) + l, rowCount - l);
            var share = Dot(v, target) / v[0];
            for (var i = 0; i < v.Length; i++)
            {
                target[i] -= share * v[i];
            }
        }
    }

    /// <summary>Scaled, so that squares neither overflow nor vanish.</summary>
    private static double Length(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value / largest * (value / largest);
        }

        return largest * Math.Sqrt(sum);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
