using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>How a mean and a standard deviation are estimated from five numbers: metafor's <c>method</c> of <c>conv.fivenum</c>.</summary>
public enum FiveNumberMethod
{
    /// <summary>Luo et al. (2018), Wan et al. (2014), Shi et al. (2020a): normal data, or with <see cref="FiveNumberDistribution.LogNormal"/> log-normal data.</summary>
    [Keyword("default", "weights for normal or log-normal data", Aliases = "luo/wan/shi")]
    LuoWanShi,

    /// <summary>The best of five distributions fitted to the quantiles (McGrath et al., 2020).</summary>
    [Keyword("qe", "quantile estimation")]
    QuantileEstimation,

    /// <summary>Normal data after the power transformation that makes the numbers symmetric (McGrath et al., 2020).</summary>
    [Keyword("bc", "power transformation to symmetry")]
    BoxCox,

    /// <summary>Normal data after a power transformation, by maximum likelihood (Cai, Zhou &amp; Pan, 2021).</summary>
    [Keyword("mln", "power transformation by maximum likelihood")]
    UnknownNonNormal,

    /// <summary>Best linear unbiased estimators of normal data (Yang, Hutson &amp; Wang, 2022).</summary>
    [Keyword("blue", "best linear unbiased estimators")]
    BestLinearUnbiased,
}

/// <summary>The distribution that a mean and a standard deviation belong to.</summary>
public enum FiveNumberDistribution
{
    /// <summary>Normal.</summary>
    [Keyword("norm", "normal")]
    Normal,

    /// <summary>Log-normal.</summary>
    [Keyword("lnorm", "log-normal")]
    LogNormal,

    /// <summary>Gamma.</summary>
    [Keyword("gamma", "gamma")]
    Gamma,

    /// <summary>Beta.</summary>
    [Keyword("beta", "beta")]
    Beta,

    /// <summary>Weibull.</summary>
    [Keyword("weibull", "Weibull")]
    Weibull,

    /// <summary>Normal after the power transformation (x^λ − 1)/λ.</summary>
    [Keyword("powernorm", "normal after a power transformation")]
    PowerNormal,
}

/// <summary>What is assumed and wanted of five numbers.</summary>
public sealed record FiveNumberOptions
{
    /// <summary>The method.</summary>
    public FiveNumberMethod Method { get; init; } = FiveNumberMethod.LuoWanShi;

    /// <summary>Whether the data are taken to be log-normal (default method only).</summary>
    public bool IsLogNormal { get; init; }

    /// <summary>Whether the estimates of log-normal data are those of the data themselves; false for those of their logarithms.</summary>
    public bool BackTransform { get; init; } = true;

    /// <summary>Whether nothing is estimated where the test says that the data (or their logarithms) are skewed.</summary>
    public bool TestSkewness { get; init; } = true;
}

/// <summary>Mean and standard deviation from five numbers; NaN for what could not be estimated or does not belong to the method.</summary>
public sealed record FiveNumberEstimate
{
    /// <summary>Mean.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>Standard deviation.</summary>
    public double Sd { get; init; } = double.NaN;

    /// <summary>The distribution assumed, or the one of quantile estimation that fits best.</summary>
    public FiveNumberDistribution Distribution { get; init; }

    /// <summary>Statistic of the test of skewness, for methods that assume normal or log-normal data.</summary>
    public double Statistic { get; init; } = double.NaN;

    /// <summary>Its critical value at the level 5 %.</summary>
    public double Critical { get; init; } = double.NaN;

    /// <summary>Mean of the transformed data (power transformations).</summary>
    public double Location { get; init; } = double.NaN;

    /// <summary>Standard deviation of the transformed data (power transformations).</summary>
    public double Scale { get; init; } = double.NaN;

    /// <summary>The power λ.</summary>
    public double Power { get; init; } = double.NaN;

    /// <summary>Sum of squared distances between the numbers and the fitted quantiles (quantile estimation).</summary>
    public double Distance { get; init; } = double.NaN;

    /// <summary>Whether the data are skewed; null without a test.</summary>
    public bool? IsSkewed => double.IsNaN(Statistic) || double.IsNaN(Critical) ? null : Statistic > Critical;
}
