using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    public const double LargestShiftPart = 1.0 / 16;

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
        var vy = MemoryMarshal.Cast<double, Vector512<double>>(y);
        var vv = MemoryMarshal.Cast<double, Vector512<double>>(v);
        var done = vy.Length * Vector512<double>.Count;
        Vector512<double> lastY = Vector512.Create(shift), lastV = Vector512.Create(double.PositiveInfinity);
        if (done < y.Length)
        {
            Span<double> rest = stackalloc double[2 * Vector512<double>.Count];
            lastY.CopyTo(rest);
            lastV.CopyTo(rest[Vector512<double>.Count..]);
            y[done..].CopyTo(rest);
            v[done..].CopyTo(rest[Vector512<double>.Count..]);
            lastY = Vector512.Create<double>(rest);
            lastV = Vector512.Create<double>(rest[Vector512<double>.Count..]);
        }

        var sums = LaneSums.Of(vy, vv, lastY, lastV, Vector512.Create(tau2), Vector512.Create(shift));
        return new InterceptSums(
            Vector512.Sum(sums.S1), Vector512.Sum(sums.S2), Vector512.Sum(sums.S3),
            Vector512.Sum(sums.R1), Vector512.Sum(sums.R2), Vector512.Sum(sums.R3),
            Vector512.Sum(sums.Q1), Vector512.Sum(sums.Q2), Vector512.Sum(sums.Q3));
    }

    /// <summary>The sums of both sets of studies.</summary>
    public InterceptSums Plus(in InterceptSums other) => new(
        S1 + other.S1, S2 + other.S2, S3 + other.S3, R1 + other.R1, R2 + other.R2, R3 + other.R3, Q1 + other.Q1, Q2 + other.Q2, Q3 + other.Q3);

    /// <summary>The profile point of these sums.</summary>
    /// <param name="tau2">The τ² they were taken at.</param>
    /// <param name="mean">The weighted mean.</param>
    public ProfilePoint ToPoint(double tau2, double mean)
    {
        var d = Offset;
        var ratio = S2 / S1;
        var centred = R2 - (d * S2);
        return new ProfilePoint(
            tau2,
            // Equal effect sizes leave nothing but rounding, of either sign.
            Math.Max(0, Q1 - (d * R1)),
            Q2 - (d * ((2 * R2) - (d * S2))),
            Q3 - (d * ((2 * R3) - (d * S3))) - (centred * centred / S1),
            S1,
            S2,
            S1 - ratio,
            S2 - (2 * S3 / S1) + (ratio * ratio),
            mean,
            -centred / S1);
    }
}
