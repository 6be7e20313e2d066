namespace MetaBridge.Plots;

/// <summary>Round tick positions.</summary>
/// <remarks>
/// The rule of Becker, Chambers &amp; Wilks (1988) as R's help page of <c>pretty</c> states it: with c = range / n and b the power
/// of ten below c, the step is the largest of 1b, 2b, 5b, 10b that is not too far above c, where "too far" is weighed by the biases h
/// and h₅; the positions are the multiples of the step that cover the range. The numbers equal R's, which tests hold.
/// </remarks>
internal static class PrettyScale
{
    // R's defaults: high.u.bias, u5.bias = 0.5 + 1.5 high.u.bias, shrink.sml, and the rounding allowance in units of the step.
    private const double Bias = 1.5;
    private const double BiasOfFive = 0.5 + (1.5 * Bias);
    private const double Shrink = 0.75;
    private const double Allowance = 1e-10;

    // A range this small against its values is rounding noise and treated as a point.
    private const double Noise = 3 * 2.220446049250313e-16;

    // A range's end beyond this would overflow in the step's arithmetic.
    private const double Largest = 1e300;

    // Values below this count as zero: their powers of ten are no longer full-precision numbers.
    private const double Smallest = 1e-300;

    /// <summary>About <paramref name="intervals"/> + 1 round positions that cover the range.</summary>
    public static double[] Cover(double lower, double upper, int intervals)
    {
        lower = Math.Clamp(lower, -Largest, Largest);
        upper = Math.Clamp(upper, -Largest, Largest);
        var leastIntervals = intervals / 3;
        var step = Step(Target(lower, upper, intervals, leastIntervals));
        var first = Math.Floor((lower / step) + Allowance);
        var last = Math.Ceiling((upper / step) - Allowance);
        Widen(ref first, ref last, Math.Max(1, leastIntervals));
        var positions = new double[(int)(last - first) + 1];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = (first + i) * step;
        }

        return positions;
    }

    private static double Target(double lower, double upper, int intervals, int leastIntervals)
    {
        var magnitude = Math.Max(Math.Abs(lower), Math.Abs(upper));
        if (magnitude < Smallest)
        {
            return Shrink;
        }

        if (upper - lower > magnitude * intervals * Noise)
        {
            return (upper - lower) / intervals;
        }

        var damped = magnitude > 10 ? 9 + (magnitude / 10) : magnitude;
        return damped * Shrink / Math.Max(1, leastIntervals);
    }

    private static double Step(double target)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(target)));
        var step = power;
        foreach (var (factor, bias) in new[] { (2, Bias), (5, BiasOfFive), (10, Bias) })
        {
            if ((factor * power) - target >= bias * (target - step))
            {
                break;
            }

            step = factor * power;
        }

        return step;
    }

    private static void Widen(ref double first, ref double last, int leastIntervals)
    {
        var lacking = leastIntervals - (int)(last - first);
        if (lacking <= 0)
        {
            return;
        }

        var half = lacking / 2;
        var rest = lacking - half;
        (first, last) = first >= 0 ? (first - rest, last + half) : (first - half, last + rest);
    }
}
