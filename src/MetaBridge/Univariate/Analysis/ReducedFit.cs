namespace MetaBridge.Univariate.Analysis;

/// <summary>What matters of a fit to some of the studies.</summary>
/// <param name="Count">How many studies.</param>
/// <param name="Coefficients">The coefficients with tests and intervals.</param>
/// <param name="Covariance">Var(β̂), p × p by columns.</param>
/// <param name="TauSquared">τ̂².</param>
/// <param name="ResidualHeterogeneity">QE.</param>
/// <param name="ISquared">I² in percent.</param>
/// <param name="HSquared">H².</param>
/// <param name="VarianceScale">Knapp and Hartung's factor; 1 for other tests.</param>
public sealed record ReducedFit(
    int Count,
    CoefficientTable Coefficients,
    double[] Covariance,
    double TauSquared,
    TestResult ResidualHeterogeneity,
    double ISquared,
    double HSquared,
    double VarianceScale);
