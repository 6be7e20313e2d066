using MetaBridge.Errors;

namespace MetaBridge.Bayes;

/// <summary>A posterior that can be asked: any parameter's moments, quantiles, probabilities and densities, each with its error.</summary>
/// <remarks>
/// Answers are computed when asked, from the lattice that the fit integrated; nothing is sampled. Parameters go by the names in
/// <see cref="ParameterNames"/>: <c>mu</c> (or <c>intercept</c> and the moderators), <c>tau</c>, <c>rho</c>, <c>tau [within]</c>, <c>I2</c>, ….
/// Safe for use by several threads; they take turns.
/// </remarks>
public sealed partial class BayesPosterior
{
    private readonly object gate = new();
    private readonly Dictionary<string, MarginalPair> marginals = new(StringComparer.Ordinal);

    internal BayesPosterior(BayesProblem problem, BayesSolution solution)
    {
        Problem = problem;
        Solution = solution;
        Parameters = new PosteriorParameters(problem, solution);
    }

    internal BayesProblem Problem { get; }

    internal BayesSolution Solution { get; }

    internal PosteriorParameters Parameters { get; }

    /// <summary>The parameters that can be asked for.</summary>
    public IReadOnlyList<string> ParameterNames => [.. Parameters.Names];

    /// <summary>ln p(y), the likelihood averaged over all priors.</summary>
    public Estimate LogMarginalLikelihood => Solution.Estimate(view => view.LogIntegral);

    /// <summary>Mean, standard deviation, median and an equal-tailed interval.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="level">Credible level in percent; null for that of the fit.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    public PosteriorRow Summarize(string parameter, double? level = null) => InTurn(() => Summarize(parameter, Find(parameter), level));

    /// <summary>The value that the parameter stays below with a probability.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/> or <see cref="ErrorCode.InvalidOption"/>.</exception>
    public Estimate Quantile(string parameter, double probability)
    {
        CheckProbability(probability);
        return InTurn(() => Find(parameter).Estimate(marginal => marginal.Quantile(probability)));
    }

    /// <summary>P(parameter ≤ x | y).</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public Estimate Probability(string parameter, double x) => InTurn(() => Find(parameter).Estimate(marginal => marginal.Cumulative(x)));

    /// <summary>The posterior density at x.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public Estimate Density(string parameter, double x) => InTurn(() => Find(parameter).Estimate(marginal => marginal.Density(x)));

    /// <summary>The ends of the parameter's range.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public (double Lower, double Upper) Support(string parameter) => InTurn(() => (Find(parameter).Fine.Lower, Find(parameter).Fine.Upper));

    /// <summary>Whether the parameter has a prior of its own that <see cref="PriorDensity"/> can tell.</summary>
    public bool HasPriorDensity(string parameter) => PriorOfParameter.Find(Problem, parameter) is not null;

    /// <summary>The prior density at x of a parameter that has a prior of its own: coefficients, <c>tau</c>, <c>rho</c> and coefficients of ln τ.</summary>
    /// <remarks>On the scale of the data; an intercept beside standardised moderators is a sum, whose prior is known where all of its parts are normal.</remarks>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public double PriorDensity(string parameter, double x) => PriorOfParameter.Find(Problem, parameter) is { } density ? density(x) : throw Unknown(parameter);

    /// <summary>Exact leave-one-study-out predictive densities.</summary>
    public LeaveOneOutResult LeaveOneOut() => InTurn(() => Bayes.LeaveOneOut.Studies(this));

    /// <summary>Exact leave-one-cluster-out predictive densities.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/> without clusters.</exception>
    public LeaveOneOutResult LeaveOneClusterOut() => Problem.Input.Clusters is not null
        ? InTurn(() => Bayes.LeaveOneOut.Clusters(this))
        : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "The model has no clusters to leave out.");

    /// <summary>The kernel and the lines keep scratch memory, so one question is answered at a time.</summary>
    private T InTurn<T>(Func<T> answer)
    {
        lock (gate)
        {
            return answer();
        }
    }

    internal MarginalPair Find(string parameter)
    {
        if (!marginals.TryGetValue(parameter, out var found))
        {
            var ways = Parameters.Find(parameter) ?? throw Unknown(parameter);
            marginals.Add(parameter, found = ways.Reverse().Aggregate((MarginalPair?)null, (other, way) => Both(way) with { Other = other })!);
        }

        return found;
    }

    internal MarginalPair Both(Func<PosteriorView, Marginal> make) => new(make(Solution.Fine), make(Solution.Coarse));

    internal PosteriorRow Summarize(string name, MarginalPair pair, double? level = null)
    {
        var credible = level ?? Problem.Spec.Level;
        CheckProbability(credible / 100);
        var tail = (100 - credible) / 200;
        return new PosteriorRow(
            name,
            pair.Estimate(m => m.Mean),
            pair.Estimate(m => Math.Sqrt(m.Variance)),
            pair.Estimate(m => m.Quantile(tail)),
            pair.Estimate(m => m.Quantile(0.5)),
            pair.Estimate(m => m.Quantile(1 - tail)));
    }

    private static void CheckProbability(double probability)
    {
        if (!(probability is > 0 and < 1))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, FormattableString.Invariant($"The probability {probability} is not between 0 and 1, both excluded."));
        }
    }

    private MetaBridgeException Unknown(string parameter) => new(
        ErrorCode.UnknownName,
        $"There is no parameter '{parameter}'; there are {string.Join(", ", Parameters.Names)}.",
        new Dictionary<string, object?> { ["parameter"] = parameter });
}
