using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Residuals by row and by cluster.</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>Residuals of every outcome.</summary>
    /// <remarks>
    /// <para>With H the hat matrix: marginal r = y − Xβ̂ with standard errors √diag((I − H)M(I − H)'); Pearson r/√M_ii; Cholesky Ur with U upper triangular
    /// and U'U = M⁻¹, which are uncorrelated with variance 1 but for the estimation of β; conditional e = V M⁻¹r = y − Xβ̂ − Zû with the standard
    /// errors √diag(V P V), P = M⁻¹(I − H); deleted residuals y_i − x_i'β̂₍₋c₎, c being the row or its cluster, with standard errors √(M_ii + x_i'Var(β̂₍₋c₎)x_i), at
    /// the components of the fit (metafor's <c>rstudent</c> with <c>reestimate=FALSE</c>).</para>
    /// <para>Cholesky residuals of crossed models need a dense factorisation; beyond 3000 connected rows they are NaN.</para>
    /// </remarks>
    /// <param name="cluster">A column; rows of a level are deleted together, and each level gets its own statistic. Null for single rows.</param>
    /// <exception cref="Errors.MetaBridgeException">The column does not exist, or has no value in a row that the fit used.</exception>
    public MultilevelResiduals Residuals(string? cluster = null)
    {
        var cases = cluster is null ? Cases.OfRows(model) : Cases.Of(model, Levels(cluster));
        var (deleted, deletedErrors, external) = DeletedResiduals(cases, cluster is not null);
        var errors = ResidualErrors();
        var (conditional, conditionalErrors) = ConditionalResiduals();
        return new MultilevelResiduals(
            Fit.Studies.Labels,
            [.. model.Residuals],
            errors,
            Ratio(model.Residuals, errors),
            [.. model.Residuals.Select((r, i) => r / Math.Sqrt(model.Diagonal[i]))],
            CholeskyResiduals(),
            conditional,
            conditionalErrors,
            deleted,
            deletedErrors,
            cluster is null ? null : new ClusterResiduals(
                cases.Names, [.. cases.Rows.Select(rows => rows.Length)], InternalStatistics(cases), external));
    }

    private double[] CholeskyResiduals()
    {
        // Forming a dense component of more rows than this takes gigabytes.
        const int LargestDense = 3000;
        return model.Problem.Shape is Shapes.NestedShape or Shapes.BlockShape || model.Components.GroupBy(c => c).All(g => g.Count() <= LargestDense)
            ? model.Problem.Shape.Whiten(model.Residuals)
            : [.. Enumerable.Repeat(double.NaN, model.RowCount)];
    }

    private double[] ResidualErrors()
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var errors = new double[k];
        var hatTimesM = HatTimesM();
        for (var i = 0; i < k; i++)
        {
            var x = model.X.AsSpan(i * p, p);
            var spread = PredictionError.Quadratic(model.CoefficientCovariance, x);
            var variance = model.Weights is null
                ? model.Diagonal[i] - spread
                : model.Diagonal[i] - (2 * DenseKernels.Dot(x, hatTimesM.AsSpan(i * p, p))) + spread;
            errors[i] = Math.Sqrt(Math.Max(0, variance));
        }

        return errors;
    }

    // Rows of M W X (X'WX)⁻¹, so that (H M)_ij = x_i · row j; empty without custom weights, where H M = X Var(β̂) X'.
    private double[] HatTimesM()
    {
        if (model.Weights is null)
        {
            return [];
        }

        var (k, p) = (model.RowCount, model.CoefficientCount);
        var rows = model.Multiply(WeightedX(), p);
        var bread = Bread();
        for (var i = 0; i < k; i++)
        {
            Deletion.Product(bread, rows.AsSpan(i * p, p), p).CopyTo(rows, i * p);
        }

        return rows;
    }

    private double[] WeightedX()
    {
        var p = model.CoefficientCount;
        return [.. model.X.Select((x, i) => x * model.Weights![i / p])];
    }

    // (X'WX)⁻¹.
    private double[] Bread()
    {
        var (p, wx) = (model.CoefficientCount, WeightedX());
        var normal = new double[p * p];
        for (var i = 0; i < wx.Length; i += p)
        {
            for (var a = 0; a < p; a++)
            {
                for (var b = 0; b < p; b++)
                {
                    normal[(a * p) + b] += wx[i + a] * model.X[i + b];
                }
            }
        }

        return Deletion.Inverse(normal, normal, p)!;
    }

    // e = V a with a = M⁻¹r; Var(e) = V M⁻¹ Var(r) M⁻¹ V, whose diagonal is V_ii-wise simple only for independent sampling errors.
    private (double[] Values, double[] Errors) ConditionalResiduals()
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var sampling = model.Problem.Input.Sampling;
        var values = TimesSampling(model.InverseResiduals, 1);
        var spread = TimesSampling(model.InverseX, p);
        var errors = new double[k];
        var first = ConditionalVariances();
        for (var i = 0; i < k; i++)
        {
            // Var(V M⁻¹ r) = V M⁻¹ V − V U Var(β̂) U' V under generalised least squares.
            var loss = PredictionError.Quadratic(model.CoefficientCovariance, spread.AsSpan(i * p, p));
            errors[i] = model.Weights is null ? Math.Sqrt(Math.Max(0, first[i] - loss)) : double.NaN;
        }

        return (values, errors);

        double[] TimesSampling(double[] b, int n)
        {
            var result = new double[b.Length];
            for (var i = 0; i < b.Length; i++)
            {
                result[i] = sampling.Variances[i / n] * b[i];
            }

            foreach (var block in sampling.Blocks)
            {
                for (var i = 0; i < block.Rows.Count; i++)
                {
                    for (var c = 0; c < n; c++)
                    {
                        var sum = 0.0;
                        for (var j = 0; j < block.Rows.Count; j++)
                        {
                            sum += block[i, j] * b[(block.Rows[j] * n) + c];
                        }

                        result[(block.Rows[i] * n) + c] = sum;
                    }
                }
            }

            return result;
        }
    }

    // diag(V M⁻¹ V).
    private double[] ConditionalVariances()
    {
        var sampling = model.Problem.Input.Sampling;
        var inverse = model.Problem.Shape.InverseDiagonal();
        double[] result = [.. inverse.Select((m, i) => m * sampling.Variances[i] * sampling.Variances[i])];
        foreach (var block in sampling.Blocks)
        {
            var n = block.Rows.Count;
            var m = model.Problem.Shape.InverseBlock([.. block.Rows]);
            for (var i = 0; i < n; i++)
            {
                var row = block.Values.AsSpan(i * n, n);
                result[block.Rows[i]] = PredictionError.Quadratic(m, row);
            }
        }

        return result;
    }

    private (double[] Values, double[] Errors, double[] Statistics) DeletedResiduals(Cases cases, bool withStatistics)
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var (values, errors, statistics) = (new double[k], new double[k], new double[cases.Count]);
        var deletion = new Deletion(model);
        for (var c = 0; c < cases.Count; c++)
        {
            var rows = cases.Rows[c];
            var without = deletion.Without(rows, cases.AreIndependent[c]);
            foreach (var i in rows)
            {
                var x = model.X.AsSpan(i * p, p);
                values[i] = without is null ? double.NaN : model.Residuals[i] + DenseKernels.Dot(x, without.Change);
                errors[i] = without is null ? double.NaN : Math.Sqrt(model.Diagonal[i] + PredictionError.Quadratic(without.Covariance, x));
            }

            statistics[c] = without is null || !withStatistics ? double.NaN
                : ClusterStatistics.Of(model, rows, [.. rows.Select(i => values[i])], without.Change, without.Covariance, 1, cases.AreIndependent[c]);
        }

        return (values, errors, statistics);
    }

    private double[] InternalStatistics(Cases cases)
    {
        var p = model.CoefficientCount;
        var hatTimesM = HatTimesM();
        return [.. cases.Rows.Select((rows, c) =>
        {
            double[] r = [.. rows.Select(i => model.Residuals[i])];
            return model.Weights is null
                ? ClusterStatistics.Of(model, rows, r, null, model.CoefficientCovariance, -1, cases.AreIndependent[c])
                : ClusterStatistics.Of(model, rows, r, (i, j) => PredictionError.Bilinear(model.CoefficientCovariance, model.X.AsSpan(i * p, p), model.X.AsSpan(j * p, p))
                    - DenseKernels.Dot(model.X.AsSpan(i * p, p), hatTimesM.AsSpan(j * p, p))
                    - DenseKernels.Dot(model.X.AsSpan(j * p, p), hatTimesM.AsSpan(i * p, p)));
        })];
    }

    private static double[] Ratio(double[] values, double[] errors) =>
        [.. values.Select((value, i) => errors[i] > 0 ? value / errors[i] : double.NaN)];
}
