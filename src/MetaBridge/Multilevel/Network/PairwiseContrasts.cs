using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel.Network;

/// <summary>Differences of estimated coefficients, such as all comparisons of the treatments of a network.</summary>
public static class PairwiseContrasts
{
    /// <summary>All differences b_i − b_j, i before j, with standard errors, tests and intervals; names are <c>a-b</c>.</summary>
    /// <param name="coefficients">The estimates, with their names.</param>
    /// <param name="covariance">Their covariance, p × p.</param>
    /// <param name="degreesOfFreedom">Of t tests; NaN for the normal distribution.</param>
    /// <param name="level">Confidence level in percent.</param>
    /// <param name="reference">Name of a reference whose own coefficient is 0 (the left-out column of a network); null for none.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    public static CoefficientTable Of(
        CoefficientTable coefficients, double[] covariance, double degreesOfFreedom = double.NaN, double level = 95, string? reference = null)
    {
        var (names, contrasts) = Matrix(coefficients.Names, reference);
        return Of(coefficients.Estimates, covariance, contrasts, names, degreesOfFreedom, level);
    }

    /// <summary>Linear functions Cb of the coefficients with covariance CVC'.</summary>
    /// <param name="estimates">b, p values.</param>
    /// <param name="covariance">V, p × p.</param>
    /// <param name="contrasts">C, m × p by rows.</param>
    /// <param name="names">A name for each row of C.</param>
    /// <param name="degreesOfFreedom">Of t tests; NaN for the normal distribution.</param>
    /// <param name="level">Confidence level in percent.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    public static CoefficientTable Of(
        double[] estimates, double[] covariance, double[] contrasts, IReadOnlyList<string> names, double degreesOfFreedom = double.NaN, double level = 95)
    {
        var (m, p) = (names.Count, estimates.Length);
        if (contrasts.Length != m * p || covariance.Length != p * p)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"There are {contrasts.Length} contrast weights and {covariance.Length} covariances for {m} contrasts of {p} coefficients.",
                new Dictionary<string, object?> { ["contrasts"] = m, ["coefficients"] = p });
        }

        if (!(level is > 0 and < 100))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The option 'level' is {level:R}; it must be between 0 and 100 percent, both excluded.",
                new Dictionary<string, object?> { ["option"] = "level", ["value"] = level });
        }

        var values = new double[m];
        var variances = new double[m * m];
        for (var r = 0; r < m; r++)
        {
            for (var i = 0; i < p; i++)
            {
                values[r] += contrasts[(r * p) + i] * estimates[i];
                for (var j = 0; j < p; j++)
                {
                    variances[(r * m) + r] += contrasts[(r * p) + i] * covariance[(i * p) + j] * contrasts[(r * p) + j];
                }
            }
        }

        return WaldTests.Table(names, values, variances, degreesOfFreedom, level);
    }

    private static (List<string> Names, double[] Contrasts) Matrix(IReadOnlyList<string> coefficients, string? reference)
    {
        var p = coefficients.Count;
        var names = new List<string>();
        var rows = new List<double>();
        var all = reference is null ? coefficients : [.. coefficients, reference];
        for (var i = 0; i < all.Count; i++)
        {
            for (var j = i + 1; j < all.Count; j++)
            {
                names.Add($"{all[i]}-{all[j]}");
                rows.AddRange(Enumerable.Range(0, p).Select(column => column == i ? 1.0 : column == j ? -1 : 0));
            }
        }

        return (names, [.. rows]);
    }
}
