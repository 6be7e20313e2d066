using MathNet.Numerics;
using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>A checked <see cref="Prior"/> that can be evaluated: density, probabilities, quantiles.</summary>
internal sealed class PriorDistribution
{
    private readonly PriorFamily family;
    private readonly double a, b, df;
    private readonly double logNormaliser;
    private readonly double massBelowLower;
    private readonly double massInside;

    /// <summary>Checks and prepares.</summary>
    /// <param name="prior">The prior.</param>
    /// <param name="parameter">What it is a prior of, for messages.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.PriorInvalid"/>.</exception>
    public PriorDistribution(Prior prior, string parameter)
    {
        Prior = prior;
        family = prior.Distribution;
        (a, b, df) = PriorChecks.Parameters(prior, parameter);
        var (naturalLower, naturalUpper) = family switch
        {
            PriorFamily.InverseGamma or PriorFamily.Gamma or PriorFamily.LogNormal => (0, double.PositiveInfinity),
            PriorFamily.Beta => (0, 1.0),
            PriorFamily.Uniform => (a, b),
            PriorFamily.Point => (a, a),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        Lower = Math.Max(naturalLower, prior.Lower ?? double.NegativeInfinity);
        Upper = Math.Min(naturalUpper, prior.Upper ?? double.PositiveInfinity);
        logNormaliser = LogNormaliser();
        massBelowLower = IsPoint ? 0 : Untruncated(Lower, upper: false);
        massInside = IsPoint ? 1 : Inside();
        if (!(Lower < Upper || (IsPoint && Lower == Upper)) || !(massInside > 0))
        {
            throw new MetaBridgeException(
                ErrorCode.PriorInvalid,
                FormattableString.Invariant($"The prior of {parameter} has no mass between {prior.Lower} and {prior.Upper}."),
                new Dictionary<string, object?> { ["parameter"] = parameter });
        }
    }

    /// <summary>What it was made from.</summary>
    public Prior Prior { get; }

    /// <summary>The ends of the support.</summary>
    public double Lower { get; }

    /// <inheritdoc cref="Lower"/>
    public double Upper { get; }

    /// <summary>Whether all mass is at one point.</summary>
    public bool IsPoint => family == PriorFamily.Point;

    /// <summary>The point of a point mass.</summary>
    public double PointValue => a;

    /// <summary>Whether it is cut below the family's own support.</summary>
    public bool IsTruncated => family != PriorFamily.Point && massInside < 1;

    /// <summary>ln of the mass of the untruncated family that is inside the truncation.</summary>
    public double LogMassInside => Math.Log(massInside);

    /// <summary>Location, scale and degrees of freedom of normal, t and Cauchy (∞ and 1 there).</summary>
    public (double Location, double Scale, double Df) LocationScale => (a, b, df);

    /// <summary>ln density, the truncation's normaliser included.</summary>
    /// <param name="x">A value inside the support.</param>
    /// <param name="aboveZero">x itself, or a more accurate x where the support begins at 0.</param>
    /// <param name="belowOne">1 − x where it is known more accurately; used by the beta family alone.</param>
    public double LogDensity(double x, double aboveZero, double belowOne) => family switch
    {
        PriorFamily.Normal => logNormaliser - (0.5 * Square((x - a) / b)),
        PriorFamily.StudentT or PriorFamily.Cauchy => logNormaliser - ((df + 1) / 2 * Stirling.LogOnePlus(Square((x - a) / b) / df)),
        PriorFamily.InverseGamma => logNormaliser - ((a + 1) * Math.Log(aboveZero)) - (b / aboveZero),
        PriorFamily.Gamma => logNormaliser + ((a - 1) * Math.Log(aboveZero)) - (b * x),
        PriorFamily.Beta => logNormaliser + Power(a - 1, aboveZero) + Power(b - 1, belowOne),
        PriorFamily.Uniform => logNormaliser,
        PriorFamily.LogNormal => logNormaliser - Math.Log(aboveZero) - (0.5 * Square((Math.Log(aboveZero) - a) / b)),
        _ => throw new InvalidOperationException("A point mass has no density."),
    };

    /// <summary>The density at x, 0 outside the support.</summary>
    public double Density(double x) => x < Lower || x > Upper || IsPoint ? 0 : Math.Exp(LogDensity(x, x, 1 - x));

    /// <summary>P(X ≤ x).</summary>
    public double Cumulative(double x) => x < Lower ? 0 : x >= Upper ? 1
        : Math.Clamp((Untruncated(x, upper: false) - massBelowLower) / massInside, 0, 1);

    /// <summary>Whether zero is a possible value with positive density, as a spike-and-slab comparison needs.</summary>
    public bool Contains(double x) => x >= Lower && x <= Upper;

    private double Inside()
    {
        // The difference of upper tails keeps its digits where the truncation lies far in the upper tail.
        var byTail = Untruncated(Lower, upper: true) - Untruncated(Upper, upper: true);
        return massBelowLower > 0.5 ? byTail : Untruncated(Upper, upper: false) - massBelowLower;
    }

    private double Untruncated(double x, bool upper)
    {
        if (double.IsInfinity(x))
        {
            return x > 0 == upper ? 0 : 1;
        }

        var z = (x - a) / b;
        return family switch
        {
            PriorFamily.Normal => Distributions.NormalUpper(upper ? z : -z),
            PriorFamily.StudentT or PriorFamily.Cauchy => StudentUpper(upper ? z : -z),
            PriorFamily.InverseGamma => x <= 0 ? (upper ? 1 : 0) : upper ? IncompleteGamma.Lower(a, b / x) : IncompleteGamma.Upper(a, b / x),
            PriorFamily.Gamma => x <= 0 ? (upper ? 1 : 0) : upper ? IncompleteGamma.Upper(a, b * x) : IncompleteGamma.Lower(a, b * x),
            PriorFamily.Beta => upper
                ? IncompleteBeta.Regularized(b, a, Math.Clamp(1 - x, 0, 1), Math.Clamp(x, 0, 1))
                : IncompleteBeta.Regularized(a, b, Math.Clamp(x, 0, 1), Math.Clamp(1 - x, 0, 1)),
            PriorFamily.Uniform => Math.Clamp(upper ? (b - x) / (b - a) : (x - a) / (b - a), 0, 1),
            PriorFamily.LogNormal => x <= 0 ? (upper ? 1 : 0) : LogNormalTail((Math.Log(x) - a) / b, upper),
            _ => x < a == upper ? 1 : 0,
        };
    }

    private static double LogNormalTail(double z, bool upper) => Distributions.NormalUpper(upper ? z : -z);

    private double StudentUpper(double z)
    {
        var half = Distributions.StudentTwoSided(z, df) / 2;
        return z > 0 ? half : 1 - half;
    }

    private double LogNormaliser()
    {
        if (family == PriorFamily.Point)
        {
            return 0;
        }

        var log = family switch
        {
            PriorFamily.Normal => -Math.Log(b) - (0.5 * Math.Log(2 * Math.PI)),
            PriorFamily.StudentT or PriorFamily.Cauchy => SpecialFunctions.GammaLn((df + 1) / 2) - SpecialFunctions.GammaLn(df / 2)
                - (0.5 * Math.Log(df * Math.PI)) - Math.Log(b),
            PriorFamily.InverseGamma or PriorFamily.Gamma => (a * Math.Log(b)) - SpecialFunctions.GammaLn(a),
            PriorFamily.Beta => SpecialFunctions.GammaLn(a + b) - SpecialFunctions.GammaLn(a) - SpecialFunctions.GammaLn(b),
            PriorFamily.Uniform => -Math.Log(b - a),
            PriorFamily.LogNormal => -Math.Log(b) - (0.5 * Math.Log(2 * Math.PI)),
            _ => 0,
        };
        var (lower, upper) = (Untruncated(Lower, upper: false), Untruncated(Upper, upper: true));
        var inside = lower > 0.5 ? Untruncated(Lower, upper: true) - upper : 1 - lower - upper;
        return log - (inside < 1 && inside > 0 ? Math.Log(inside) : 0);
    }

    private static double Power(double exponent, double x) => exponent == 0 ? 0 : exponent * Math.Log(x);

    private static double Square(double x) => x * x;
}
