using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>What kind of estimator a <see cref="HeterogeneityMethod"/> is.</summary>
internal static class MethodTraits
{
    /// <summary>A residual sum of squares below this counts as none, as in metafor.</summary>
    private const double NoResiduals = 2.220446049250313e-16;

    /// <summary>Knapp and Hartung's (2003) factor of Var(β̂), y'Py/(k − p); 1 for the other tests.</summary>
    /// <param name="test">How coefficients are tested.</param>
    /// <param name="rss">y'Py at the estimate.</param>
    /// <param name="df">k − p.</param>
    public static double VarianceScale(this CoefficientTest test, double rss, int df)
    {
        if (test is not (CoefficientTest.KnappHartung or CoefficientTest.KnappHartungAdHoc))
        {
            return 1;
        }

        var scale = rss <= NoResiduals ? 0 : rss / df;
        return test == CoefficientTest.KnappHartungAdHoc ? Math.Max(1, scale) : scale;
    }

    /// <summary>The coefficients in the omnibus test, counted from 0: those asked for, or all but the intercept.</summary>
    public static int[] TestedIn(this UnivariateSettings settings, Design design)
    {
        if (settings.TestedCoefficients is { } given)
        {
            return [.. given.Select(index => index - 1).Distinct().Order()];
        }

        var first = design.HasIntercept && design.Columns > 1 ? 1 : 0;
        var tested = new int[design.Columns - first];
        for (var i = 0; i < tested.Length; i++)
        {
            tested[i] = first + i;
        }

        return tested;
    }

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
