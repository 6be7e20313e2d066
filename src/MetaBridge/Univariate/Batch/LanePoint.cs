using System.Runtime.Intrinsics;

namespace MetaBridge.Univariate.Batch;

/// <summary><see cref="ProfilePoint"/> of eight data sets with an intercept alone, one in each lane of a vector.</summary>
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
        if (!Vector512.EqualsAll(isCentred.AsInt64(), Vector512<long>.AllBitsSet))
        {
            // Lanes whose shift was good enough keep it, so that no lane depends on its neighbours.
            point = About(y, v, tau2, Vector512.ConditionalSelect(isCentred, shift, point.Mean), out _);
        }

        return point;
    }

    /// <summary>Lane by lane one of two points.</summary>
    public static LanePoint Select(Vector512<double> mask, in LanePoint a, in LanePoint b) => new()
    {
        TauSquared = Vector512.ConditionalSelect(mask, a.TauSquared, b.TauSquared),
        YPy = Vector512.ConditionalSelect(mask, a.YPy, b.YPy),
        YPPy = Vector512.ConditionalSelect(mask, a.YPPy, b.YPPy),
        YPPPy = Vector512.ConditionalSelect(mask, a.YPPPy, b.YPPPy),
        SumW = Vector512.ConditionalSelect(mask, a.SumW, b.SumW),
        SumWw = Vector512.ConditionalSelect(mask, a.SumWw, b.SumWw),
        TrP = Vector512.ConditionalSelect(mask, a.TrP, b.TrP),
        TrPp = Vector512.ConditionalSelect(mask, a.TrPp, b.TrPp),
        Mean = Vector512.ConditionalSelect(mask, a.Mean, b.Mean),
    };

    /// <summary>As <see cref="InterceptSums.ToPoint"/> and <see cref="InterceptSums.IsCentred"/>.</summary>
    private static LanePoint About(
        ReadOnlySpan<Vector512<double>> y,
        ReadOnlySpan<Vector512<double>> v,
        Vector512<double> tau2,
        Vector512<double> shift,
        out Vector512<double> isCentred)
    {
        var sums = LaneSums.Of(y[..^1], v[..^1], y[^1], v[^1], tau2, shift);
        var (s1, s2, s3) = (sums.S1, sums.S2, sums.S3);
        var d = sums.R1 / s1;
        var square = d * d * (1 / InterceptSums.LargestShiftPart);
        isCentred = Vector512.LessThanOrEqual(square * s1, sums.Q1) & Vector512.LessThanOrEqual(square * s2, sums.Q2)
            & Vector512.LessThanOrEqual(square * s3, sums.Q3);
        var ratio = s2 / s1;
        var centred = sums.R2 - (d * s2);
        return new LanePoint
        {
            TauSquared = tau2,
            YPy = Vector512.Max(Vector512<double>.Zero, sums.Q1 - (d * sums.R1)),
            YPPy = sums.Q2 - (d * ((2.0 * sums.R2) - (d * s2))),
            YPPPy = sums.Q3 - (d * ((2.0 * sums.R3) - (d * s3))) - (centred * centred / s1),
            SumW = s1,
            SumWw = s2,
            TrP = s1 - ratio,
            TrPp = s2 - (2.0 * s3 / s1) + (ratio * ratio),
            Mean = shift + d,
        };
    }
}
