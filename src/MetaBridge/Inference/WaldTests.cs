using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Wald tests and intervals of coefficients with a known covariance.</summary>
internal static class WaldTests
{
    private const int MaxStackTests = 16;

    /// <summary>Each coefficient by itself.</summary>
    /// <param name="names">Names.</param>
    /// <param name="estimates">β̂.</param>
    /// <param name="covariance">Var(β̂), p × p by columns.</param>
    /// <param name="df">Degrees of freedom of t, NaN for the normal distribution.</param>
    /// <param name="level">Confidence level in percent.</param>
    public static CoefficientTable Table(IReadOnlyList<string> names, double[] estimates, double[] covariance, double df, double level)
    {
        var p = estimates.Length;
        var critical = CriticalValues.TwoSided(level, df);
        double[] se = new double[p], statistic = new double[p], pValue = new double[p], lower = new double[p], upper = new double[p];
        for (var i = 0; i < p; i++)
        {
            se[i] = Math.Sqrt(covariance[(i * p) + i]);
            statistic[i] = estimates[i] / se[i];
            pValue[i] = double.IsNaN(df)
                ? Distributions.NormalTwoSided(statistic[i])
                : Distributions.StudentTwoSided(statistic[i], df);
            lower[i] = estimates[i] - (critical * se[i]);
            upper[i] = estimates[i] + (critical * se[i]);
        }

        return new CoefficientTable(names, estimates, se, statistic, pValue, lower, upper);
    }

    /// <summary>Several coefficients at once: b'S⁻¹b as χ², or divided by their number as F.</summary>
    /// <param name="estimates">β̂.</param>
    /// <param name="covariance">Var(β̂).</param>
    /// <param name="tested">Which, counted from 0.</param>
    /// <param name="df">Denominator degrees of freedom, NaN for χ².</param>
    public static TestResult Omnibus(double[] estimates, double[] covariance, IReadOnlyList<int> tested, double df)
    {
        var m = tested.Count;
        Span<double> work = m <= MaxStackTests ? stackalloc double[m * (m + 1)] : new double[m * (m + 1)];
        if (!TryQuadraticForm(estimates, covariance, tested, work, out var statistic))
        {
            throw new MetaBridgeException(
                ErrorCode.RankDeficientDesign, $"The covariance of the tested coefficients is singular at coefficient {tested[(int)statistic] + 1}.");
        }

        return double.IsNaN(df)
            ? new TestResult(statistic, m, double.NaN, Distributions.ChiSquaredUpper(statistic, m))
            : new TestResult(statistic / m, m, df, Distributions.FUpper(statistic / m, m, df));
    }

    /// <summary>b'S⁻¹b of some coefficients.</summary>
    /// <param name="estimates">β̂.</param>
    /// <param name="covariance">Var(β̂).</param>
    /// <param name="tested">Which, m of them, counted from 0.</param>
    /// <param name="work">Room for m (m + 1) numbers.</param>
    /// <param name="statistic">The form, or the position of the coefficient at which the covariance is singular.</param>
    /// <returns>False when the covariance is singular.</returns>
    public static bool TryQuadraticForm(
        ReadOnlySpan<double> estimates, ReadOnlySpan<double> covariance, IReadOnlyList<int> tested, Span<double> work, out double statistic)
    {
        // Cholesky of the correlation form: standard errors of very different size cost no digits.
        int m = tested.Count, p = estimates.Length;
        var l = work[..(m * m)];
        var x = work.Slice(m * m, m);
        var sum = 0.0;
        for (var i = 0; i < m; i++)
        {
            var a = tested[i];
            var se = Math.Sqrt(covariance[(a * p) + a]);
            x[i] = estimates[a] / se;
            var diagonal = 1.0;
            for (var j = 0; j < i; j++)
            {
                var b = tested[j];
                var element = covariance[(b * p) + a] / se / Math.Sqrt(covariance[(b * p) + b]);
                for (var n = 0; n < j; n++)
                {
                    element -= l[(n * m) + i] * l[(n * m) + j];
                }

                element /= l[(j * m) + j];
                l[(j * m) + i] = element;
                diagonal -= element * element;
                x[i] -= element * x[j];
            }

            if (diagonal <= 0)
            {
                statistic = i;
                return false;
            }

            l[(i * m) + i] = Math.Sqrt(diagonal);
            x[i] /= l[(i * m) + i];
            sum += x[i] * x[i];
        }

        statistic = sum;
        return true;
    }
}
