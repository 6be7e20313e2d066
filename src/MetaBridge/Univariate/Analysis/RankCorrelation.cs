using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Kendall's rank correlation of standardised effects and variances.</summary>
internal static class RankCorrelation
{
    // The exact distribution takes n³ steps.
    private const int MostForExact = 300;

    /// <summary>Begg and Mazumdar's test: τ of (y − μ̂)/√(v − 1/Σ1/v) and v, with μ̂ the mean weighted by 1/v.</summary>
    public static RankTestResult Test(double[] y, double[] v)
    {
        var n = y.Length;
        if (n < 2)
        {
            throw new MetaBridgeException(ErrorCode.TooFewStudies, $"A rank correlation test needs at least two studies; there is {n}.");
        }

        double sum = 0, weighted = 0;
        for (var i = 0; i < n; i++)
        {
            sum += 1 / v[i];
            weighted += y[i] / v[i];
        }

        var mean = weighted / sum;
        return Kendall([.. y.Zip(v, (yi, vi) => (yi - mean) / Math.Sqrt(vi - (1 / sum)))], v);
    }

    private static RankTestResult Kendall(double[] x, double[] y)
    {
        var n = x.Length;
        var score = 0L;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                score += Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
            }
        }

        var pairs = n * (n - 1) / 2.0;
        var (tiesX, tiesY) = (Ties(x), Ties(y));
        var tau = score / Math.Sqrt((pairs - tiesX.Pairs) * (pairs - tiesY.Pairs));
        var isExact = tiesX.Pairs == 0 && tiesY.Pairs == 0 && n <= MostForExact;
        return new RankTestResult(tau, isExact ? Exact(n, (long)((score + pairs) / 2)) : Normal(n, score, tiesX, tiesY), isExact);
    }

    /// <summary>Two-sided p-value of a number of concordant pairs: counts of permutations by inversions, as probabilities.</summary>
    private static double Exact(int n, long concordant)
    {
        var most = n * (n - 1) / 2;
        var probability = new double[most + 1];
        probability[0] = 1;
        for (var size = 2; size <= n; size++)
        {
            var top = size * (size - 1) / 2;
            var before = probability[..(top + 1)];
            var window = 0.0;
            for (var c = 0; c <= top; c++)
            {
                window += before[c] - (c >= size ? before[c - size] : 0);
                probability[c] = window / size;
            }
        }

        // The distribution is symmetric; below its middle the sums above lose nothing, so the nearer tail is taken there.
        var tail = 0.0;
        for (var c = 0L; c <= Math.Min(concordant, most - concordant); c++)
        {
            tail += probability[c];
        }

        return Math.Min(1, 2 * tail);
    }

    /// <summary>Two-sided p-value from the normal distribution with the variance under ties (Kendall, 1970).</summary>
    private static double Normal(double n, long score, TieSums x, TieSums y)
    {
        var variance = (((n * (n - 1) * ((2 * n) + 5)) - x.Variance - y.Variance) / 18)
            + (4 * x.Pairs * y.Pairs / (2 * n * (n - 1)))
            + (n > 2 ? x.Triples * y.Triples / (9 * n * (n - 1) * (n - 2)) : 0);
        return variance > 0 ? Distributions.NormalTwoSided(score / Math.Sqrt(variance)) : double.NaN;
    }

    private static TieSums Ties(double[] values)
    {
        double pairs = 0, variance = 0, triples = 0;
        foreach (var group in values.GroupBy(value => value))
        {
            double t = group.Count();
            pairs += t * (t - 1) / 2;
            variance += t * (t - 1) * ((2 * t) + 5);
            triples += t * (t - 1) * (t - 2);
        }

        return new TieSums(pairs, variance, triples);
    }

    /// <summary>Sums over groups of t equal values: t(t − 1)/2, t(t − 1)(2t + 5), t(t − 1)(t − 2).</summary>
    private readonly record struct TieSums(double Pairs, double Variance, double Triples);
}
