using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <content>The methods side by side.</content>
public sealed partial record FiveNumbers
{
    /// <summary>Mean and standard deviation by any method.</summary>
    /// <param name="options">Method and assumptions; null for the default.</param>
    /// <remarks>
    /// <para>
    /// Quantile estimation takes the numbers for the quantiles 1/n, ¼, ½, ¾ and 1 − 1/n and the distribution (normal, log-normal, gamma, beta,
    /// Weibull) with the smallest sum of squared distances; only the normal one, and then with the test of skewness, when a number is
    /// negative.
    /// </para>
    /// <para>
    /// The power transformation (x^λ − 1)/λ, λ ≥ 0, of <c>bc</c> makes the distances from the median to both sides as equal as they get:
    /// λ minimises Σ(ratio − 1)² over the pairs of extremes and of quartiles. That of <c>mln</c> maximises the likelihood of the order
    /// statistics x₍₁₎, x₍⌊n/4⌋₊₁₎, x₍⌊n/2⌋₊₁₎, x₍⌊3n/4⌋₊₁₎, x₍ₙ₎ of the transformed data. Both take the numbers back through the normal
    /// distribution, cut off where the transformation ends and symmetrically on the other side, by quadrature: what other programs
    /// simulate. They need positive numbers.
    /// </para>
    /// <para>
    /// <c>blue</c> is generalised least squares on the expectations and covariances of these order statistics, by the series of David
    /// and Johnson (1954) up to (n + 2)⁻².
    /// </para>
    /// </remarks>
    /// <returns>NaN for what the numbers don't determine.</returns>
    public FiveNumberEstimate Estimate(FiveNumberOptions? options = null)
    {
        options ??= new FiveNumberOptions();
        var estimate = options.Method switch
        {
            FiveNumberMethod.LuoWanShi => OfNormalOrLogNormal(options),
            FiveNumberMethod.QuantileEstimation => OfQuantiles(),
            FiveNumberMethod.BoxCox => OfPower(PowerTransformation.Symmetric),
            FiveNumberMethod.UnknownNonNormal => OfPower(PowerTransformation.MaximumLikelihood),
            _ => OfOrderStatistics(),
        };
        return options.TestSkewness && estimate.IsSkewed == true ? estimate with { Mean = double.NaN, Sd = double.NaN } : estimate;
    }

    private FiveNumbers Logarithms => new(Math.Log(Minimum), Math.Log(Q1), Math.Log(Median), Math.Log(Q3), Math.Log(Maximum), N);

    private bool IsComplete => IsUsable && double.IsFinite(Median);

    /// <summary>The numbers that belong to the scenario: extremes, quartiles, or both, around the median.</summary>
    internal double[] Known => (HasRange, HasQuartiles) switch
    {
        (true, true) => [Minimum, Q1, Median, Q3, Maximum],
        (true, false) => [Minimum, Median, Maximum],
        _ => [Q1, Median, Q3],
    };

    /// <summary>Their places among the n ordered values.</summary>
    internal double[] Ranks
    {
        get
        {
            double q1 = Math.Floor(N / 4) + 1, median = Math.Floor(N / 2) + 1, q3 = Math.Floor(3 * N / 4) + 1;
            return (HasRange, HasQuartiles) switch
            {
                (true, true) => [1, q1, median, q3, N],
                (true, false) => [1, median, N],
                _ => [q1, median, q3],
            };
        }
    }

    /// <summary>As <see cref="Normal"/>, but with the equal weights of Wan et al. (2014) for the standard deviation from all five numbers.</summary>
    internal (double Mean, double Sd) NormalByWan()
    {
        var (mean, sd) = Normal();
        return HasRange && HasQuartiles
            ? (mean, (((Maximum - Minimum) / ExpectedRange) + ((Q3 - Q1) / ExpectedQuartileRange)) / 2)
            : (mean, sd);
    }

    private double[] Probabilities => (HasRange, HasQuartiles) switch
    {
        (true, true) => [1 / N, 0.25, 0.5, 0.75, 1 - (1 / N)],
        (true, false) => [1 / N, 0.5, 1 - (1 / N)],
        _ => [0.25, 0.5, 0.75],
    };

    private FiveNumberEstimate OfNormalOrLogNormal(FiveNumberOptions options)
    {
        var (mean, sd) = !options.IsLogNormal ? Normal() : options.BackTransform ? LogNormal() : OfLogarithms();
        return Tested(options.IsLogNormal ? Logarithms : this) with
        {
            Mean = mean,
            Sd = sd,
            Distribution = options.IsLogNormal ? FiveNumberDistribution.LogNormal : FiveNumberDistribution.Normal,
        };
    }

    private FiveNumberEstimate OfQuantiles()
    {
        if (!IsComplete)
        {
            return new FiveNumberEstimate();
        }

        var isNegative = Known[0] < 0;
        var fit = QuantileFit.Best(Known, Probabilities, onlyNormal: isNegative);
        return (isNegative ? Tested(this) : new FiveNumberEstimate()) with
        {
            Mean = fit.Mean,
            Sd = fit.Sd,
            Distribution = fit.Distribution,
            Distance = fit.Distance,
        };
    }

    private FiveNumberEstimate OfPower(Func<FiveNumbers, PowerNormal?> fit) =>
        new FiveNumberEstimate { Distribution = FiveNumberDistribution.PowerNormal } is var estimate
        && IsComplete && Known[0] > 0 && fit(this) is { } found && found.Moments() is var (mean, sd)
            ? estimate with { Mean = mean, Sd = sd, Location = found.Location, Scale = found.Scale, Power = found.Power }
            : estimate;

    private FiveNumberEstimate OfOrderStatistics()
    {
        if (!IsComplete)
        {
            return new FiveNumberEstimate();
        }

        var (mean, sd) = NormalOrderStatistics.BestLinearUnbiased(Known, Ranks, N);
        return Tested(this) with { Mean = mean, Sd = sd };
    }

    private static FiveNumberEstimate Tested(FiveNumbers numbers)
    {
        var (statistic, critical) = numbers.Skewness();
        return new FiveNumberEstimate { Statistic = statistic, Critical = critical };
    }
}
