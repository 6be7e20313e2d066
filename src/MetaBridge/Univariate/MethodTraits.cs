using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>What kind of estimator a <see cref="HeterogeneityMethod"/> is.</summary>
internal static class MethodTraits
{
    /// <summary>No search: τ² follows from the data by a formula.</summary>
    public static bool IsClosedForm(this HeterogeneityMethod method) => method is HeterogeneityMethod.EqualEffects
        or HeterogeneityMethod.DerSimonianLaird or HeterogeneityMethod.Hedges or HeterogeneityMethod.HunterSchmidt
        or HeterogeneityMethod.HunterSchmidtCorrected or HeterogeneityMethod.SidikJonkman or HeterogeneityMethod.GeneralizedQ;

    /// <summary>Maximises a likelihood.</summary>
    public static bool IsLikelihood(this HeterogeneityMethod method) =>
        method is HeterogeneityMethod.Reml or HeterogeneityMethod.MaximumLikelihood;

    /// <summary>Solves Q(τ²) = a target.</summary>
    public static bool IsQRoot(this HeterogeneityMethod method) => method is HeterogeneityMethod.PauleMandel
        or HeterogeneityMethod.PauleMandelMedian or HeterogeneityMethod.EmpiricalBayes
        or HeterogeneityMethod.SidikJonkmanIterated or HeterogeneityMethod.DerSimonianLairdIterated;

    /// <summary>Works with sampling variances of zero, because 1/v doesn't enter.</summary>
    public static bool AllowsZeroVariance(this HeterogeneityMethod method) => method.IsLikelihood()
        || method is HeterogeneityMethod.Hedges or HeterogeneityMethod.SidikJonkman or HeterogeneityMethod.EmpiricalBayes
            or HeterogeneityMethod.SidikJonkmanIterated;
}
