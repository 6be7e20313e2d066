using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>A univariate fit as the working model of cluster-robust inference: M = diag(v + τ²), W its inverse or the user's weights.</summary>
internal static class UnivariateRobust
{
    /// <summary>The matrices of a sandwich.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="data">Its data.</param>
    /// <param name="clusterColumn">The column whose levels are the clusters.</param>
    /// <param name="rows">The row of <paramref name="data"/> of each study; null for those of the fit.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: a row that was used has no cluster.</exception>
    public static ClusterRobustInput Input(UnivariateFit fit, Dataset data, string clusterColumn, IReadOnlyList<int>? rows = null)
    {
        var (clusters, names) = Clusters(rows ?? fit.Studies.Rows, data[clusterColumn]);
        var (k, p) = (fit.StudyCount, fit.Coefficients.Count);
        if (fit.Design.Length != k * p)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "Cluster-robust tests need the model matrix, which this result does not carry.");
        }

        var qr = ThinQr.Factor(fit.Design, k, p, dropDependent: false);
        var m = Array.ConvertAll(fit.Studies.Variances, v => v + TauSquared(fit));
        var basis = new double[k * p];
        var (weighted, product) = (new double[k * p], new double[k * p]);
        var residuals = (double[])fit.Studies.EffectSizes.Clone();
        for (var i = 0; i < k; i++)
        {
            var w = fit.IsUnweighted ? 1 : fit.Weights is { } own ? own[i] : 1 / m[i];
            for (var j = 0; j < p; j++)
            {
                var e = (i * p) + j;
                basis[e] = qr.Q[(j * k) + i];
                weighted[e] = w * basis[e];
                product[e] = m[i] * weighted[e];
                residuals[i] -= fit.Design[(j * k) + i] * fit.Coefficients.Estimates[j];
            }
        }

        return new ClusterRobustInput
        {
            Basis = basis,
            InverseOfR = InverseOfR(qr, p),
            Weighted = weighted,
            Product = product,
            Residuals = residuals,
            Clusters = clusters,
            ClusterCount = names.Count,
            WorkingCovariances = rows => Array.ConvertAll(rows, own => Diagonal(own, m)),
            NameOf = cluster => names[cluster],
        };
    }

    private static double TauSquared(UnivariateFit fit) => double.IsNaN(fit.TauSquared.Value) ? 0 : fit.TauSquared.Value;

    private static (int[] Codes, List<string> Names) Clusters(IReadOnlyList<int> rows, Column column)
    {
        var codes = new int[rows.Count];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new List<string>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (column.IsMissing(rows[i]))
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption,
                    $"The cluster column '{column.Name}' has no value in row {rows[i] + 1}, which the fit used.",
                    new Dictionary<string, object?> { ["column"] = column.Name, ["row"] = rows[i] + 1 });
            }

            var name = column.TextAt(rows[i])!;
            if (!seen.TryGetValue(name, out codes[i]))
            {
                codes[i] = seen[name] = names.Count;
                names.Add(name);
            }
        }

        return (codes, names);
    }

    private static double[] InverseOfR(ThinQr qr, int p)
    {
        var inverse = new double[p * p];
        var column = new double[p];
        for (var j = 0; j < p; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            qr.SolveUpper(column);
            for (var i = 0; i < p; i++)
            {
                inverse[(i * p) + j] = column[i];
            }
        }

        return inverse;
    }

    private static double[] Diagonal(int[] rows, double[] m)
    {
        var n = rows.Length;
        var block = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            block[(i * n) + i] = m[rows[i]];
        }

        return block;
    }
}
