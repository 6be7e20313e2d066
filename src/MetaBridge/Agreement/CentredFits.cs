namespace MetaBridge.Agreement;

/// <summary>
/// Fits that compute heterogeneity as the reference does, from effect sizes without their mean, in a model in which that is not
/// innocent. They are evidence only: when the reference equals them in everything, its difference from our fit is this and nothing else.
/// </summary>
/// <param name="EndToEnd">With its own τ².</param>
/// <param name="Given">At the reference's τ²; null where none was searched for.</param>
public sealed record CentredFits(FitResult EndToEnd, FitResult? Given);
