using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.IndividualData;
using MetaBridge.Inference;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge;

/// <summary>The way in: a specification and a dataset go in, a fit comes out.</summary>
public static class MetaAnalysis
{
    /// <summary>Fits a model.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>The result of the specification's family.</returns>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable; the code says why.</exception>
    public static FitResult Fit(ModelSpec spec, Dataset data, FitOptions? options = null) => spec switch
    {
        UnivariateSpec univariate => Fit(univariate, data, options),
        StratifiedSpec stratified => Fit(stratified, data, options),
        BayesSpec bayes => Fit(bayes, data, options),
        MultilevelSpec multilevel => Fit(multilevel, data, MultilevelMatrices.None, options),
        IndividualSpec or WithinBetweenSpec or ControlRateSpec => PeopleModels.Fit(spec, data, options),
        _ => throw new MetaBridgeException(ErrorCode.NotSupported, $"The model family '{spec.Family}' has no engine."),
    };

    /// <summary>Fits a univariate model.</summary>
    /// <inheritdoc cref="Fit(ModelSpec, Dataset, FitOptions?)"/>
    public static UnivariateFit Fit(UnivariateSpec spec, Dataset data, FitOptions? options = null) =>
        UnivariateModel.Fit(spec, data, options ?? FitOptions.Default);

    /// <summary>Pools tables by Mantel-Haenszel or by Peto.</summary>
    /// <inheritdoc cref="Fit(ModelSpec, Dataset, FitOptions?)"/>
    public static StratifiedFit Fit(StratifiedSpec spec, Dataset data, FitOptions? options = null) =>
        StratifiedModel.Fit(spec, data, options ?? FitOptions.Default);

    /// <summary>Fits a Bayesian model.</summary>
    /// <inheritdoc cref="Fit(ModelSpec, Dataset, FitOptions?)"/>
    public static BayesFit Fit(BayesSpec spec, Dataset data, FitOptions? options = null) => BayesEngine.Fit(spec, data, options);

    /// <summary>Fits a multilevel or multivariate model.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <param name="matrices">Sampling covariance, known correlations and distances; <see cref="MultilevelMatrices.None"/> for none.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>The result.</returns>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable; the code says why.</exception>
    public static MultilevelFit Fit(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FitOptions? options = null) =>
        MultilevelModel.Fit(spec, data, matrices, options ?? FitOptions.Default);

    /// <summary>Fits a univariate model and keeps it ready for further questions.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>The fit with its questions.</returns>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable; the code says why.</exception>
    public static UnivariateAnalysis Analyse(UnivariateSpec spec, Dataset data, FitOptions? options = null) =>
        UnivariateAnalysis.Of(spec, data, options ?? FitOptions.Default);

    /// <summary>Fits a multilevel or multivariate model and keeps it ready for further questions.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data whose columns the specification names.</param>
    /// <param name="matrices">Sampling covariance, known correlations and distances; null for none.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>The fit with its questions.</returns>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable; the code says why.</exception>
    public static MultilevelAnalysis Analyse(
        MultilevelSpec spec, Dataset data, MultilevelMatrices? matrices = null, FitOptions? options = null) =>
        MultilevelAnalysis.Of(spec, data, matrices ?? MultilevelMatrices.None, options ?? FitOptions.Default);

    /// <summary>Cluster-robust tests of the coefficients of a univariate fit, which is the working model.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="data">Its data.</param>
    /// <param name="clusterColumn">The column whose levels are the clusters.</param>
    /// <param name="estimator">Which sandwich.</param>
    /// <param name="reference">What tests are compared with; null for n − p degrees of freedom with CR0 and CR1, Satterthwaite and HTZ with CR2 and CR3.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>, <see cref="ErrorCode.InvalidOption"/> (a study without a cluster), <see
    /// cref="ErrorCode.TooFewStudies"/> or <see cref="ErrorCode.NotSupported"/> (CR3 where a cluster alone determines a coefficient).
    /// </exception>
    /// <remarks>For multilevel models: <see cref="MultilevelAnalysis.Robust"/>. A Knapp-Hartung factor of the fit doesn't enter.</remarks>
    public static ClusterRobustFit Robust(
        UnivariateFit fit,
        Dataset data,
        string clusterColumn,
        ClusterRobustEstimator estimator = ClusterRobustEstimator.Cr2,
        ClusterRobustReference? reference = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(data);
        var input = UnivariateRobust.Input(fit, data, clusterColumn);
        return ClusterRobustTests.Of(input, fit.Coefficients, fit.TestedCoefficients, fit.Level, estimator, reference);
    }

    /// <summary>Profile-likelihood intervals of the components of a multilevel model.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="matrices">Its matrices.</param>
    /// <param name="level">Confidence level in percent; null for the specification's.</param>
    /// <returns>One interval per component that is not fixed, in the order of the terms.</returns>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable; the code says why.</exception>
    public static IReadOnlyList<ComponentInterval> ComponentIntervals(
        MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, double? level = null)
    {
        var model = MultilevelModel.Assemble(spec, data, matrices);
        return model.Intervals(model.Fit(), level ?? spec.Level);
    }
}
