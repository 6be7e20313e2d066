using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Sampling;

/// <summary>Whether a block is positive definite, as a correlation matrix, so that the scale of the outcomes doesn't matter.</summary>
internal sealed class BlockDefiniteness(ErrorDependence input)
{
    // Times the order of the block: what rounding of its elements moves an eigenvalue by, relative to the largest.
    private const double Rounding = 4.44e-16;

    private const int MostRowsNamed = 12;

    /// <summary>The block's matrix r itself, or the nearest positive definite one where that is asked for.</summary>
    /// <param name="rows">The rows of the block.</param>
    /// <param name="r">n × n; with a diagonal other than 1 where covariances are given.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.BlockNotPositiveDefinite"/> or <see cref="ErrorCode.SpecificationInvalid"/>.</exception>
    public double[] Passed(List<int> rows, double[] r)
    {
        if ((!input.ChecksDefiniteness && !input.UsesNearest) || rows.Count == 1)
        {
            return r;
        }

        var known = KnownRows(rows, r);
        var unit = Unit(r, rows.Count, known);
        if (IsDefinite(unit, known.Length))
        {
            return r;
        }

        if (input.UsesNearest)
        {
            return WithNearest(r, rows.Count, known, unit);
        }

        throw Complaint(rows, known, unit);
    }

    // Rows with an unknown or zero variance have no covariance to be checked.
    private int[] KnownRows(List<int> rows, double[] r)
    {
        var n = rows.Count;
        var known = Enumerable.Range(0, n).Where(i => input.Variances[rows[i]] > 0 && r[(i * n) + i] > 0).ToArray();
        foreach (var i in known)
        {
            foreach (var j in known)
            {
                if (!double.IsFinite(r[(i * n) + j]))
                {
                    throw new MetaBridgeException(
                        ErrorCode.NonFiniteValue,
                        $"The correlation of rows {rows[j] + 1} and {rows[i] + 1} of the cluster '{input.Clusters[rows[i]]}' of V is unknown ({r[(i * n) + j]}).",
                        new Dictionary<string, object?> { ["row"] = rows[i] + 1, ["cluster"] = input.Clusters[rows[i]] });
                }
            }
        }

        return known;
    }

    private static double[] Unit(double[] r, int n, int[] known)
    {
        var m = known.Length;
        var unit = new double[m * m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                var (a, b) = (known[i], known[j]);
                unit[(i * m) + j] = i == j ? 1 : r[(a * n) + b] / Math.Sqrt(r[(a * n) + a] * r[(b * n) + b]);
            }
        }

        return unit;
    }

    private static bool IsDefinite(double[] unit, int n)
    {
        var factor = (double[])unit.Clone();
        if (!SmallCholesky.Factor(factor, n))
        {
            return false;
        }

        var smallest = double.PositiveInfinity;
        for (var i = 0; i < n; i++)
        {
            smallest = Math.Min(smallest, factor[(i * n) + i] * factor[(i * n) + i]);
        }

        // A small pivot is only a warning; the eigenvalues decide.
        if (smallest > 1e-8)
        {
            return true;
        }

        var values = SymmetricEigen.Values(unit, n);
        return values[0] > n * Rounding * values[^1];
    }

    private static double[] WithNearest(double[] r, int n, int[] known, double[] unit)
    {
        var nearest = NearestCorrelation.Of(unit, known.Length);
        var result = (double[])r.Clone();
        for (var i = 0; i < known.Length; i++)
        {
            for (var j = 0; j < known.Length; j++)
            {
                var (a, b) = (known[i], known[j]);
                result[(a * n) + b] = i == j ? r[(a * n) + a] : nearest[(i * known.Length) + j] * Math.Sqrt(r[(a * n) + a] * r[(b * n) + b]);
            }
        }

        return result;
    }

    private MetaBridgeException Complaint(List<int> rows, int[] known, double[] unit)
    {
        var n = known.Length;
        var cluster = input.Clusters[rows[0]] + (input.Subgroups is { } subgroups ? $"' / '{subgroups[rows[0]]}" : "");
        if (Identical(known, unit) is var (a, b))
        {
            return new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"Nothing tells rows {rows[a] + 1}{Name(rows[a])} and {rows[b] + 1}{Name(rows[b])} of the cluster '{cluster}' of V apart, so that their errors have the correlation 1; " +
                "distinguish them by 'obs', 'type', 'time1', 'grp1' or 'grp2', or lower the correlation.",
                new Dictionary<string, object?> { ["row"] = rows[b] + 1, ["cluster"] = cluster, ["value"] = 1.0 });
        }

        var smallest = SymmetricEigen.Values(unit, n)[0];
        var named = known.Take(MostRowsNamed).Select(i => $"{rows[i] + 1}{Name(rows[i])}");
        return new MetaBridgeException(
            ErrorCode.BlockNotPositiveDefinite,
            $"V is not positive definite in the cluster '{cluster}' (rows {string.Join(", ", named)}{(n > MostRowsNamed ? ", …" : "")}): " +
            $"the smallest eigenvalue of its correlation matrix is {smallest:G6}.",
            new Dictionary<string, object?> { ["cluster"] = cluster, ["rows"] = known.Select(i => rows[i] + 1).ToArray(), ["eigenvalue"] = smallest });
    }

    private string Name(int row) => input.Labels is { } labels ? $" ('{labels[row]}')" : "";

    private static (int A, int B)? Identical(int[] known, double[] unit)
    {
        for (var i = 0; i < known.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (unit[(i * known.Length) + j] == 1)
                {
                    return (known[j], known[i]);
                }
            }
        }

        return null;
    }
}
