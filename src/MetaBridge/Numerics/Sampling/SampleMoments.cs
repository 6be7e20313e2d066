namespace MetaBridge.Numerics.Sampling;

/// <summary>Means and covariances of draws.</summary>
internal static class SampleMoments
{
    /// <summary>Mean and covariance (n × n by rows).</summary>
    public static (double[] Mean, double[] Covariance) Of(IReadOnlyList<double[]> draws, int n)
    {
        var mean = new double[n];
        foreach (var draw in draws)
        {
            VectorKernels.AddScaled(1.0 / draws.Count, draw, mean);
        }

        var covariance = new double[n * n];
        foreach (var draw in draws)
        {
            for (var r = 0; r < n; r++)
            {
                for (var c = 0; c < n; c++)
                {
                    covariance[(r * n) + c] += (draw[r] - mean[r]) * (draw[c] - mean[c]) / Math.Max(draws.Count - 1, 1);
                }
            }
        }

        return (mean, covariance);
    }

    /// <summary>The lower Cholesky factor (by rows); false when the matrix is not positive definite.</summary>
    public static bool TryFactor(double[] matrix, int n, out double[] lower)
    {
        lower = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[(i * n) + j];
                for (var l = 0; l < j; l++)
                {
                    sum -= lower[(i * n) + l] * lower[(j * n) + l];
                }

                if (i == j && !(sum > 0))
                {
                    return false;
                }

                lower[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / lower[(j * n) + j];
            }
        }

        return true;
    }
}
