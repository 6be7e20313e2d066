namespace MetaBridge.Bayes;

/// <summary>How far a study lies from what the model expects of it.</summary>
/// <param name="Study">Its label.</param>
/// <param name="Marginal">y − E(x'β): from the average effect.</param>
/// <param name="Cluster">y − E(x'β + u_j): from its cluster's effect; the marginal one without clusters, null with likelihood weights.</param>
/// <param name="Estimate">y − E(θ_i): from its own true effect; null with likelihood weights.</param>
/// <param name="Standardized">E((y − x'β)/√(v + τ²)).</param>
/// <param name="Studentized">Φ⁻¹ of <paramref name="PredictedProbability"/>: standard normal for a study that the model describes.</param>
/// <param name="PredictedProbability">P(y_new ≤ y | all other studies): the leave-one-out probability integral transform.</param>
public sealed record ResidualRow(
    string Study, Estimate Marginal, Estimate? Cluster, Estimate? Estimate, Estimate Standardized, Estimate Studentized, Estimate PredictedProbability);

/// <summary>How far the posterior moves when a study or a cluster is left out; the other posterior is that of the remaining data, not an approximation.</summary>
/// <param name="Unit">The study or cluster.</param>
/// <param name="Dffits">Change of x'β̂ at its (average) moderators, over the standard deviation of x'β without it.</param>
/// <param name="CooksDistance">(β̂ − β̂₋)' Cov(β | y)⁻¹ (β̂ − β̂₋).</param>
/// <param name="CovarianceRatio">det Cov(β | y₋) / det Cov(β | y).</param>
/// <param name="Tau">E(τ) without it.</param>
/// <param name="Rho">E(ρ) without it; null without clusters.</param>
/// <param name="DfBetas">Change of each reported coefficient's mean, over its standard deviation without the unit.</param>
/// <param name="ParetoK">k̂ of the importance weights where the posterior was sampled, else NaN.</param>
public sealed record InfluenceRow(
    string Unit,
    Estimate Dffits,
    Estimate CooksDistance,
    Estimate CovarianceRatio,
    Estimate Tau,
    Estimate? Rho,
    IReadOnlyList<Estimate> DfBetas,
    double ParetoK);

/// <summary>Residuals and case-deletion diagnostics of all studies or all clusters.</summary>
/// <param name="Coefficients">Names of the coefficients that <see cref="InfluenceRow.DfBetas"/> speak of.</param>
/// <param name="Residuals">One row per study; empty for clusters.</param>
/// <param name="Influence">One row per unit.</param>
public sealed record BayesDiagnostics(IReadOnlyList<string> Coefficients, IReadOnlyList<ResidualRow> Residuals, IReadOnlyList<InfluenceRow> Influence);
