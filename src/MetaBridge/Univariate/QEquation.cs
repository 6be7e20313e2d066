namespace MetaBridge.Univariate;

/// <summary>Roots of the generalised Q statistic: Q(τ²) = y'P(τ²)y = target.</summary>
/// <remarks>
/// 1/Q is increasing and concave in τ² (it is a minimum of linear functions), so Newton's method on 1/Q − 1/target, started to the
/// left of the root, climbs to it without ever passing it, and fast, since 1/Q is nearly linear.
/// </remarks>
internal static class QEquation
{
    private const int MaxSteps = 500;

    /// <summary>After a step below this part of τ² the next one would be lost in rounding: convergence is quadratic.</summary>
    private const double LastStep = 3e-10;

    /// <summary>The root, or 0 when Q is below the target everywhere.</summary>
    /// <param name="profile">The data.</param>
    /// <param name="start">The profile at a τ² left of the root, normally at 0.</param>
    /// <param name="target">The value of Q, positive.</param>
    public static double Solve(VarianceProfile profile, ProfilePoint start, double target)
    {
        if (!(start.YPy > target))
        {
            return 0;
        }

        var point = start;
        var t = start.TauSquared;
        for (var step = 0; step < MaxSteps; step++)
        {
            var move = point.YPy / target * (point.YPy - target) / point.YPPy;
            var next = t + move;
            if (!(move > LastStep * next))
            {
                return next;
            }

            t = next;
            point = profile.At(t);
        }

        return t;
    }
}
