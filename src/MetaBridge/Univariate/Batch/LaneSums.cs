using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Univariate.Batch;

/// <summary><see cref="InterceptSums"/> and <see cref="ProfilePoint"/> of eight data sets at once, one in each lane of a vector.</summary>
internal struct LanePoint
{
    public Vector512<double> TauSquared, YPy, YPPy, YPPPy, SumW, SumWw, TrP, TrPp, Mean;

    /// <summary>Evaluates every lane at its own τ².</summary>
    /// <param name="y">Effect sizes, study by study, eight data sets a study.</param>
    /// <param name="v">Variances likewise.</param>
    /// <param name="tau2">τ².</param>
    /// <param name="shift">About which the sums are taken; near the weighted mean.</param>
    public static LanePoint At(ReadOnlySpan<Vector512<double>> y, ReadOnlySpan<Vector512<double>> v, Vector512<double> tau2, Vector512<double> shift)
    {
        var point = About(y, v, tau2, shift, out var isCentred);
        if (!Vector512.EqualsAll(isCentred, Vector512<double>.AllBitsSet))
        {
            // Lanes whose shift was good enough keep it, so that no lane depends on its neighbours.
            point = About(y, v, tau2, Vector512.ConditionalSelect(isCentred, shift, point.Mean), out _);
        }

        return point;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static LanePoint About(
        ReadOnlySpan<Vector512<double>> y,
        ReadOnlySpan<Vector512<double>> v,
        Vector512<double> tau2,
        Vector512<double> shift,
        out Vector512<double> isCentred)
    {
        Vector512<double> s1 = default, s2 = default, s3 = default, r1 = default, r2 = default, r3 = default;
        Vector512<double> q1 = default, q2 = default, q3 = default;
        for (var i = 0; i < v.Length && i < y.Length; i++)
        {
            var w = Vector512<double>.One / (v[i] + tau2);
            var r = y[i] - shift;
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

        var d = r1 / s1;
        var square = d * d * 16.0;
        isCentred = Vector512.LessThanOrEqual(square * s1, q1) & Vector512.LessThanOrEqual(square * s2, q2)
            & Vector512.LessThanOrEqual(square * s3, q3);
        var ratio = s2 / s1;
        var centred = r2 - (d * s2);
        return new LanePoint
        {
            TauSquared = tau2,
            YPy = q1 - (d * r1),
            YPPy = q2 - (d * ((2.0 * r2) - (d * s2))),
            YPPPy = q3 - (d * ((2.0 * r3) - (d * s3))) - (centred * centred / s1),
            SumW = s1,
            SumWw = s2,
            TrP = s1 - ratio,
            TrPp = s2 - (2.0 * s3 / s1) + (ratio * ratio),
            Mean = shift + d,
        };
    }
}
