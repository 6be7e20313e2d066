using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The beta distribution whose quantiles are nearest to numbers.</summary>
internal static class BetaQuantileFit
{
    private const double HighestLogOdds = 12;
    private const double LowestLogSum = -3;
    private const double HighestLogSum = 12;
    private const int GridSteps = 24;
    private const double Tolerance = 1e-9;

    /// <summary>For each sum of both shapes the best mean, and then the best sum.</summary>
    public static QuantileFit Of(double[] x, double[] p)
    {
        var logSum = ScalarMinimum.Find(s => Distance(BestLogOdds(s), s), LowestLogSum, HighestLogSum, GridSteps, Tolerance);
        var logOdds = BestLogOdds(logSum);
        double mean = 1 / (1 + Math.Exp(-logOdds)), sum = Math.Exp(logSum);
        return new(FiveNumberDistribution.Beta, mean, Math.Sqrt(mean * (1 - mean) / (sum + 1)), Distance(logOdds, logSum));

        double BestLogOdds(double s) => ScalarMinimum.Find(m => Distance(m, s), -HighestLogOdds, HighestLogOdds, GridSteps, Tolerance);

        double Distance(double m, double s)
        {
            double a = Math.Exp(s) / (1 + Math.Exp(-m)), b = Math.Exp(s) / (1 + Math.Exp(m));
            return x.Zip(p, (xi, pi) => PositiveQuantiles.Beta(pi, a, b) - xi).Sum(d => d * d);
        }
    }
}
