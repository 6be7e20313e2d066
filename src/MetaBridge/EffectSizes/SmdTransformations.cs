using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>What a standardised mean difference d, or a log odds ratio, means on other scales: the rest of metafor's <c>transf.*</c>.</summary>
/// <remarks>Cohen (1988) for U₁ to U₃; McGraw &amp; Wong (1992); Rosenthal &amp; Rubin (1982); Cox &amp; Snell (1989); Chinn (2000).</remarks>
public static class SmdTransformations
{
    private const double NormalOdds = 1.65;

    /// <summary>Share of both normal distributions that does not overlap: (2Φ(|d|/2) − 1)/Φ(|d|/2).</summary>
    public static double ToU1(double d)
    {
        var share = Distributions.NormalUpper(-Math.Abs(d) / 2);
        return ((2 * share) - 1) / share;
    }

    /// <summary>Share of the first group above the same share of the second: Φ(d/2).</summary>
    public static double ToU2(double d) => Distributions.NormalUpper(-d / 2);

    /// <summary>Share of the first group above the mean of the second: Φ(d).</summary>
    public static double ToU3(double d) => Distributions.NormalUpper(-d);

    /// <summary>Overlapping coefficient: 2Φ(−|d|/2).</summary>
    public static double ToOverlap(double d) => 2 * Distributions.NormalUpper(Math.Abs(d) / 2);

    /// <summary>Chance that a person of the first group has the higher value: Φ(d/√2).</summary>
    public static double ToCommonLanguage(double d) => Distributions.NormalUpper(-d / Math.Sqrt(2));

    /// <summary>Cliff's delta: 2Φ(d/√2) − 1.</summary>
    public static double ToCliffDelta(double d) => (2 * ToCommonLanguage(d)) - 1;

    /// <summary>Share of the first group above the common median: ½ + r/2 with r = d/√(d² + 4).</summary>
    public static double ToBinomialDisplay(double d) => (1 + ToPointBiserial(d)) / 2;

    /// <summary>Mean difference for a standard deviation.</summary>
    public static double ToMeanDifference(double d, double standardDeviation) => d * standardDeviation;

    /// <summary>Point-biserial correlation of groups of equal, large sizes: d/√(d² + 4).</summary>
    public static double ToPointBiserial(double d) => d / Math.Sqrt((d * d) + 4);

    /// <summary>Point-biserial correlation: d/√(d² + m/n1 + m/n2), m = n1 + n2 − 2.</summary>
    public static double ToPointBiserial(double d, double n1, double n2)
    {
        var m = n1 + n2 - 2;
        return d / Math.Sqrt((d * d) + (m / n1) + (m / n2));
    }

    /// <summary>Biserial correlation: the point-biserial one times √(pq)/φ(z_p).</summary>
    public static double ToBiserial(double d, double n1, double n2) => PointBiserialToBiserial(ToPointBiserial(d, n1, n2), n1 / (n1 + n2));

    /// <summary>Biserial correlation from a point-biserial one, the first group having the share p.</summary>
    public static double PointBiserialToBiserial(double r, double share)
    {
        var z = Distributions.NormalUpperQuantile(share);
        return r * Math.Sqrt(share * (1 - share)) * Math.Sqrt(2 * Math.PI) * Math.Exp(z * z / 2);
    }

    /// <summary>Point-biserial correlation that a correlation r becomes when one variable is cut so that a share p is above.</summary>
    public static double CorrelationToPointBiserial(double r, double share)
    {
        var z = Distributions.NormalUpperQuantile(share);
        return r / (Math.Sqrt(share * (1 - share)) * Math.Sqrt(2 * Math.PI) * Math.Exp(z * z / 2));
    }

    /// <summary>d of a point-biserial correlation: r √h/√(1 − r²), h = m/n1 + m/n2.</summary>
    public static double FromPointBiserial(double r, double n1, double n2)
    {
        var m = n1 + n2 - 2;
        return r * Math.Sqrt((m / n1) + (m / n2)) / Math.Sqrt(1 - (r * r));
    }

    /// <summary>d of a correlation, with groups cut at the median of large samples: 2r/√(1 − r²) of its point-biserial form.</summary>
    public static double FromCorrelation(double r)
    {
        var cut = CorrelationToPointBiserial(r, 0.5);
        return 2 * cut / Math.Sqrt(1 - (cut * cut));
    }

    /// <summary>Log odds ratio as d, normal scores: /1.65.</summary>
    public static double FromLogOddsRatioNormal(double logOddsRatio) => logOddsRatio / NormalOdds;

    /// <summary>Log odds ratio as d, logistic scores: × √3/π.</summary>
    public static double FromLogOddsRatioLogistic(double logOddsRatio) => logOddsRatio * Math.Sqrt(3) / Math.PI;

    /// <summary>d as log odds ratio, normal scores.</summary>
    public static double ToLogOddsRatioNormal(double d) => d * NormalOdds;

    /// <summary>d as log odds ratio, logistic scores.</summary>
    public static double ToLogOddsRatioLogistic(double d) => d * Math.PI / Math.Sqrt(3);

    /// <summary>Risk difference of a log odds ratio at a control risk.</summary>
    public static double LogOddsRatioToRiskDifference(double logOddsRatio, double controlRisk) =>
        RiskFrom(logOddsRatio, controlRisk) - controlRisk;

    /// <summary>Risk ratio of a log odds ratio at a control risk.</summary>
    public static double LogOddsRatioToRiskRatio(double logOddsRatio, double controlRisk) =>
        RiskFrom(logOddsRatio, controlRisk) / controlRisk;

    /// <summary>Tetrachoric correlation by Pearson's cosine (1900), cos(π/(1 + √OR)).</summary>
    public static double LogOddsRatioToTetrachoricPearson(double logOddsRatio) => Math.Cos(Math.PI / (1 + Math.Exp(logOddsRatio / 2)));

    /// <summary>Tetrachoric correlation by Digby (1983), (OR^¾ − 1)/(OR^¾ + 1).</summary>
    public static double LogOddsRatioToTetrachoricDigby(double logOddsRatio) => Math.Tanh(3 * logOddsRatio / 8);

    private static double RiskFrom(double logOddsRatio, double controlRisk)
    {
        var odds = controlRisk * Math.Exp(logOddsRatio);
        return odds / (1 - controlRisk + odds);
    }
}
