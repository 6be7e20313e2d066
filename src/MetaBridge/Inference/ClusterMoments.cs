using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Inference;

/// <summary>Moments of sandwich covariances under the working model, by sums over clusters.</summary>
/// <param name="spreads">G_i'Φ_iG_i, p × p each.</param>
/// <param name="projections">[Q_i T_i]'G_i, 2p × p each.</param>
/// <param name="kernel">K, 2p × 2p.</param>
/// <param name="p">p.</param>
internal sealed class ClusterMoments(double[][] spreads, double[][] projections, double[] kernel, int p)
{
    private readonly int m = 2 * p;

    /// <summary>η = q(q + 1)/Σ_st Var(d_st) of the rotated d; Satterthwaite's ν for q = 1.</summary>
    /// <param name="l">Rows LB, q × p.</param>
    /// <param name="q">q.</param>
    public double Eta(double[] l, int q)
    {
        var rotated = Rotated(l, q);
        var n = spreads.Length;
        var f = new double[n][];
        var z = new double[n][];
        var zkz = new double[n][];
        for (var i = 0; i < n; i++)
        {
            f[i] = RowMatrix.Congruence(rotated, spreads[i], q, p);
            z[i] = RowMatrix.ProductTransposed(rotated, projections[i], q, p, m);
            zkz[i] = RowMatrix.Congruence(z[i], kernel, q, m);
        }

        var sum = 0.0;
        for (var s = 0; s < q; s++)
        {
            for (var t = 0; t < q; t++)
            {
                sum += Variance(f, z, zkz, s, t, q);
            }
        }

        return q * (q + 1) / sum;
    }

    // Σ_ij (P_ss,ij P_tt,ij + P_st,ij P_ts,ij), P_st,ij = δ_ij f_st,i − z_si'Kz_tj.
    private double Variance(double[][] f, double[][] z, double[][] zkz, int s, int t, int q)
    {
        var sum = 0.0;
        var pairs = new double[m * m];
        for (var i = 0; i < f.Length; i++)
        {
            var (fss, ftt, fst) = (f[i][(s * q) + s], f[i][(t * q) + t], f[i][(s * q) + t]);
            sum += (fss * ftt) - (fss * zkz[i][(t * q) + t]) - (ftt * zkz[i][(s * q) + s]) + (fst * fst) - (2 * fst * zkz[i][(s * q) + t]);
            for (var a = 0; a < m; a++)
            {
                Numerics.VectorKernels.AddScaled(z[i][(s * m) + a], z[i].AsSpan(t * m, m), pairs.AsSpan(a * m, m));
            }
        }

        // N = Σ z_s z_t'; KN and KN'.
        var kn = RowMatrix.Product(kernel, pairs, m, m, m);
        var transposed = RowMatrix.ProductTransposed(kernel, pairs, m, m, m);
        return sum + RowMatrix.TraceOfProduct(kn, transposed, m) + RowMatrix.TraceOfProduct(transposed, transposed, m);
    }

    // Ω^(−½)LB: the rows after which the expected d is the identity.
    private double[] Rotated(double[] l, int q)
    {
        var omega = new double[q * q];
        for (var i = 0; i < spreads.Length; i++)
        {
            var z = RowMatrix.ProductTransposed(l, projections[i], q, p, m);
            var f = RowMatrix.Congruence(l, spreads[i], q, p);
            var removed = RowMatrix.Congruence(z, kernel, q, m);
            for (var e = 0; e < omega.Length; e++)
            {
                omega[e] += f[e] - removed[e];
            }
        }

        var vectors = new double[q * q];
        SymmetricEigen.Decompose(omega, q, vectors);
        var rotated = RowMatrix.Cross(vectors, l, q, q, p);
        var largest = Enumerable.Range(0, q).Max(i => omega[(i * q) + i]);
        for (var i = 0; i < q; i++)
        {
            var size = omega[(i * q) + i];
            if (!(size > 1e-14 * largest))
            {
                throw new MetaBridgeException(
                    ErrorCode.RankDeficientDesign, "The rows of the hypothesis depend on each other, or a combination of them has no cluster-robust variance.");
            }

            for (var j = 0; j < p; j++)
            {
                rotated[(i * p) + j] /= Math.Sqrt(size);
            }
        }

        return rotated;
    }
}
