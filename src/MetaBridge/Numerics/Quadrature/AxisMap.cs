namespace MetaBridge.Numerics.Quadrature;

/// <summary>Maps an unbounded coordinate u to a parameter on the line, a half-line or an interval.</summary>
/// <remarks>
/// x = u, x = L + eᵘ, x = U − eᵘ, or x = L + (U − L)/(1 + e⁻ᵘ). Distances to both ends are given beside x, so that a prior with a pole at an end
/// keeps its digits there.
/// </remarks>
/// <param name="Lower">L, or −∞.</param>
/// <param name="Upper">U, or +∞.</param>
internal readonly record struct AxisMap(double Lower, double Upper)
{
    /// <summary>The parameter at u, its distances to the ends, and ln |dx/du|.</summary>
    public AxisPoint At(double u)
    {
        if (double.IsNegativeInfinity(Lower))
        {
            if (double.IsPositiveInfinity(Upper))
            {
                return new AxisPoint(u, double.PositiveInfinity, double.PositiveInfinity, 0);
            }

            var below = Math.Exp(u);
            return new AxisPoint(Upper - below, double.PositiveInfinity, below, u);
        }

        if (double.IsPositiveInfinity(Upper))
        {
            var above = Math.Exp(u);
            return new AxisPoint(Lower + above, above, double.PositiveInfinity, u);
        }

        var width = Upper - Lower;
        var e = Math.Exp(-Math.Abs(u));
        double near = width * e / (1 + e), far = width / (1 + e);
        var logSlope = Math.Log(width) - Math.Abs(u) - (2 * Math.Log(1 + e));
        return u < 0
            ? new AxisPoint(Lower + near, near, far, logSlope)
            : new AxisPoint(Upper - near, far, near, logSlope);
    }

    /// <summary>The coordinate of a parameter value; ±∞ at and beyond the ends.</summary>
    public double Coordinate(double x)
    {
        if (x <= Lower)
        {
            return double.NegativeInfinity;
        }

        if (x >= Upper)
        {
            return IsReversed ? double.NegativeInfinity : double.PositiveInfinity;
        }

        return (double.IsNegativeInfinity(Lower), double.IsPositiveInfinity(Upper)) switch
        {
            (true, true) => x,
            (true, false) => Math.Log(Upper - x),
            (false, true) => Math.Log(x - Lower),
            _ => Math.Log((x - Lower) / (Upper - x)),
        };
    }

    /// <summary>Whether x falls as u rises: a half-line that is bounded above.</summary>
    public bool IsReversed => double.IsNegativeInfinity(Lower) && !double.IsPositiveInfinity(Upper);
}

/// <summary>A parameter value with what is lost when only the value is kept.</summary>
/// <param name="Value">x.</param>
/// <param name="AboveLower">x − L.</param>
/// <param name="BelowUpper">U − x.</param>
/// <param name="LogSlope">ln |dx/du|.</param>
internal readonly record struct AxisPoint(double Value, double AboveLower, double BelowUpper, double LogSlope);
