using MetaBridge.Numerics;

namespace MetaBridge.EffectSizes;

/// <summary>Transformations of effect sizes and their inverses: metafor's <c>transf.*</c>.</summary>
/// <remarks>
/// Numbers outside the domain give NaN; a back-transformed number is kept inside the range of what it estimates (a proportion in 0 to 1).
/// </remarks>
public static class Transformations
{
    /// <summary>Fisher's z of a correlation: artanh r (Fisher, 1921).</summary>
    public static double CorrelationToFisherZ(double r) => Math.Atanh(r);

    /// <summary>The correlation of Fisher's z: tanh z.</summary>
    public static double FisherZToCorrelation(double z) => Math.Tanh(z);

    /// <summary>Transformed coefficient of determination: artanh √R² (Olkin &amp; Finn, 1995).</summary>
    public static double RSquaredToFisherZ(double rSquared) => Math.Atanh(Math.Sqrt(rSquared));

    /// <summary>The coefficient of determination of it: tanh² z.</summary>
    public static double FisherZToRSquared(double z) => Math.Tanh(z) * Math.Tanh(z);

    /// <summary>Log odds of a proportion.</summary>
    public static double Logit(double proportion) => Math.Log(proportion / (1 - proportion));

    /// <summary>The proportion of log odds.</summary>
    public static double InverseLogit(double logit) => logit >= 0 ? 1 / (1 + Math.Exp(-logit)) : Math.Exp(logit) / (1 + Math.Exp(logit));

    /// <summary>Normal quantile of a proportion.</summary>
    public static double Probit(double proportion) => proportion switch
    {
        0 => double.NegativeInfinity,
        1 => double.PositiveInfinity,
        > 0 and < 1 => -Distributions.NormalUpperQuantile(proportion),
        _ => double.NaN,
    };

    /// <summary>The proportion of a normal quantile.</summary>
    public static double InverseProbit(double z) => Distributions.NormalUpper(-z);

    /// <summary>asin √p.</summary>
    public static double Arcsine(double proportion) => Math.Asin(Math.Sqrt(proportion));

    /// <summary>sin² x, kept at 0 below 0 and at 1 above π/2.</summary>
    public static double InverseArcsine(double x) => x < 0 ? 0 : x > Math.PI / 2 ? 1 : Math.Sin(x) * Math.Sin(x);

    /// <summary>Freeman-Tukey double arcsine of a proportion of n (Freeman &amp; Tukey, 1950), half their sum.</summary>
    public static double FreemanTukeyProportion(double proportion, double n)
    {
        var events = proportion * n;
        return (Math.Asin(Math.Sqrt(events / (n + 1))) + Math.Asin(Math.Sqrt((events + 1) / (n + 1)))) / 2;
    }

    /// <summary>The proportion of a double arcsine x for n (Miller, 1978): ½ {1 − sgn(cos 2x) √(1 − (sin 2x + (sin 2x − 1/sin 2x)/n)²)}.</summary>
    public static double InverseFreemanTukeyProportion(double x, double n)
    {
        if (double.IsNaN(x) || double.IsNaN(n))
        {
            return double.NaN;
        }

        if (x <= FreemanTukeyProportion(0, n))
        {
            return 0;
        }

        if (x >= FreemanTukeyProportion(1, n))
        {
            return 1;
        }

        var sine = Math.Sin(2 * x);
        var inner = sine + ((sine - (1 / sine)) / n);
        return (1 - (Math.Sign(Math.Cos(2 * x)) * Math.Sqrt(Math.Max(0, 1 - (inner * inner))))) / 2;
    }

    /// <summary>The same with the harmonic mean of several sizes for n.</summary>
    public static double InverseFreemanTukeyProportion(double x, ReadOnlySpan<double> sizes) =>
        InverseFreemanTukeyProportion(x, HarmonicMean(sizes));

    /// <summary>x², 0 for a negative x.</summary>
    public static double InverseSquareRoot(double x) => x < 0 ? 0 : x * x;

    /// <summary>Freeman-Tukey transformation of a rate over person-time t: (√x + √(x + 1/t))/2.</summary>
    public static double FreemanTukeyRate(double rate, double time) => (Math.Sqrt(rate) + Math.Sqrt(rate + (1 / time))) / 2;

    /// <summary>The rate of it: (x − 1/(4 t x))², 0 below the value of a zero rate.</summary>
    public static double InverseFreemanTukeyRate(double x, double time)
    {
        var root = x - (1 / (4 * time * x));
        return double.IsNaN(root) ? x <= 0 ? 0 : double.NaN : x <= FreemanTukeyRate(0, time) ? 0 : root * root;
    }

    /// <summary>Hakstian &amp; Whalen's (1976) transformation of coefficient alpha, increasing: 1 − (1 − α)^⅓.</summary>
    public static double AlphaToHakstianWhalen(double alpha) => alpha > 1 ? double.NaN : 1 - Math.Cbrt(1 - alpha);

    /// <summary>The coefficient alpha of it, kept in 0 to 1.</summary>
    public static double HakstianWhalenToAlpha(double x) => double.IsNaN(x) ? x : x > 1 ? 1 : Math.Max(0, 1 - Math.Pow(1 - x, 3));

    /// <summary>Bonett's (2002) transformation of coefficient alpha, increasing: −ln(1 − α).</summary>
    public static double AlphaToBonett(double alpha) => -Math.Log(1 - alpha);

    /// <summary>The coefficient alpha of it, kept at 0 or more.</summary>
    public static double BonettToAlpha(double x) => double.IsNaN(x) ? x : Math.Max(0, 1 - Math.Exp(-x));

    /// <summary>k / Σ 1/n.</summary>
    private static double HarmonicMean(ReadOnlySpan<double> sizes)
    {
        var sum = 0.0;
        foreach (var size in sizes)
        {
            sum += 1 / size;
        }

        return sizes.Length / sum;
    }

    /// <summary>A transformation by metafor's name, such as <c>transf.ztor</c> or <c>exp</c>; null when it is unknown or needs further numbers.</summary>
    public static Func<double, double>? Find(string name) => name switch
    {
        "exp" => Math.Exp,
        "tanh" or "transf.ztor" => FisherZToCorrelation,
        "atanh" or "transf.rtoz" => CorrelationToFisherZ,
        "transf.r2toz" => RSquaredToFisherZ,
        "transf.ztor2" => FisherZToRSquared,
        "plogis" or "transf.ilogit" => InverseLogit,
        "qlogis" or "transf.logit" => Logit,
        "transf.probit" => Probit,
        "transf.iprobit" => InverseProbit,
        "transf.arcsin" => Arcsine,
        "transf.iarcsin" => InverseArcsine,
        "transf.isqrt" => InverseSquareRoot,
        "transf.ahw" => AlphaToHakstianWhalen,
        "transf.iahw" => HakstianWhalenToAlpha,
        "transf.abt" => AlphaToBonett,
        "transf.iabt" => BonettToAlpha,
        "transf.dtou1" => SmdTransformations.ToU1,
        "transf.dtou2" => SmdTransformations.ToU2,
        "transf.dtou3" => SmdTransformations.ToU3,
        "transf.dtoovl" => SmdTransformations.ToOverlap,
        "transf.dtocles" => SmdTransformations.ToCommonLanguage,
        "transf.dtocliffd" => SmdTransformations.ToCliffDelta,
        "transf.dtobesd" => SmdTransformations.ToBinomialDisplay,
        "transf.dtolnor.norm" => SmdTransformations.ToLogOddsRatioNormal,
        "transf.dtolnor.logis" => SmdTransformations.ToLogOddsRatioLogistic,
        "transf.lnortod.norm" => SmdTransformations.FromLogOddsRatioNormal,
        "transf.lnortod.logis" => SmdTransformations.FromLogOddsRatioLogistic,
        "transf.rtod" => SmdTransformations.FromCorrelation,
        _ => null,
    };
}
