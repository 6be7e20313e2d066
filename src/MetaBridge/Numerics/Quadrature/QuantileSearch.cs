namespace MetaBridge.Numerics.Quadrature;

/// <summary>Inverts a continuous cumulative distribution function.</summary>
/// <remarks>
/// Solves Φ⁻¹(F(x)) = Φ⁻¹(p): on that scale F is close to a straight line of slope 1/σ, so a bracketed secant (the Illinois variant of regula falsi)
/// needs few evaluations. A jump of F is converged upon by the bracket alone.
/// </remarks>
internal static class QuantileSearch
{
    private const int MaxSteps = 200;

    /// <summary>Relative width of a bracket that counts as a point.</summary>
    private const double RelativeWidth = 1e-14;

    /// <summary>Error in standard deviations at which the search stops.</summary>
    private const double ScoreTolerance = 1e-10;

    /// <summary>The first step overshoots the expected one a little, so that it brackets.</summary>
    private const double Overshoot = 1.1;

    /// <summary>The x with F(x) = p.</summary>
    /// <param name="cumulative">F, not falling.</param>
    /// <param name="probability">p in (0, 1).</param>
    /// <param name="guess">A starting value.</param>
    /// <param name="scale">The distribution's standard deviation, roughly.</param>
    /// <param name="lower">Lower end of the support, or −∞.</param>
    /// <param name="upper">Upper end of the support, or +∞.</param>
    public static double Invert(Func<double, double> cumulative, double probability, double guess, double scale, double lower, double upper)
    {
        var target = Score(probability);
        double a = guess, ya = Score(cumulative(a)) - target;
        if (Math.Abs(ya) < ScoreTolerance)
        {
            return a;
        }

        var sign = ya < 0 ? 1 : -1;
        var end = sign > 0 ? upper : lower;
        var stride = (Math.Min(Math.Abs(ya), 4) * Overshoot * (scale > 0 ? scale : Math.Max(Math.Abs(guess), 1) * 1e-8)) + double.Epsilon;
        var (b, yb) = (a, ya);
        for (var i = 0; i < MaxSteps && Math.Sign(yb) == Math.Sign(ya) && b != end; i++, stride *= 2)
        {
            (a, ya) = (b, yb);
            var next = b + (sign * stride);
            b = double.IsInfinity(end) || sign * (end - next) > 0 ? next : (b + end) / 2;
            yb = Score(cumulative(b)) - target;
        }

        return sign > 0 ? Narrow(cumulative, target, a, ya, b, yb) : Narrow(cumulative, target, b, yb, a, ya);
    }

    private static double Narrow(Func<double, double> cumulative, double target, double a, double ya, double b, double yb)
    {
        var side = 0;
        for (var i = 1; i < MaxSteps; i++)
        {
            if (Math.Abs(ya) < ScoreTolerance || a >= b)
            {
                return a;
            }

            var width = b - a;
            if (Math.Abs(yb) < ScoreTolerance || width <= RelativeWidth * Math.Max(Math.Abs(a), Math.Abs(b)))
            {
                return b;
            }

            // Plain halving every fifth step keeps the bracket shrinking where F jumps or is flat.
            var c = i % 5 == 0 ? a + (width / 2) : a + (width * (-ya / (yb - ya)));
            if (!(c > a && c < b))
            {
                return Math.Abs(ya) < Math.Abs(yb) ? a : b;
            }

            var yc = Score(cumulative(c)) - target;
            if (yc < 0)
            {
                (a, ya) = (c, yc);
                yb = side == -1 ? yb / 2 : yb;
                side = -1;
            }
            else
            {
                (b, yb) = (c, yc);
                ya = side == 1 ? ya / 2 : ya;
                side = 1;
            }
        }

        return (a + b) / 2;
    }

    private static double Score(double probability) => probability <= 1e-300 ? -40 : probability >= 1 ? 40 : -Distributions.NormalUpperQuantile(probability);
}
