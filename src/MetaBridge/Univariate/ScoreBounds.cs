using System.Runtime.CompilerServices;

namespace MetaBridge.Univariate;

/// <summary>What values at one or two τ² prove about the sign of the score everywhere between or beyond them.</summary>
/// <remarks>
/// <para>Twice the score is F = g − h with g = y'PPy and h = tr P (REML) or Σ w (ML). Let a = y'Py, c = y'PPPy, s = tr PP or Σ w². Then
/// a' = −g, g' = −2c, h' = −s, and by the inequality of Cauchy and Schwarz g² ≤ a c and, with the third power sum, s² ≤ h Σ λ³.
/// Hence 1/a and 1/h are concave in τ², g/a² decreases, and N = h²/s, an effective number of studies, increases.</para>
/// <para><see cref="IsUnimodalFrom"/>: where F = 0, F' = s − 2c ≤ s − 2h²/a, which is negative when a &lt; 2N. That holds at all larger
/// τ² once it holds at one, so no more than one stationary point lies beyond, and it is a maximum.</para>
/// <para><see cref="IsPositiveBetween(double, double, in ProfilePoint)"/>: to the left of b, g ≥ g_b/(1 − (b − t) g_b/a_b)², and 1/h is above its chord. The difference of both bounds,
/// made linear in 1/h, is concave, so it is positive on the interval when it is at the ends.</para>
/// <para><see cref="IsNegativeBetween"/>: to the right of a, 1/g is at least a square of the chord of 1/a, and 1/h is below its tangents: a convex
/// quadratic whose least value is known.</para>
/// <para>All comparisons leave a relative margin of <see cref="Margin"/> for rounding in the sums.</para>
/// </remarks>
internal readonly ref struct ScoreBounds(bool restricted)
{
    private const double Margin = 1e-9;

    /// <summary>g − h, twice the score.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double F(in ProfilePoint point) => point.YPPy - H(point);

    /// <summary>h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double H(in ProfilePoint point) => restricted ? point.TrP : point.SumW;

    /// <summary>s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double S(in ProfilePoint point) => restricted ? point.TrPp : point.SumWw;

    /// <summary>F'.</summary>
    public double Slope(in ProfilePoint point) => S(point) - (2 * point.YPPPy);

    /// <summary>Whether F is positive by more than rounding.</summary>
    public bool IsClearlyPositive(in ProfilePoint point) => point.YPPy > H(point) * (1 + Margin);

    /// <summary>Whether every stationary point beyond this τ² is a maximum, so that there is at most one.</summary>
    public bool IsUnimodalFrom(in ProfilePoint a)
    {
        var h = H(a);
        return a.YPy * (1 + Margin) < 2 * h * h / S(a);
    }

    /// <summary>Whether the score is positive from a to b.</summary>
    public bool IsPositiveBetween(in ProfilePoint a, in ProfilePoint b) => IsPositiveBetween(a.TauSquared, H(a), b);

    /// <summary>Whether the score is positive from a to b.</summary>
    /// <param name="a">a.</param>
    /// <param name="h">h there.</param>
    /// <param name="b">The profile at b.</param>
    public bool IsPositiveBetween(double a, double h, in ProfilePoint b)
    {
        if (b.YPPy > h * (1 + Margin))
        {
            return true;
        }

        var root = Math.Max(0, 1 - ((b.TauSquared - a) * b.YPPy / b.YPy));
        return IsClearlyPositive(b) && b.YPPy > h * (1 + Margin) * root * root;
    }

    /// <summary>Whether the score is negative from a to b.</summary>
    public bool IsNegativeBetween(in ProfilePoint a, in ProfilePoint b)
    {
        if (a.YPPy * (1 + Margin) < H(b))
        {
            return true;
        }

        var length = b.TauSquared - a.TauSquared;
        var rise = ((a.YPy / b.YPy) - 1) / length;
        // The tangent of 1/h at a, then the one at b, as constant + slope·x with x counted from a.
        double ha = H(a), hb = H(b);
        var slopeAtB = S(b) / (hb * hb);
        return IsBelow(a.YPPy, rise, length, 1 / ha, S(a) / (ha * ha))
            || IsBelow(a.YPPy, rise, length, (1 / hb) - (slopeAtB * length), slopeAtB);
    }

    /// <summary>Whether F' has one sign from a to b.</summary>
    public bool IsMonotoneBetween(in ProfilePoint a, in ProfilePoint b) =>
        S(b) > 2 * a.YPPPy * (1 + Margin) || S(a) * (1 + Margin) < 2 * b.YPPPy;

    /// <summary>The step to the root of F, exact when 1/√g and 1/h are linear, as they are with equal variances; NaN when there is none.</summary>
    public double StepFrom(in ProfilePoint point)
    {
        var h = H(point);
        var steep = point.YPPPy / point.YPPy;
        var linear = (2 * steep) - (point.YPPy * S(point) / (h * h));
        var constant = -F(point) / h;
        return -2 * constant / (linear + Math.Sqrt((linear * linear) - (4 * steep * steep * constant)));
    }

    /// <summary>(1 + rise·x)²/g &gt; constant + slope·x for all x in [0, length].</summary>
    private static bool IsBelow(double g, double rise, double length, double constant, double slope)
    {
        var lowest = Math.Clamp(((g * slope / (2 * rise)) - 1) / rise, 0, length);
        var factor = 1 + (rise * lowest);
        return factor * factor > g * (constant + (slope * lowest)) * (1 + Margin);
    }
}
