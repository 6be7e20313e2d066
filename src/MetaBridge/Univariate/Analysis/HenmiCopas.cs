using MathNet.Numerics.Integration;
using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The result of Henmi and Copas's method.</summary>
/// <param name="Estimate">The average weighted by 1/v.</param>
/// <param name="StandardError">Its standard error with the heterogeneity.</param>
/// <param name="Lower">Lower limit of its interval.</param>
/// <param name="Upper">Upper limit.</param>
/// <param name="TauSquared">τ² by DerSimonian and Laird.</param>
public sealed record HenmiCopasResult(double Estimate, double StandardError, double Lower, double Upper, double TauSquared);

/// <summary>The interval of Henmi and Copas (2010), Statistics in Medicine 29, 2969-2983.</summary>
/// <remarks>
/// With weights w = 1/v, W₁ = Σw, W_j = Σw^j / W₁: R = √W₁(θ̂ − θ) is N(0, 1 + τ²W₂), and the interval is θ̂ ± t σ̂/√W₁ with σ̂² = 1 + τ̂²W₂ a
/// function of Q. Given R = r, Q is taken for a gamma variable with its exact mean and variance; t solves P(R &gt; t σ̂(Q)) = α/2.
/// </remarks>
internal sealed class HenmiCopas
{
    // Beyond so many standard deviations a normal density is nothing.
    private const double NormalReach = 39;

    // The integrand is smooth on the scale of a standard deviation; so many points on each half of one give all digits.
    private const int Panels = 78;
    private const int PointsPerPanel = 16;

    private readonly double k;
    private readonly double w1;
    private readonly double w2;
    private readonly double w3;
    private readonly double w4;
    private readonly double mean;
    private readonly double tau2;
    private readonly double variance;

    public HenmiCopas(double[] y, double[] v)
    {
        k = y.Length;
        foreach (var x in v)
        {
            w1 += 1 / x;
        }

        for (var i = 0; i < v.Length; i++)
        {
            var w = 1 / v[i];
            w2 += w * w / w1;
            w3 += w * w * w / w1;
            w4 += w * w * w * w / w1;
            mean += w * y[i] / w1;
        }

        var q = 0.0;
        for (var i = 0; i < v.Length; i++)
        {
            q += (y[i] - mean) * (y[i] - mean) / v[i];
        }

        tau2 = Math.Max(0, (q - (k - 1)) / (w1 - w2));
        variance = 1 + (tau2 * w2);
    }

    public HenmiCopasResult Run(double level)
    {
        var half = HalfWidth((1 - (level / 100)) / 2) * Math.Sqrt(variance / w1);
        return new HenmiCopasResult(mean, Math.Sqrt(variance / w1), mean - half, mean + half, tau2);
    }

    private double HalfWidth(double tail)
    {
        double low = 0, high = 2;
        while (Exceeds(high) > tail)
        {
            (low, high) = (high, 2 * high);
            if (high > 1e6)
            {
                throw new MetaBridgeException(ErrorCode.NotConverged, "The interval of Henmi and Copas has no end.");
            }
        }

        // Exceeds decreases; regula falsi with halving (Illinois) keeps the bracket.
        double atLow = Exceeds(low) - tail, atHigh = Exceeds(high) - tail;
        for (var step = 0; step < 200 && high - low > 1e-15 * high; step++)
        {
            var middle = ((low * atHigh) - (high * atLow)) / (atHigh - atLow);
            var value = Exceeds(middle) - tail;
            if (value == 0 || middle == low || middle == high)
            {
                return middle;
            }

            if (value > 0)
            {
                (low, atLow, atHigh) = (middle, value, atHigh / 2);
            }
            else
            {
                (high, atHigh, atLow) = (middle, value, atLow / 2);
            }
        }

        return low + ((high - low) / 2);
    }

    /// <summary>P(R &gt; t σ̂(Q)): since σ̂ ≥ 1 only r &gt; t counts.</summary>
    private double Exceeds(double t)
    {
        var sd = Math.Sqrt(variance);
        var from = t / sd;
        var sum = 0.0;
        for (var panel = 0; panel < Panels && from + (panel / 2.0) < NormalReach; panel++)
        {
            var start = from + (panel / 2.0);
            sum += GaussLegendreRule.Integrate(
                z => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * QBelow(Limit(t == 0 ? double.PositiveInfinity : sd * z / t), sd * z),
                start, start + 0.5, PointsPerPanel);
        }

        return sum;
    }

    /// <summary>The Q at which σ̂ is f.</summary>
    private double Limit(double f) => (((w1 / w2) - 1) * ((f * f) - 1)) + (k - 1);

    private double QBelow(double q, double r)
    {
        var m = MeanGiven(r);
        var spread = VarianceGiven(r);
        return double.IsPositiveInfinity(q) ? 1 : 1 - Distributions.ChiSquaredUpper(2 * q * m / spread, 2 * m * m / spread);
    }

    private double MeanGiven(double r) =>
        k - 1 + (tau2 * (w1 - w2)) + (tau2 * tau2 * ((r * r / (variance * variance)) - (1 / variance)) * (w3 - (w2 * w2)));

    private double VarianceGiven(double r)
    {
        var excess = (r * r / (variance * variance)) - (1 / variance);
        var square = 1 / (variance * variance);
        var skew = w3 - (w2 * w2);
        return (2 * (k - 1)) + (4 * tau2 * (w1 - w2))
            + (2 * tau2 * tau2 * ((w1 * w2) - (2 * w3) + (w2 * w2)))
            + (4 * tau2 * tau2 * excess * skew)
            + (4 * tau2 * tau2 * tau2 * excess * (w4 - (2 * w2 * w3) + (w2 * w2 * w2)))
            + (2 * tau2 * tau2 * tau2 * tau2 * (square - (2 * r * r * square / variance)) * skew * skew);
    }
}
