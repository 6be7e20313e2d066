using MetaBridge.Errors;
using MetaBridge.Inference;

namespace MetaBridge.Univariate.Analysis;

/// <content>Wald tests of linear hypotheses.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>Tests L β = r: each row by z or t, all together by χ² or F with as many degrees of freedom as rows and k − p.</summary>
    /// <param name="hypothesis">L and r.</param>
    /// <returns>The tests; (Lβ̂ − r)'(L Var(β̂) L')⁻¹(Lβ̂ − r) is their joint statistic, divided by the number of rows for F.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.RankDeficientDesign"/> (dependent rows).</exception>
    /// <remarks>metafor's <c>anova(fit, X=, rhs=)</c>. Var(β̂) and the degrees of freedom are the fit's, with Knapp and Hartung's factor where it has one.</remarks>
    public LinearHypothesisTest Test(LinearHypothesis hypothesis)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        var p = Fit.Coefficients.Count;
        var df = new double[p];
        Array.Fill(df, Fit.DegreesOfFreedom);
        return LinearHypothesisTests.Test(hypothesis, Fit.Coefficients.Names, Fit.Coefficients.Estimates, new GivenDegrees(Fit.Covariance, df), Fit.Level);
    }

    /// <summary>Tests that some coefficients are zero together.</summary>
    /// <param name="coefficients">Which, counted from 0.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: there is no such coefficient, or none was named.</exception>
    /// <remarks>metafor's <c>anova(fit, btt=)</c>.</remarks>
    public TestResult TestCoefficients(params IReadOnlyList<int> coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        if (coefficients.Count == 0)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "No coefficient to test was named.", new Dictionary<string, object?> { ["option"] = "btt" });
        }

        return Test(LinearHypothesis.Zero(Fit.Coefficients.Count, coefficients)).Joint;
    }

    /// <summary>Tests each row of a hypothesis by itself; the rows may depend on each other.</summary>
    /// <param name="hypothesis">L and r.</param>
    /// <param name="joint">The joint test that the result carries; null for none.</param>
    internal LinearHypothesisTest TestRows(LinearHypothesis hypothesis, TestResult? joint)
    {
        var tests = hypothesis.Rows.Select((row, i) => Test(LinearHypothesis.Of([row], [hypothesis.RightSide[i]]))).ToArray();
        var tables = Array.ConvertAll(tests, test => test.Combinations);
        var combinations = new CoefficientTable(
            [.. tables.Select(t => t.Names[0])],
            [.. tables.Select(t => t.Estimates[0])],
            [.. tables.Select(t => t.StandardErrors[0])],
            [.. tables.Select(t => t.Statistics[0])],
            [.. tables.Select(t => t.PValues[0])],
            [.. tables.Select(t => t.Lower[0])],
            [.. tables.Select(t => t.Upper[0])]);
        return new LinearHypothesisTest(
            hypothesis, combinations, [.. tests.Select(t => t.DegreesOfFreedom[0])], joint ?? new TestResult(double.NaN, tests.Length, Fit.DegreesOfFreedom, double.NaN), 1);
    }
}
