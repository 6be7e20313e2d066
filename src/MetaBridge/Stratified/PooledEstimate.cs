using MetaBridge.Specs;

namespace MetaBridge.Stratified;

/// <summary>The pooled effect and its variance from the sums over the tables; both NaN where there is none.</summary>
/// <remarks>
/// A ratio exists when both groups have an event somewhere (of odds, a non-event too), a difference when some table has subjects in both
/// groups. Ratios are on the log scale.
/// </remarks>
/// <param name="Value">b.</param>
/// <param name="Variance">Its variance.</param>
internal readonly record struct PooledEstimate(double Value, double Variance)
{
    private static PooledEstimate None => new(double.NaN, double.NaN);

    /// <summary>The estimate of a measure.</summary>
    public static PooledEstimate Of(EffectMeasure measure, in StratumSums s) => measure switch
    {
        EffectMeasure.OddsRatio => Ratio(s, (s.V1 / (2 * s.R * s.R)) + (s.V2 / (2 * s.R * s.S)) + (s.V3 / (2 * s.S * s.S))),
        EffectMeasure.RiskRatio or EffectMeasure.IncidenceRateRatio => Ratio(s, s.V1 / (s.R * s.S)),
        EffectMeasure.RiskDifference => Difference(s, (s.R / s.S * s.V1) + s.V2),
        EffectMeasure.IncidenceRateDifference => Difference(s, s.V1),
        _ => s.S > 0 ? new PooledEstimate(s.R / s.S, 1 / s.S) : None,
    };

    // With events alone in all tables the variance is zero, and rounding may take it below.
    private static PooledEstimate Ratio(in StratumSums s, double variance) =>
        s.R > 0 && s.S > 0 ? new PooledEstimate(Math.Log(s.R / s.S), Math.Max(variance, 0)) : None;

    private static PooledEstimate Difference(in StratumSums s, double sum) =>
        s.S > 0 ? new PooledEstimate(s.R / s.S, Math.Max(sum, 0) / (s.S * s.S)) : None;
}
