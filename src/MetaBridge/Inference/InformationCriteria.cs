using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Information criteria with metafor's counts.</summary>
internal static class InformationCriteria
{
    /// <summary>AIC = −2ll + 2q, BIC = −2ll + q ln n, AICc = −2ll + 2q m/(m − q − 1) with m = max(n, q + 2).</summary>
    /// <param name="logLikelihood">ll.</param>
    /// <param name="deviance">The deviance to report.</param>
    /// <param name="parameters">q.</param>
    /// <param name="observations">n: k for ML, k − p for REML.</param>
    public static FitStatistics Of(double logLikelihood, double deviance, int parameters, int observations)
    {
        var m = Math.Max(observations, parameters + 2.0);
        return new FitStatistics(
            logLikelihood,
            deviance,
            (-2 * logLikelihood) + (2 * parameters),
            (-2 * logLikelihood) + (parameters * Math.Log(observations)),
            (-2 * logLikelihood) + (2 * parameters * m / (m - parameters - 1)));
    }
}
