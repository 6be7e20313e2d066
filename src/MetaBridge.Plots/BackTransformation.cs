using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Plots;

/// <summary>How effect sizes are carried back to the scale people think in. All are increasing, so intervals keep their ends.</summary>
public enum BackTransformation
{
    /// <summary>None: the effect sizes as they are.</summary>
    None,

    /// <summary>eˣ: log ratios and log rates become ratios and rates.</summary>
    Exponential,

    /// <summary>1 / (1 + e⁻ˣ): log odds become proportions.</summary>
    InverseLogit,

    /// <summary>tanh x: Fisher's z becomes a correlation.</summary>
    HyperbolicTangent,
}

/// <summary>Computes <see cref="BackTransformation"/>s.</summary>
public static class BackTransformations
{
    /// <summary>The transformation of one value; ±∞ where the result leaves the range of floating-point numbers.</summary>
    public static double Apply(this BackTransformation transformation, double x) => transformation switch
    {
        BackTransformation.None => x,
        BackTransformation.Exponential => Math.Exp(x),
        BackTransformation.InverseLogit => 1 / (1 + Math.Exp(-x)),
        BackTransformation.HyperbolicTangent => Math.Tanh(x),
        _ => throw new MetaBridgeException(ErrorCode.InvalidOption, $"Unknown back-transformation {transformation}."),
    };

    /// <summary>The usual back-transformation of a measure; none for measures that are on their natural scale.</summary>
    public static BackTransformation For(EffectMeasure measure) => Keywords<EffectMeasure>.Of(measure) switch
    {
        "RR" or "OR" or "PETO" or "IRR" or "ROM" or "ROMC" or "VR" or "CVR" or "IRLN" or "PLN" or "MNLN" or "CVLN" or "SDLN" =>
            BackTransformation.Exponential,
        "PLO" => BackTransformation.InverseLogit,
        "ZCOR" or "ZPCOR" => BackTransformation.HyperbolicTangent,
        _ => BackTransformation.None,
    };
}
