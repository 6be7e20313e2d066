using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Univariate;

/// <summary>Power sums of weights and residuals, eight at a time: of eight data sets, or of every eighth study of one.</summary>
/// <remarks>With w = 1/(v + τ²) and r = y − c: Si = Σ wⁱ, Ri = Σ wⁱr, Qi = Σ wⁱr², lane by lane.</remarks>
internal struct LaneSums
{
    public Vector512<double> S1, S2, S3, R1, R2, R3, Q1, Q2, Q3;

    /// <summary>Takes the sums.</summary>
    /// <param name="y">Effect sizes, but for the last vector.</param>
    /// <param name="v">Variances, but for the last vector.</param>
    /// <param name="lastY">The last effect sizes.</param>
    /// <param name="lastV">The last variances; infinite where a lane has no study, which gives a weight of 0.</param>
    /// <param name="tau2">τ².</param>
    /// <param name="shift">c.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LaneSums Of(
        ReadOnlySpan<Vector512<double>> y,
        ReadOnlySpan<Vector512<double>> v,
        Vector512<double> lastY,
        Vector512<double> lastV,
        Vector512<double> tau2,
        Vector512<double> shift)
    {
        Vector512<double> s1 = default, s2 = default, s3 = default, r1 = default, r2 = default, r3 = default;
        Vector512<double> q1 = default, q2 = default, q3 = default;
        for (var i = 0; i <= y.Length; i++)
        {
            var isInside = i < y.Length && i < v.Length;
            var w = Vector512<double>.One / ((isInside ? v[i] : lastV) + tau2);
            var r = (isInside ? y[i] : lastY) - shift;
            var wr = w * r;
            var ww = w * w;
            var wwr = w * wr;
            s1 += w;
            s2 += ww;
            s3 = Vector512.MultiplyAddEstimate(ww, w, s3);
            r1 += wr;
            r2 += wwr;
            r3 = Vector512.MultiplyAddEstimate(ww, wr, r3);
            q1 = Vector512.MultiplyAddEstimate(wr, r, q1);
            q2 = Vector512.MultiplyAddEstimate(wr, wr, q2);
            q3 = Vector512.MultiplyAddEstimate(wwr, wr, q3);
        }

        return new LaneSums { S1 = s1, S2 = s2, S3 = s3, R1 = r1, R2 = r2, R3 = r3, Q1 = q1, Q2 = q2, Q3 = q3 };
    }
}
