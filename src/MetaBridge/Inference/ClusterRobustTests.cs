using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Puts a <see cref="ClusterRobustFit"/> together.</summary>
internal static class ClusterRobustTests
{
    /// <summary>Robust tests of all coefficients and of those that the fit tests together.</summary>
    /// <param name="input">The fit's matrices.</param>
    /// <param name="table">Names and estimates of the coefficients.</param>
    /// <param name="tested">The coefficients of the omnibus test, counted from 0.</param>
    /// <param name="level">Confidence level in percent.</param>
    /// <param name="estimator">Which sandwich.</param>
    /// <param name="reference">Which reference; null for the one that goes with the sandwich.</param>
    public static ClusterRobustFit Of(
        ClusterRobustInput input, CoefficientTable table, IReadOnlyList<int> tested, double level, ClusterRobustEstimator estimator, ClusterRobustReference? reference)
    {
        var chosen = reference ?? DefaultFor(estimator);
        var robust = new ClusterRobust(input, estimator, chosen);
        var df = robust.OfCoefficients(table.Count);
        var (omnibus, problem) = Omnibus(table, robust, tested);
        var sizes = input.RowsOfClusters().Select(rows => rows.Length).ToArray();
        return new ClusterRobustFit
        {
            Estimator = estimator,
            Reference = chosen,
            ClusterCount = input.ClusterCount,
            SmallestCluster = sizes.Min(),
            LargestCluster = sizes.Max(),
            Coefficients = LinearHypothesisTests.Table(table.Names, table.Estimates, robust.Covariance, df, level),
            Covariance = robust.Covariance,
            DegreesOfFreedom = df,
            OmnibusTest = omnibus,
            OmnibusProblem = problem,
            Level = level,
            Tests = robust,
        };
    }

    /// <summary>n − p degrees of freedom for CR0 and CR1, Satterthwaite's for CR2 and CR3.</summary>
    public static ClusterRobustReference DefaultFor(ClusterRobustEstimator estimator) =>
        estimator is ClusterRobustEstimator.Cr2 or ClusterRobustEstimator.Cr3 ? ClusterRobustReference.Satterthwaite : ClusterRobustReference.Residual;

    private static (TestResult? Test, string? Problem) Omnibus(CoefficientTable table, ClusterRobust robust, IReadOnlyList<int> tested)
    {
        try
        {
            var hypothesis = LinearHypothesis.Zero(table.Count, tested);
            return (LinearHypothesisTests.Test(hypothesis, table.Names, table.Estimates, robust, 95).Joint, null);
        }
        catch (MetaBridgeException few) when (few.Code is ErrorCode.TooFewStudies or ErrorCode.RankDeficientDesign)
        {
            return (null, few.Message);
        }
    }
}
