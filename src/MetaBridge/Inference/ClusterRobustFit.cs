using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Coefficients of a fit with cluster-robust standard errors, tests and intervals.</summary>
/// <remarks>metafor's <c>robust()</c>, clubSandwich's <c>coef_test</c> and <c>Wald_test</c>.</remarks>
public sealed record ClusterRobustFit
{
    /// <summary>Which sandwich.</summary>
    public required ClusterRobustEstimator Estimator { get; init; }

    /// <summary>What the tests are compared with.</summary>
    public required ClusterRobustReference Reference { get; init; }

    /// <summary>How many clusters.</summary>
    public required int ClusterCount { get; init; }

    /// <summary>Outcomes in the smallest cluster.</summary>
    public required int SmallestCluster { get; init; }

    /// <summary>Outcomes in the largest cluster.</summary>
    public required int LargestCluster { get; init; }

    /// <summary>The coefficients with their tests and intervals.</summary>
    public required CoefficientTable Coefficients { get; init; }

    /// <summary>The robust covariance of the coefficients, p × p.</summary>
    public required double[] Covariance { get; init; }

    /// <summary>Degrees of freedom of each coefficient's t.</summary>
    public required double[] DegreesOfFreedom { get; init; }

    /// <summary>The omnibus test of the coefficients that the fit tests; null when there are too few clusters for one (<see cref="OmnibusProblem"/>).</summary>
    public required TestResult? OmnibusTest { get; init; }

    /// <summary>Why there is no omnibus test; null when there is one.</summary>
    public string? OmnibusProblem { get; init; }

    /// <summary>Confidence level in percent.</summary>
    public required double Level { get; init; }

    internal TestReference? Tests { get; init; }

    /// <summary>Tests L β = r with the robust covariance.</summary>
    /// <param name="hypothesis">L and r.</param>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.LengthMismatch"/>, <see cref="Errors.ErrorCode.RankDeficientDesign"/> (dependent rows), or <see
    /// cref="Errors.ErrorCode.TooFewStudies"/> (too few clusters for this many rows).
    /// </exception>
    public LinearHypothesisTest Test(LinearHypothesis hypothesis)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        return LinearHypothesisTests.Test(hypothesis, Coefficients.Names, Coefficients.Estimates, Tests!, Level);
    }
}
