using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaBridge.Univariate;

/// <summary>The sums over studies that a model with an intercept alone needs at one τ², in a single pass.</summary>
/// <remarks>
/// With w = 1/(v + τ²) and r = y − c for any shift c: Σ w, Σ w², Σ w³; Σ w r, Σ w²r, Σ w³r; Σ w r², Σ w²r², Σ w³r². The sums about the
/// weighted mean follow from these, at the price of (m − c)² times the sums of weights; see <see cref="IsCentred"/>.
/// </remarks>
internal readonly record struct InterceptSums(
    double S1, double S2, double S3, double R1, double R2, double R3, double Q1, double Q2, double Q3)
{
    /// <summary>How much of a sum of squares may be due to the shift: then less than two bits are lost in taking it out.</summary>
    private const double LargestShiftPart = 1.0 / 16;

    /// <summary>Weighted mean minus shift.</summary>
    public double Offset => R1 / S1;

    /// <summary>Whether the shift is near enough to the weighted mean for the sums about that mean to keep their digits.</summary>
    public bool IsCentred
    {
        get
        {
            var square = Offset * Offset;
            return square * S1 <= LargestShiftPart * Q1 && square * S2 <= LargestShiftPart * Q2 && square * S3 <= LargestShiftPart * Q3;
        }
    }

    /// <summary>Takes the sums.</summary>
    /// <param name="y">Effect sizes.</param>
    /// <param name="v">Variances, as many.</param>
    /// <param name="tau2">τ².</param>
    /// <param name="shift">c.</param>
    public static InterceptSums Of(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double tau2, double shift)
    {
        Vector<double> s1 = default, s2 = default, s3 = default, r1 = default, r2 = default, r3 = default;
        Vector<double> q1 = default, q2 = default, q3 = default;
        var vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        var vv = MemoryMarshal.Cast<double, Vector<double>>(v);
        Vector<double> t = new(tau2), c = new(shift);
        for (var i = 0; i < vv.Length && i < vy.Length; i++)
        {
            Add(Vector<double>.One / (vv[i] + t), vy[i] - c, ref s1, ref s2, ref s3, ref r1, ref r2, ref r3, ref q1, ref q2, ref q3);
        }

        var done = vv.Length * Vector<double>.Count;
        if (done < v.Length)
        {
            // The rest as one more vector with weights of zero behind the end.
            Span<double> w = stackalloc double[Vector<double>.Count];
            Span<double> r = stackalloc double[Vector<double>.Count];
            w.Clear();
            r.Clear();
            for (var i = done; i < v.Length; i++)
            {
                w[i - done] = 1 / (v[i] + tau2);
                r[i - done] = y[i] - shift;
            }

            Add(new Vector<double>(w), new Vector<double>(r), ref s1, ref s2, ref s3, ref r1, ref r2, ref r3, ref q1, ref q2, ref q3);
        }

        return new InterceptSums(
            Vector.Sum(s1), Vector.Sum(s2), Vector.Sum(s3), Vector.Sum(r1), Vector.Sum(r2), Vector.Sum(r3),
            Vector.Sum(q1), Vector.Sum(q2), Vector.Sum(q3));
    }

    /// <summary>The profile point of these sums.</summary>
    /// <param name="tau2">The τ² they were taken at.</param>
    public ProfilePoint ToPoint(double tau2)
    {
        var d = Offset;
        var ratio = S2 / S1;
        var centred = R2 - (d * S2);
        return new ProfilePoint(
            tau2,
            Q1 - (d * R1),
            Q2 - (d * ((2 * R2) - (d * S2))),
            Q3 - (d * ((2 * R3) - (d * S3))) - (centred * centred / S1),
            S1,
            S2,
            S1 - ratio,
            S2 - (2 * S3 / S1) + (ratio * ratio));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector<double> w,
        Vector<double> r,
        ref Vector<double> s1,
        ref Vector<double> s2,
        ref Vector<double> s3,
        ref Vector<double> r1,
        ref Vector<double> r2,
        ref Vector<double> r3,
        ref Vector<double> q1,
        ref Vector<double> q2,
        ref Vector<double> q3)
    {
        var wr = w * r;
        var ww = w * w;
        var wwr = w * wr;
        s1 += w;
        s2 += ww;
        s3 = Vector.MultiplyAddEstimate(ww, w, s3);
        r1 += wr;
        r2 += wwr;
        r3 = Vector.MultiplyAddEstimate(ww, wr, r3);
        q1 = Vector.MultiplyAddEstimate(wr, r, q1);
        q2 = Vector.MultiplyAddEstimate(wr, wr, q2);
        q3 = Vector.MultiplyAddEstimate(wwr, wr, q3);
    }
}
