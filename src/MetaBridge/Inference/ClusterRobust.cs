using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;

namespace MetaBridge.Inference;

/// <summary>The cluster-robust covariance V = c B {Σ_i G_i'r_ir_i'G_i} B of the coefficients, with the reference of its tests.</summary>
/// <remarks>
/// <para>B = (Q'WQ)⁻¹, G_i' = U_i'A_i. CR0 and CR1: A = I. CR2: A_i = D_i'(D_iS_iD_i')^(−½)D_i with D_i'D_i = Φ_i and S_i the block of (I − H)Φ(I − H)'
/// (Pustejovsky &amp; Tipton, 2018). CR3: A_i = (I − H_ii)⁻¹, so that G_i' = (I − U_i'Q_iB)⁻¹U_i'.</para>
/// <para>A combination ℓ is Σ_i (g_i'e)² with g_i = (I − H)_i'G_iBℓ; the covariance of g_i'e and g_j'e under Φ is δ_ij f_i − z_i'Kz_j with f_i =
/// ℓBG_i'Φ_iG_iBℓ, z_i = [Q_i T_i]'G_iBℓ and K = [−BCB, B; B, 0], C = U'ΦU: sums over pairs of clusters become sums over clusters. Satterthwaite: ν =
/// (Σ P_ii)²/Σ P_ij². HTZ: F = (η − q + 1)/(ηq) w with q and η − q + 1 degrees of freedom, η = q(q + 1)/Σ Var(d_st), d the rotated L V L' (Zhang, 2012;
/// Tipton &amp; Pustejovsky, 2015).</para>
/// </remarks>
internal sealed class ClusterRobust : TestReference
{
    private readonly ClusterRobustInput input;
    private readonly ClusterRobustReference reference;
    private readonly int p;
    private readonly double[] bread;
    private readonly double[] kernel;
    private readonly double[][] spreads;
    private readonly double[][] projections;

    /// <param name="input">The fit.</param>
    /// <param name="estimator">Which sandwich.</param>
    /// <param name="reference">Which reference.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.TooFewStudies"/> or <see cref="ErrorCode.NotSupported"/> (CR3 of a cluster that alone determines a coefficient).</exception>
    public ClusterRobust(ClusterRobustInput input, ClusterRobustEstimator estimator, ClusterRobustReference reference)
    {
        this.input = input;
        this.reference = reference;
        p = input.CoefficientCount;
        var n = input.ClusterCount;
        CheckCount(n, estimator);
        bread = RowMatrix.Inverse(RowMatrix.Symmetric(RowMatrix.Cross(input.Basis, input.Weighted, input.RowCount, p, p), p), p)
            ?? throw new MetaBridgeException(ErrorCode.RankDeficientDesign, "X'WX is singular.");
        var c = RowMatrix.Symmetric(RowMatrix.Cross(input.Weighted, input.Product, input.RowCount, p, p), p);
        kernel = Kernel(RowMatrix.Congruence(bread, c, p, p));
        spreads = new double[n][];
        projections = new double[n][];
        var rows = input.RowsOfClusters();
        var blocks = estimator == ClusterRobustEstimator.Cr2 ? input.WorkingCovariances(rows) : null;
        var meat = new double[p * p];
        for (var i = 0; i < n; i++)
        {
            var (g, product) = estimator switch
            {
                ClusterRobustEstimator.Cr2 => BiasReduced(rows[i], blocks![i]),
                ClusterRobustEstimator.Cr3 => LeftOut(rows[i], i),
                _ => (Take(input.Weighted, rows[i]), Take(input.Product, rows[i])),
            };
            Note(i, rows[i], g, product, meat);
        }

        var factor = Factor(estimator, n, input.RowCount, p);
        var inBasis = RowMatrix.Congruence(bread, meat, p, p);
        Covariance = RowMatrix.Congruence(input.InverseOfR, Array.ConvertAll(inBasis, value => factor * value), p, p);
    }

    /// <inheritdoc/>
    public override double[] Covariance { get; }

    /// <inheritdoc/>
    public override TestDegrees Degrees(ReadOnlySpan<double> rows, int q)
    {
        if (reference == ClusterRobustReference.Residual)
        {
            return new TestDegrees(input.ClusterCount - p);
        }

        // ℓ of β to Bℓ in the basis.
        var l = RowMatrix.Product(RowMatrix.Product(rows, input.InverseOfR, q, p, p), bread, q, p, p);
        var moments = new ClusterMoments(spreads, projections, kernel, p);
        var eta = moments.Eta(l, q);
        if (!(eta > q - 1))
        {
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies,
                $"{input.ClusterCount} clusters carry the information of {eta:G4} degrees of freedom, too few for a joint test of {q} combinations; test fewer.",
                new Dictionary<string, object?> { ["clusters"] = input.ClusterCount, ["rows"] = q, ["df"] = eta });
        }

        return new TestDegrees(eta - q + 1, (eta - q + 1) / eta);
    }

    private static double Factor(ClusterRobustEstimator estimator, double n, double k, double p) => estimator switch
    {
        ClusterRobustEstimator.Cr1 => n / (n - 1),
        ClusterRobustEstimator.Cr1p => n / (n - p),
        ClusterRobustEstimator.Cr1S => n / (n - 1) * (k - 1) / (k - p),
        _ => 1,
    };

    private void CheckCount(int n, ClusterRobustEstimator estimator)
    {
        var needed = reference == ClusterRobustReference.Residual || estimator == ClusterRobustEstimator.Cr1p ? p + 1 : 2;
        if (n < needed)
        {
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies,
                $"{n} clusters are too few: {Keywords<ClusterRobustEstimator>.Of(estimator)} with {p} coefficients needs {needed}.",
                new Dictionary<string, object?> { ["clusters"] = n, ["coefficients"] = p });
        }
    }

    private double[] Kernel(double[] bcb)
    {
        var k = new double[4 * p * p];
        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < p; b++)
            {
                k[(a * 2 * p) + b] = -bcb[(a * p) + b];
                k[(a * 2 * p) + p + b] = k[((p + a) * 2 * p) + b] = bread[(a * p) + b];
            }
        }

        return k;
    }

    // G'ΦG, [Q T]'G and the meat of one cluster.
    private void Note(int i, int[] rows, double[] g, double[] product, double[] meat)
    {
        var count = rows.Length;
        var score = new double[p];
        for (var r = 0; r < count; r++)
        {
            Numerics.VectorKernels.AddScaled(input.Residuals[rows[r]], g.AsSpan(r * p, p), score);
        }

        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < p; b++)
            {
                meat[(a * p) + b] += score[a] * score[b];
            }
        }

        if (reference == ClusterRobustReference.Satterthwaite)
        {
            spreads[i] = RowMatrix.Symmetric(RowMatrix.Cross(g, product, count, p, p), p);
            projections[i] =
            [
                .. RowMatrix.Cross(Take(input.Basis, rows), g, count, p, p),
                .. RowMatrix.Cross(Take(input.Product, rows), g, count, p, p),
            ];
        }
    }

    private (double[] G, double[] Product) BiasReduced(int[] rows, double[] phi)
    {
        var n = rows.Length;
        var (q, t) = (Take(input.Basis, rows), Take(input.Product, rows));
        var a = BiasReduction.Adjustment(phi, ResidualCovariance(q, t, phi, n), n);
        var g = RowMatrix.Product(a, Take(input.Weighted, rows), n, n, p);
        return (g, RowMatrix.Product(phi, g, n, n, p));
    }

    // Φ_i − [Q T]K[Q T]': the covariance of the residuals under the working model.
    private double[] ResidualCovariance(double[] q, double[] t, double[] phi, int n)
    {
        var both = new double[n * 2 * p];
        for (var r = 0; r < n; r++)
        {
            q.AsSpan(r * p, p).CopyTo(both.AsSpan(r * 2 * p));
            t.AsSpan(r * p, p).CopyTo(both.AsSpan((r * 2 * p) + p));
        }

        var removed = RowMatrix.Congruence(both, kernel, n, 2 * p);
        return [.. phi.Select((value, e) => value - removed[e])];
    }

    private (double[] G, double[] Product) LeftOut(int[] rows, int cluster)
    {
        var n = rows.Length;
        var (u, t) = (Take(input.Weighted, rows), Take(input.Product, rows));
        // N' of G = U N', N = (I − U'QB)⁻¹.
        var hat = RowMatrix.Product(RowMatrix.Cross(u, Take(input.Basis, rows), n, p, p), bread, p, p, p);
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(p, p, (a, b) => (a == b ? 1.0 : 0) - hat[(b * p) + a]);
        var svd = matrix.Svd();
        if (!(svd.S[p - 1] > 1e-10 * svd.S[0]))
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"CR3 does not exist: without the cluster '{input.NameOf(cluster)}' a coefficient can't be estimated; use CR2.",
                new Dictionary<string, object?> { ["cluster"] = input.NameOf(cluster) });
        }

        var inverse = matrix.Inverse().ToRowMajorArray();
        return (RowMatrix.Product(u, inverse, n, p, p), RowMatrix.Product(t, inverse, n, p, p));
    }

    private double[] Take(double[] all, int[] rows)
    {
        var part = new double[rows.Length * p];
        for (var r = 0; r < rows.Length; r++)
        {
            all.AsSpan(rows[r] * p, p).CopyTo(part.AsSpan(r * p));
        }

        return part;
    }
}
