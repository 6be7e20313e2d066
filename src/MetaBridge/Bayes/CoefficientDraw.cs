using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Bayes;

/// <summary>An exact draw of the coefficients given the variance parameters.</summary>
internal static class CoefficientDraw
{
    /// <summary>Draws from N(mean, covariance) of the model's last integration; coefficients that are axes have their value.</summary>
    public static double[] Of(CoefficientModel model, CounterRandom random)
    {
        var p = model.Count;
        var draw = (double[])model.Mean.Clone();
        int[] free = [.. Enumerable.Range(0, p).Where(j => model.Covariance[(j * p) + j] > 0)];
        var n = free.Length;
        double[] covariance = [.. free.SelectMany(r => free.Select(c => model.Covariance[(r * p) + c]))];
        if (n == 0 || !SampleMoments.TryFactor(covariance, n, out var lower))
        {
            return draw;
        }

        for (var j = 0; j < n; j++)
        {
            var z = random.Normal();
            for (var i = j; i < n; i++)
            {
                draw[free[i]] += lower[(i * n) + j] * z;
            }
        }

        return draw;
    }
}
