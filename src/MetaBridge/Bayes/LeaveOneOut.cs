namespace MetaBridge.Bayes;

/// <summary>Leave-one-out predictive densities.</summary>
/// <param name="Units">Names of what was left out: studies or clusters.</param>
/// <param name="LogDensities">ln p(y_u | all other data), random effects integrated out.</param>
/// <param name="Elpd">Their sum, the expected log predictive density.</param>
/// <param name="StandardError">√(n · sample variance of the terms); NaN for a single unit.</param>
public sealed record LeaveOneOutResult(IReadOnlyList<string> Units, IReadOnlyList<Estimate> LogDensities, Estimate Elpd, double StandardError)
{
    /// <summary>ln ∫ p(y_u | other data of its cluster, θ) p(θ | all data) dθ per unit: the density that the fit itself gives the unit.</summary>
    public required IReadOnlyList<Estimate> LogFitted { get; init; }

    /// <summary>p_loo, the effective number of parameters: Σ (fitted − left out) of the log densities.</summary>
    public required Estimate EffectiveParameters { get; init; }

    /// <summary>√(n · sample variance of the terms of p_loo); NaN for a single unit.</summary>
    public required double EffectiveParametersStandardError { get; init; }

    /// <summary>
    /// Pareto k̂ per unit of the importance weights of draws (Vehtari et al., 2024); empty where the densities were integrated and nothing was weighted.
    /// </summary>
    public required IReadOnlyList<double> ParetoK { get; init; }

    /// <summary>k̂ above this makes a density from draws unreliable: min(1 − 1/log₁₀ S, 0.7) for S draws; NaN where nothing was weighted.</summary>
    public required double ParetoKLimit { get; init; }

    /// <summary>Whether every density can be relied upon: no k̂ above its limit.</summary>
    public bool IsReliable => ParetoK.All(k => k <= ParetoKLimit);

    /// <summary>The terms of p_loo.</summary>
    public IReadOnlyList<double> EffectiveParametersByUnit => [.. LogFitted.Zip(LogDensities, (fitted, left) => fitted.Value - left.Value)];

    /// <summary>−2 elpd.</summary>
    public double Looic => -2 * Elpd.Value;

    /// <summary>Its standard error.</summary>
    public double LooicStandardError => 2 * StandardError;
}

/// <summary>
/// ln p(y_u | y_{−u}) = −ln ∫ m(y_{−u} | θ)/m(y | θ) p(θ | y) dθ, the ratio from the likelihood's sums less the unit's share; and the unit's fitted density the same
/// way with its share counted twice.
/// </summary>
internal static class LeaveOneOut
{
    /// <summary>Studies one at a time.</summary>
    public static LeaveOneOutResult Studies(BayesSolution solution, IReadOnlyList<string> names) =>
        // The sums are in the kernel's order; the results go back to the data's.
        Compute(solution, names, UnitRemoval.Study, unit => solution.Target.Kernel.Order[unit]);

    /// <summary>Whole clusters one at a time.</summary>
    public static LeaveOneOutResult Clusters(BayesSolution solution, IReadOnlyList<string> names) => Compute(solution, names, UnitRemoval.Cluster, unit => unit);

    private static LeaveOneOutResult Compute(BayesSolution solution, IReadOnlyList<string> names, UnitRemoval.Remove remove, Func<int, int> place)
    {
        var scores = new UnitScore[names.Count];
        var scorer = solution.Scorer();
        UnitPass.Visit(solution, names.Count, remove, 0, null, (unit, rows) =>
            scores[place(unit)] = scorer.Score(rows[UnitPass.LeftOut], rows[UnitPass.Doubled]));
        double[] left = Array.ConvertAll(scores, score => score.LeftOut.Value), gaps = Array.ConvertAll(scores, score => score.Fitted.Value - score.LeftOut.Value);
        return new LeaveOneOutResult(
            names, Array.ConvertAll(scores, score => score.LeftOut), new Estimate(left.Sum(), scorer.TotalErrors.LeftOut), StandardErrorOfSum(left))
        {
            LogFitted = Array.ConvertAll(scores, score => score.Fitted),
            EffectiveParameters = new Estimate(gaps.Sum(), scorer.TotalErrors.Gap),
            EffectiveParametersStandardError = StandardErrorOfSum(gaps),
            ParetoK = solution is SampledSolution ? Array.ConvertAll(scores, score => score.ParetoK) : [],
            ParetoKLimit = scorer.ParetoKLimit,
        };
    }

    private static double StandardErrorOfSum(double[] terms)
    {
        var mean = terms.Average();
        return Math.Sqrt(terms.Length * (terms.Sum(x => (x - mean) * (x - mean)) / (terms.Length - 1.0)));
    }
}
