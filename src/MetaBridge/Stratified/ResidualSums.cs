using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>What the fit statistics need of the effect sizes y with variances v around the pooled effect b.</summary>
/// <remarks>
/// The likelihoods are those of y ~ N(b, v) with one parameter, although b is not their maximum: as in metafor. With none of the effect sizes
/// they are NaN.
/// </remarks>
/// <param name="Count">How many effect sizes.</param>
/// <param name="Squares">Σ(y − b)²/v.</param>
/// <param name="Weight">Σ 1/v.</param>
/// <param name="LogVariance">Σ ln v.</param>
internal readonly record struct ResidualSums(int Count, double Squares, double Weight, double LogVariance)
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <summary>The sums, none of the effect sizes being missing.</summary>
    public static ResidualSums Of(ReadOnlySpan<double> effects, ReadOnlySpan<double> variances, double centre)
    {
        var (squares, weight) = VectorKernels.WeightedSquares(effects, variances, centre);
        return new(effects.Length, squares, weight, VectorKernels.SumOfLogs(variances));
    }

    /// <summary>ℓ = −½(n ln 2π + Σ ln v + Σ(y − b)²/v); the deviance is the last term.</summary>
    public FitStatistics MaximumLikelihood() =>
        Count == 0 ? None : InformationCriteria.Of(-((Count * LogTwoPi) + LogVariance + Squares) / 2, Squares, 1, Count);

    /// <summary>ℓ = −½((n − 1) ln 2π − ln n + Σ ln v + ln Σ 1/v + Σ(y − b)²/v); the deviance is −2ℓ.</summary>
    public FitStatistics RestrictedLikelihood()
    {
        if (Count == 0)
        {
            return None;
        }

        var ll = -(((Count - 1) * LogTwoPi) - Math.Log(Count) + LogVariance + Math.Log(Weight) + Squares) / 2;
        return InformationCriteria.Of(ll, -2 * ll, 1, Count - 1);
    }

    private static FitStatistics None => new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}
