using MetaBridge.Numerics;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Bayes;

/// <summary>An exact draw of the coefficients given the variance parameters.</summary>
internal static class CoefficientDraw
{
    /// <summary>Draws from N(mean, covariance) of the model's last integration, the truncated coefficient first and the others given it.</summary>
    public static double[] Of(CoefficientModel model, CounterRandom random)
    {
        var p = model.Count;
        var draw = (double[])model.Mean.Clone();
        if (p == 0 || !SampleMoments.TryFactor(model.Covariance, p, out var lower))
        {
            return draw;
        }

        for (var j = 0; j < p; j++)
        {
            var z = random.Normal();
            for (var i = j; i < p; i++)
            {
                draw[i] += lower[(i * p) + j] * z;
            }
        }

        if (model.Truncated is not { } t)
        {
            return draw;
        }

        // The untruncated draw moved along its regression on the truncated coefficient to a draw of that one inside its bounds.
        var sd = Math.Sqrt(model.Covariance[(t * p) + t]);
        var wanted = model.Mean[t] + (sd * Inside((model.Bounds.Lower - model.Mean[t]) / sd, (model.Bounds.Upper - model.Mean[t]) / sd, random.Uniform()));
        var move = wanted - draw[t];
        for (var i = 0; i < p; i++)
        {
            draw[i] += move * model.Covariance[(i * p) + t] / (sd * sd);
        }

        return draw;
    }

    /// <summary>A standard normal between a and b by inversion in the tail where both are small.</summary>
    private static double Inside(double a, double b, double uniform)
    {
        if (a < 0)
        {
            return b < 0 ? -Inside(-b, -a, uniform) : Invert(a, b, uniform);
        }

        return Invert(a, b, uniform);
    }

    private static double Invert(double a, double b, double uniform)
    {
        var (pa, pb) = (Distributions.NormalUpper(a), Distributions.NormalUpper(b));
        var p = pb + (uniform * (pa - pb));
        return p > 0 && p < 1 ? Math.Clamp(Distributions.NormalUpperQuantile(p), a, b) : Math.Clamp(a, -double.MaxValue, b);
    }
}
