using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Cluster-robust inference.</content>
public sealed partial class MultilevelAnalysis
{
    // Columns of the identity that are multiplied with M at a time.
    private const int ColumnsAtOnce = 16;

    /// <summary>The coefficients with cluster-robust standard errors, tests and intervals; the fitted model is the working model.</summary>
    /// <param name="clusterColumn">The column whose levels are the clusters.</param>
    /// <param name="estimator">Which sandwich.</param>
    /// <param name="reference">What tests are compared with; null for n − p degrees of freedom with CR0 and CR1, Satterthwaite and HTZ with CR2 and CR3.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>; <see cref="ErrorCode.InvalidOption"/> when a row that was used has no cluster; <see
    /// cref="ErrorCode.ClustersNotIndependent"/> when random effects or sampling errors connect clusters; <see cref="ErrorCode.TooFewStudies"/>; <see
    /// cref="ErrorCode.NotSupported"/> (CR3 where a cluster alone determines a coefficient).
    /// </exception>
    /// <remarks>
    /// metafor's <c>robust()</c>: CR1p is <c>adjust = TRUE</c>, CR0 <c>adjust = FALSE</c>, CR2 <c>clubSandwich = TRUE</c>. Cost: a solve and p products for all
    /// but CR2, which takes an eigendecomposition per cluster.
    /// </remarks>
    public ClusterRobustFit Robust(
        string clusterColumn, ClusterRobustEstimator estimator = ClusterRobustEstimator.Cr2, ClusterRobustReference? reference = null)
    {
        ArgumentNullException.ThrowIfNull(clusterColumn);
        var clusters = Levels(clusterColumn);
        CheckIndependence(clusters, clusterColumn);
        return ClusterRobustTests.Of(RobustInput(clusters), Fit.Coefficients, Fit.TestedCoefficients, Fit.Level, estimator, reference);
    }

    private void CheckIndependence(Grouping clusters, string column)
    {
        var blocks = model.Fitter.Blocks();
        for (var b = 0; b < blocks.Count; b++)
        {
            var first = blocks.Order[blocks.Starts[b]];
            for (var i = blocks.Starts[b] + 1; i < blocks.Starts[b + 1]; i++)
            {
                var row = blocks.Order[i];
                if (clusters.Codes[row] != clusters.Codes[first])
                {
                    var (a, c) = (clusters.Levels[clusters.Codes[first]], clusters.Levels[clusters.Codes[row]]);
                    var (rowA, rowC) = (Fit.Studies.Rows[first] + 1, Fit.Studies.Rows[row] + 1);
                    throw new MetaBridgeException(
                        ErrorCode.ClustersNotIndependent,
                        $"Random effects or sampling errors connect the clusters '{a}' and '{c}' of '{column}', for instance through rows {rowA} and {rowC}.",
                        new Dictionary<string, object?> { ["column"] = column, ["clusters"] = $"{a}, {c}", ["row"] = rowC });
                }
            }
        }
    }

    private ClusterRobustInput RobustInput(Grouping clusters)
    {
        var problem = model.Problem;
        problem.Shape.Factor(model.Search);
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var basis = new double[k * p];
        for (var i = 0; i < k; i++)
        {
            problem.Data.AsSpan(i * (p + 1), p).CopyTo(basis.AsSpan(i * p));
        }

        double[] weighted, product;
        if (model.Weights is { } w)
        {
            weighted = [.. basis.Select((value, e) => w[e / p] * value)];
            product = model.Multiply(weighted, p);
        }
        else
        {
            (weighted, product) = (model.Solve(basis, p), basis);
        }

        return new ClusterRobustInput
        {
            Basis = basis,
            InverseOfR = problem.InverseOfR(),
            Weighted = weighted,
            Product = product,
            Residuals = model.Residuals,
            Clusters = clusters.Codes,
            ClusterCount = clusters.Levels.Count,
            WorkingCovariances = WorkingCovariances,
            NameOf = cluster => clusters.Levels[cluster],
        };
    }

    // M is a matrix of blocks by cluster, so the j-th columns of all blocks come from one product.
    private double[][] WorkingCovariances(int[][] rows)
    {
        var blocks = Array.ConvertAll(rows, own => new double[own.Length * own.Length]);
        var largest = rows.Max(own => own.Length);
        for (var from = 0; from < largest; from += ColumnsAtOnce)
        {
            var count = Math.Min(ColumnsAtOnce, largest - from);
            var unit = new double[model.RowCount * count];
            foreach (var own in rows)
            {
                for (var j = from; j < Math.Min(from + count, own.Length); j++)
                {
                    unit[(own[j] * count) + j - from] = 1;
                }
            }

            var product = model.Multiply(unit, count);
            for (var c = 0; c < rows.Length; c++)
            {
                var n = rows[c].Length;
                for (var i = 0; i < n; i++)
                {
                    for (var j = from; j < Math.Min(from + count, n); j++)
                    {
                        blocks[c][(i * n) + j] = product[(rows[c][i] * count) + j - from];
                    }
                }
            }
        }

        return blocks;
    }
}
