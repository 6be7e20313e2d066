using MetaBridge.Inference;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Tests of linear hypotheses.</content>
public sealed partial class MultilevelAnalysis
{
    private TestReference? reference;

    /// <summary>Tests L β = r with the covariance and the degrees of freedom of the fit (<c>test</c>, <c>dfs</c>).</summary>
    /// <param name="hypothesis">L and r.</param>
    /// <returns>Each row by itself and all at once.</returns>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.LengthMismatch"/> when L has not one column per coefficient; <see cref="Errors.ErrorCode.RankDeficientDesign"/> when
    /// its rows depend on each other.
    /// </exception>
    /// <remarks>metafor's <c>anova(X=, rhs=)</c>. With Kenward-Roger degrees of freedom F is scaled by λ, as in Kenward and Roger (1997).</remarks>
    public LinearHypothesisTest TestHypothesis(LinearHypothesis hypothesis)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        return LinearHypothesisTests.Test(hypothesis, Fit.Coefficients.Names, model.Coefficients, Reference, Fit.Level);
    }

    /// <summary>Tests that some coefficients are zero: metafor's <c>anova(btt=)</c>.</summary>
    /// <param name="coefficients">Which, counted from 0.</param>
    /// <inheritdoc cref="TestHypothesis(LinearHypothesis)"/>
    public LinearHypothesisTest TestCoefficients(params IReadOnlyList<int> coefficients) =>
        TestHypothesis(LinearHypothesis.Zero(model.CoefficientCount, coefficients));

    private TestReference Reference => reference ??= DenominatorDegrees.Of(spec, model.Fitter, model.Search, model.CoefficientCovariance);
}
