using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Terms;

/// <summary>The correlation between two effects at distance d, as a function of one parameter, and its derivative.</summary>
/// <remarks>
/// Spatial forms are those of Pinheiro &amp; Bates (2000). For them the search coordinate is log ρ, the range on a log scale. For CAR it is the
/// correlation of the effects that are closest in time, and d is counted in their distance, so that every exponent is 0 or at least 1. For
/// the others it is ρ itself. d is 0 for the same inner level, where the correlation is 1 whatever the parameter.
/// </remarks>
internal static class CorrelationFunction
{
    public static bool IsSpatial(CovarianceStructure structure) => structure >= CovarianceStructure.SpatialExponential
        && structure <= CovarianceStructure.SpatialSpherical;

    /// <summary>The correlation at distance d (&gt; 0).</summary>
    public static double Value(CovarianceStructure structure, double search, double d)
    {
        switch (structure)
        {
            case CovarianceStructure.CompoundSymmetry or CovarianceStructure.HeteroscedasticCompoundSymmetry:
                return search;
            case CovarianceStructure.Autoregressive or CovarianceStructure.HeteroscedasticAutoregressive
                or CovarianceStructure.ContinuousAutoregressive:
                return d == 1 ? search : Math.Pow(search, d);
            case CovarianceStructure.Identity or CovarianceStructure.Diagonal:
                return 0;
            default:
                return Spatial(structure, d / Math.Exp(search));
        }
    }

    /// <summary>Derivative of <see cref="Value"/> with respect to the search coordinate.</summary>
    public static double Derivative(CovarianceStructure structure, double search, double d)
    {
        switch (structure)
        {
            case CovarianceStructure.CompoundSymmetry or CovarianceStructure.HeteroscedasticCompoundSymmetry:
                return 1;
            case CovarianceStructure.Autoregressive or CovarianceStructure.HeteroscedasticAutoregressive
                or CovarianceStructure.ContinuousAutoregressive:
                return d == 0 ? 0 : d == 1 ? 1 : d * Math.Pow(search, d - 1);
            case CovarianceStructure.Identity or CovarianceStructure.Diagonal:
                return 0;
            default:
                return SpatialDerivative(structure, d / Math.Exp(search));
        }
    }

    /// <summary>The range of a spatial form at which the correlation at distance d is c (0 &lt; c &lt; 1).</summary>
    public static double Range(CovarianceStructure structure, double d, double c) => structure switch
    {
        CovarianceStructure.SpatialExponential => d / -Math.Log(c),
        CovarianceStructure.SpatialGaussian => d / Math.Sqrt(-Math.Log(c)),
        CovarianceStructure.SpatialLinear => d / (1 - c),
        CovarianceStructure.SpatialRational => d / Math.Sqrt((1 / c) - 1),
        // 1 − 1.5u + 0.5u³ = c has one root in (0, 1): u = 2 cos((π + acos(1 − c))/3).
        _ => d / (2 * Math.Cos((Math.PI + Math.Acos(1 - c)) / 3)),
    };

    private static double Spatial(CovarianceStructure structure, double u) => structure switch
    {
        CovarianceStructure.SpatialExponential => Math.Exp(-u),
        CovarianceStructure.SpatialGaussian => Math.Exp(-u * u),
        CovarianceStructure.SpatialLinear => u < 1 ? 1 - u : 0,
        CovarianceStructure.SpatialRational => 1 / (1 + (u * u)),
        _ => u < 1 ? 1 - (1.5 * u) + (0.5 * u * u * u) : 0,
    };

    // With u = d·exp(−s): du/ds = −u.
    private static double SpatialDerivative(CovarianceStructure structure, double u) => structure switch
    {
        CovarianceStructure.SpatialExponential => u * Math.Exp(-u),
        CovarianceStructure.SpatialGaussian => 2 * u * u * Math.Exp(-u * u),
        CovarianceStructure.SpatialLinear => u < 1 ? u : 0,
        CovarianceStructure.SpatialRational => 2 * u * u / ((1 + (u * u)) * (1 + (u * u))),
        _ => u < 1 ? (1.5 * u) - (1.5 * u * u * u) : 0,
    };

    /// <summary>Second derivative of <see cref="Value"/> with respect to the search coordinate.</summary>
    public static double SecondDerivative(CovarianceStructure structure, double search, double d)
    {
        switch (structure)
        {
            case CovarianceStructure.Autoregressive or CovarianceStructure.HeteroscedasticAutoregressive
                or CovarianceStructure.ContinuousAutoregressive:
                return PowerSecondDerivative(search, d);
            default:
                return IsSpatial(structure) ? SpatialSecondDerivative(structure, d / Math.Exp(search)) : 0;
        }
    }

    // Infinite at 0 for 1 < d < 2, where the slope is 0 all the same: left out there, as no model of curvature can use it.
    private static double PowerSecondDerivative(double search, double d) => d == 2 ? 2
        : d is 0 or 1 || (search == 0 && d < 2) ? 0
        : d * (d - 1) * Math.Pow(search, d - 2);

    private static double SpatialSecondDerivative(CovarianceStructure structure, double u) => structure switch
    {
        CovarianceStructure.SpatialExponential => u * (u - 1) * Math.Exp(-u),
        CovarianceStructure.SpatialGaussian => 4 * u * u * ((u * u) - 1) * Math.Exp(-u * u),
        CovarianceStructure.SpatialLinear => u < 1 ? -u : 0,
        CovarianceStructure.SpatialRational => 4 * u * u * ((u * u) - 1) / Math.Pow(1 + (u * u), 3),
        _ => u < 1 ? (4.5 * u * u * u) - (1.5 * u) : 0,
    };
}
