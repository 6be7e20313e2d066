using MetaBridge.Numerics.Dense;

namespace MetaBridge.IndividualData;

/// <summary>A log-likelihood with score and information, for <see cref="NewtonSearch"/>.</summary>
internal interface IStudyLikelihood
{
    /// <summary>The number of coefficients.</summary>
    int ParameterCount { get; }

    /// <summary>The log-likelihood at β; fills the score and the information (n × n, symmetric).</summary>
    double At(ReadOnlySpan<double> beta, Span<double> score, Span<double> information);
}

/// <summary>Newton's method with halved steps for concave likelihoods of a few coefficients; tells an infinite maximum from a finite one.</summary>
internal static class NewtonSearch
{
    private const int MaxIterations = 60;
    private const double LongestLastStep = 0.01;
    private const int LastSteps = 15;
    private const double DecrementTolerance = 1e-13;

    /// <summary>A log-likelihood that still climbs where a coefficient would change odds or hazards e³⁰-fold per standard deviation has no maximum.</summary>
    private const double FarAway = 30;

    /// <summary>Coefficients and the inverse information, or null when there is no finite maximum.</summary>
    /// <param name="likelihood">What to maximise.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="scales">Standard deviations of the columns, which say what is far away.</param>
    public static (double[] Beta, double[] Covariance)? Maximise(IStudyLikelihood likelihood, double[] start, double[] scales)
    {
        var n = likelihood.ParameterCount;
        var (beta, score, information) = ((double[])start.Clone(), new double[n], new double[n * n]);
        var value = likelihood.At(beta, score, information);
        for (var i = 0; i < MaxIterations; i++)
        {
            var factor = (double[])information.Clone();
            if (!SmallCholesky.Factor(factor, n))
            {
                return null;
            }

            var step = (double[])score.Clone();
            SmallCholesky.Solve(factor, n, step);
            var decrement = 0.0;
            for (var j = 0; j < n; j++)
            {
                decrement += step[j] * score[j];
            }

            // Values can't tell such steps apart any more; Newton's last ones are taken as they are. A penalty makes them converge linearly.
            if (decrement <= DecrementTolerance * (1 + Math.Abs(value)))
            {
                // Towards an infinite maximum the steps stay as long as they are, while nothing is left to climb.
                if (Enumerable.Range(0, n).Any(j => Math.Abs(step[j]) * scales[j] > LongestLastStep))
                {
                    return null;
                }

                return Finish(likelihood, beta, step, score, information);
            }

            if (!Step(likelihood, beta, step, ref value, score, information))
            {
                return null;
            }

            if (Enumerable.Range(0, n).Any(j => Math.Abs(beta[j]) * scales[j] > FarAway))
            {
                return null;
            }
        }

        return null;
    }

    private static bool Step(IStudyLikelihood likelihood, double[] beta, double[] step, ref double value, double[] score, double[] information)
    {
        var trial = new double[beta.Length];
        for (var length = 1.0; length > 1e-8; length /= 2)
        {
            for (var j = 0; j < beta.Length; j++)
            {
                trial[j] = beta[j] + (length * step[j]);
            }

            var there = likelihood.At(trial, score, information);
            if (there >= value)
            {
                value = there;
                trial.CopyTo(beta, 0);
                return true;
            }
        }

        value = likelihood.At(beta, score, information);
        return false;
    }

    private static (double[] Beta, double[] Covariance)? Finish(IStudyLikelihood likelihood, double[] beta, double[] step, double[] score, double[] information)
    {
        var n = beta.Length;
        for (var i = 0; i < LastSteps; i++)
        {
            for (var j = 0; j < n; j++)
            {
                beta[j] += step[j];
            }

            likelihood.At(beta, score, information);
            if (!SmallCholesky.Factor(information, n))
            {
                return null;
            }

            score.CopyTo(step, 0);
            SmallCholesky.Solve(information, n, step);
            if (Enumerable.Range(0, n).All(j => Math.Abs(step[j]) <= 1e-14 * (1 + Math.Abs(beta[j]))))
            {
                break;
            }
        }

        var inverse = new double[n * n];
        SmallCholesky.Inverse(information, n, inverse);
        return (beta, inverse);
    }
}
