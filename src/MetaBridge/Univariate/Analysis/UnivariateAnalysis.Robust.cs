using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <content>Cluster-robust inference.</content>
public sealed partial class UnivariateAnalysis
{
    private const string StudyColumn = "study";

    /// <summary>The coefficients with cluster-robust standard errors, tests and intervals; the fitted model is the working model.</summary>
    /// <param name="clusterColumn">The column of <see cref="Data"/> whose levels are the clusters; null for every study by itself.</param>
    /// <param name="estimator">Which sandwich.</param>
    /// <param name="reference">What tests are compared with; null for n − p degrees of freedom with CR0 and CR1, Satterthwaite and HTZ with CR2 and CR3.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>; <see cref="ErrorCode.InvalidOption"/> when a study has no cluster; <see cref="ErrorCode.SpecificationInvalid"/> without
    /// data; <see cref="ErrorCode.TooFewStudies"/>; <see cref="ErrorCode.NotSupported"/> (CR3 where a cluster alone determines a coefficient).
    /// </exception>
    /// <remarks>A Knapp-Hartung factor of the fit doesn't enter, as it does in metafor's <c>robust()</c>.</remarks>
    public ClusterRobustFit Robust(
        string? clusterColumn, ClusterRobustEstimator estimator = ClusterRobustEstimator.Cr2, ClusterRobustReference? reference = null)
    {
        int[] rows = [.. Enumerable.Range(0, Fit.StudyCount)];
        var own = Data;
        if (clusterColumn is null)
        {
            own = new Dataset("studies", [new IntegerColumn(StudyColumn, rows)]);
        }

        var data = own ?? throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid, "Cluster-robust tests need data with a column of clusters; this model came as plain arrays.");
        var matrices = UnivariateRobust.Input(Fit, data, clusterColumn ?? StudyColumn, rows);
        return ClusterRobustTests.Of(matrices, Fit.Coefficients, Fit.TestedCoefficients, Fit.Level, estimator, reference);
    }
}
