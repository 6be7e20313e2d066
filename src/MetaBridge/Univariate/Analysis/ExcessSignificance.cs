using MetaBridge.Numerics;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Test of excess significance (Ioannidis &amp; Trikalinos, 2007, Clinical Trials 4, 245-253; exact: Francis, 2013).</summary>
/// <remarks>
/// A study is significant when |y − H₀| &gt; c √v, c the normal quantile (one side likewise). Over true effects θ + N(0, τ²) its power is, in closed form,
/// the probability that a N(θ, v + τ²) is.
/// </remarks>
internal sealed class ExcessSignificance(double[] y, double[] v, double tau2, ExcessSignificanceOptions options)
{
    private const int Halvings = 200;

    private readonly double critical = Distributions.NormalUpperQuantile(options.Alternative == TestSides.TwoSided ? options.Alpha / 2 : options.Alpha);

    public ExcessSignificanceResult Run(double[] theta, bool hasOneEffect)
    {
        var significant = y.Select((yi, i) => IsSignificant(yi - options.NullEffect, v[i])).ToArray();
        var observed = significant.Count(s => s);
        var power = theta.Select((t, i) => Power(t, i)).ToArray();
        var (lower, upper) = hasOneEffect ? Limits(observed, theta[0]) : (double.NaN, double.NaN);
        return new ExcessSignificanceResult(
            observed, power.Sum(), options.Test == ExcessSignificanceTest.ChiSquared ? ChiSquared(observed, power.Sum()) : double.NaN,
            PValue(observed, power, options.Excess), hasOneEffect ? theta[0] : double.NaN, lower, upper, power, significant);
    }

    private bool IsSignificant(double distance, double variance)
    {
        var z = distance / Math.Sqrt(variance);
        return options.Alternative switch
        {
            TestSides.TwoSided => Math.Abs(z) >= critical,
            TestSides.Greater => z >= critical,
            _ => z <= -critical,
        };
    }

    private double Power(double theta, int study)
    {
        var spread = Math.Sqrt(v[study] + tau2);
        var bound = critical * Math.Sqrt(v[study]);
        var above = Distributions.NormalUpper((bound - theta + options.NullEffect) / spread);
        var below = Distributions.NormalUpper((bound + theta - options.NullEffect) / spread);
        return options.Alternative switch { TestSides.TwoSided => above + below, TestSides.Greater => above, _ => below };
    }

    private double PValue(int observed, double[] power, TestSides excess)
    {
        var expected = power.Sum();
        if (options.Test == ExcessSignificanceTest.ChiSquared)
        {
            var statistic = ChiSquared(observed, expected);
            var z = Math.Sign(observed - expected) * Math.Sqrt(statistic);
            return excess switch
            {
                TestSides.Greater => Distributions.NormalUpper(z),
                TestSides.Less => Distributions.NormalUpper(-z),
                _ => Distributions.NormalTwoSided(z),
            };
        }

        var probabilities = Counts(options.Test == ExcessSignificanceTest.Exact ? power : Array.ConvertAll(power, _ => expected / power.Length));
        return excess switch
        {
            TestSides.Greater => Math.Min(1, probabilities[observed..].Sum()),
            TestSides.Less => Math.Min(1, probabilities[..(observed + 1)].Sum()),
            // What is not likelier than the number observed, up to rounding, as R's binom.test has it.
            _ => Math.Min(1, probabilities.Where(p => p <= probabilities[observed] * (1 + 1e-7)).Sum()),
        };
    }

    private double ChiSquared(double observed, double expected) =>
        ((observed - expected) * (observed - expected) / expected) + ((observed - expected) * (observed - expected) / (y.Length - expected));

    /// <summary>The distribution of how many of independent events with these probabilities happen; O(k²).</summary>
    private static double[] Counts(double[] power)
    {
        var counts = new double[power.Length + 1];
        counts[0] = 1;
        for (var i = 0; i < power.Length; i++)
        {
            for (var j = i + 1; j > 0; j--)
            {
                counts[j] = (counts[j] * (1 - power[i])) + (counts[j - 1] * power[i]);
            }

            counts[0] *= 1 - power[i];
        }

        return counts;
    }

    /// <summary>
    /// Effects where the p-value is the limit level, on the side of the null effect where the estimate is. Powers grow with the distance from the null
    /// effect, so that a one-sided p-value is monotone. Two-sided limits are the one-sided ones at half the level, as metafor's are: two-sided
    /// p-values of counts jump and cross a level several times.
    /// </summary>
    private (double Lower, double Upper) Limits(int observed, double theta)
    {
        var direction = options.Alternative switch { TestSides.Greater => 1, TestSides.Less => -1, _ => theta < options.NullEffect ? -1 : 1 };
        var far = 40 * y.Select((_, i) => Math.Sqrt(v[i] + tau2)).Max();
        var level = options.Excess == TestSides.TwoSided ? options.LimitAlpha / 2 : options.LimitAlpha;
        double P(double distance, TestSides excess) =>
            PValue(observed, [.. y.Select((_, i) => Power(options.NullEffect + (direction * distance), i))], excess);
        double Excess() => At(Root(d => P(d, TestSides.Greater) - level, 0, far));
        double Lack() => At(Root(d => level - P(d, TestSides.Less), 0, far));
        double At(double distance) => double.IsNaN(distance) ? double.NaN : options.NullEffect + (direction * distance);
        return options.Excess switch
        {
            TestSides.Greater => (Excess(), double.NaN),
            TestSides.Less => (Lack(), double.NaN),
            _ => (Excess(), Lack()),
        };
    }

    /// <summary>Where an increasing function changes its sign; NaN when it doesn't.</summary>
    private static double Root(Func<double, double> f, double low, double high)
    {
        if (!(f(low) <= 0 && f(high) >= 0))
        {
            return double.NaN;
        }

        for (var i = 0; i < Halvings && low < high; i++)
        {
            var middle = low + ((high - low) / 2);
            if (middle == low || middle == high)
            {
                break;
            }

            (low, high) = f(middle) <= 0 ? (middle, high) : (low, middle);
        }

        return low;
    }
}
