using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>The power λ ≥ 0 for which (x^λ − 1)/λ of the data is taken to be normal, and the normal distribution then.</summary>
internal static class PowerTransformation
{
    /// <summary>Powers are searched up to here.</summary>
    internal const double HighestPower = 10;

    private const int LikelihoodSteps = 400;
    private const int SymmetrySteps = 400;
    private const double Tolerance = 1e-11;

    /// <summary>As symmetric as it gets (McGrath et al., 2020), null when the numbers coincide.</summary>
    /// <remarks>The estimates move with the unit of the data, so that the search takes the median for it.</remarks>
    public static PowerNormal? Symmetric(FiveNumbers data)
    {
        var unit = data.Median;
        var x = data.Known;
        var middle = x.Length / 2;
        if (x[middle - 1] == x[middle] || x[middle] == x[middle + 1])
        {
            return null;
        }

        var power = ScalarMinimum.Find(Asymmetry, 0, HighestPower, SymmetrySteps, Tolerance);
        if (power >= HighestPower - Tolerance)
        {
            return null;
        }

        var (mean, sd) = Transformed(data, power, unit).NormalByWan();
        var factor = Math.Pow(unit, power);
        return new PowerNormal((factor * mean) + PowerNormal.Transform(unit, power), factor * sd, power);

        double Asymmetry(double candidate)
        {
            var sum = 0.0;
            for (var i = 0; i < middle; i++)
            {
                double low = PowerNormal.Transform(x[i] / unit, candidate), high = PowerNormal.Transform(x[^(i + 1)] / unit, candidate);
                sum += Math.Pow((high / -low) - 1, 2);
            }

            return sum;
        }
    }

    /// <summary>Maximum likelihood of the transformed order statistics, first of λ and then of mean and standard deviation (Cai et al., 2021).</summary>
    /// <remarks>
    /// The likelihood is that of the transformed numbers, without the derivative of the transformation: so metafor's published results show. So the
    /// estimates depend on the unit of the data: for large numbers λ is 0, the logarithm. Null when λ is above 10.
    /// </remarks>
    public static PowerNormal? MaximumLikelihood(FiveNumbers data)
    {
        var power = ScalarMinimum.Find(candidate => -LogLikelihood(candidate), 0, HighestPower, LikelihoodSteps, Tolerance);
        if (power >= HighestPower - Tolerance || !double.IsFinite(LogLikelihood(power)))
        {
            return null;
        }

        var transformed = Transformed(data, power, 1);
        var start = transformed.NormalByWan();
        var (mean, sd) = NormalOrderStatistics.MaximumLikelihood(transformed.Known, data.Ranks, data.N, start.Mean, start.Sd);
        return new PowerNormal(mean, sd, power);

        double LogLikelihood(double candidate)
        {
            var numbers = Transformed(data, candidate, 1);
            var (m, s) = numbers.NormalByWan();
            return NormalOrderStatistics.LogLikelihood(numbers.Known, data.Ranks, data.N, m, s);
        }
    }

    private static FiveNumbers Transformed(FiveNumbers data, double power, double unit) => new(
        PowerNormal.Transform(data.Minimum / unit, power),
        PowerNormal.Transform(data.Q1 / unit, power),
        PowerNormal.Transform(data.Median / unit, power),
        PowerNormal.Transform(data.Q3 / unit, power),
        PowerNormal.Transform(data.Maximum / unit, power),
        data.N);
}
