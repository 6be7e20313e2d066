using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Multivariate standardised residuals of clusters: d'Var(d)⁻¹d, about χ² with as many degrees of freedom as rows.</summary>
internal static class ClusterStatistics
{
    /// <summary>
    /// With Var(d) = M_cc + s X_c A X_c', s = ±1: from M_cc⁻¹ by Woodbury's formula where the cluster is independent of the rest, else dense.
    /// </summary>
    /// <param name="model">The fit.</param>
    /// <param name="rows">c.</param>
    /// <param name="d">The residuals of these rows, r_c + X_c δ.</param>
    /// <param name="change">δ; null for none.</param>
    /// <param name="a">A, p × p.</param>
    /// <param name="sign">s.</param>
    /// <param name="isIndependent">Whether M connects the rows with no others.</param>
    /// <returns>NaN when Var(d) is singular.</returns>
    public static double Of(FittedModel model, int[] rows, double[] d, double[]? change, double[] a, int sign, bool isIndependent)
    {
        var p = model.CoefficientCount;
        if (!isIndependent || model.Weights is not null)
        {
            return Of(model, rows, d, (i, j) => sign * PredictionError.Bilinear(a, model.X.AsSpan(i * p, p), model.X.AsSpan(j * p, p)));
        }

        var inverse = Inverse(a, p);
        if (inverse is null)
        {
            return double.NaN;
        }

        var solved = Solve(model, rows, change);
        var information = new double[p * p];
        var g = new double[p];
        var total = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            total += d[i] * solved[i];
            for (var x = 0; x < p; x++)
            {
                g[x] += model.X[(rows[i] * p) + x] * solved[i];
                for (var z = 0; z < p; z++)
                {
                    information[(x * p) + z] += model.X[(rows[i] * p) + x] * model.InverseX[(rows[i] * p) + z];
                }
            }
        }

        for (var i = 0; i < p * p; i++)
        {
            inverse[i] += sign * information[i];
        }

        return Deletion.Inverse(inverse, Sum(inverse, information, sign), p) is { } middle
            ? total - (sign * PredictionError.Quadratic(middle, g))
            : double.NaN;
    }

    /// <summary>With Var(d) = M_cc + the given matrix, by a dense factorisation.</summary>
    public static double Of(FittedModel model, int[] rows, double[] d, Func<int, int, double> added)
    {
        var n = rows.Length;
        var covariance = model.Problem.Shape.CovarianceBlock(rows);
        var scale = (double[])covariance.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                covariance[(i * n) + j] += added(rows[i], rows[j]);
            }
        }

        return Deletion.Inverse(covariance, scale, n) is { } inverse ? PredictionError.Quadratic(inverse, d) : double.NaN;
    }

    private static double[]? Inverse(double[] a, int p) => Deletion.Inverse(a, a, p);

    // The diagonal before anything was taken off it, which tells what is rounding.
    private static double[] Sum(double[] left, double[] taken, int sign) =>
        sign > 0 ? left : [.. left.Select((value, i) => value + taken[i])];

    // d = r + X_c δ on independent rows, and so M_cc⁻¹d = (M⁻¹r)_c + U_c δ.
    private static double[] Solve(FittedModel model, int[] rows, double[]? change)
    {
        var p = model.CoefficientCount;
        return Array.ConvertAll(rows, i => model.InverseResiduals[i]
            + (change is null ? 0 : DenseKernels.Dot(model.InverseX.AsSpan(i * p, p), change)));
    }
}
