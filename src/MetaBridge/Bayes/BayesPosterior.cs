using MetaBridge.Errors;

namespace MetaBridge.Bayes;

/// <summary>A posterior that can be asked: any parameter's moments, quantiles, probabilities and densities, each with its error.</summary>
/// <remarks>
/// Answers are computed when asked, from the lattice that the fit integrated, or from the draws where it was sampled; their errors are then Monte Carlo standard
/// errors, with everything averaged over that is known given τ and ρ (Rao-Blackwell). Parameters go by the names in
/// <see cref="ParameterNames"/>: <c>mu</c> (or <c>intercept</c> and the moderators), <c>tau</c>, <c>rho</c>, <c>tau [within]</c>, <c>I2</c>, ….
/// Safe for use by several threads; they take turns.
/// </remarks>
public sealed partial class BayesPosterior
{
    private readonly object gate = new();
    private readonly Dictionary<string, Answer> answers = new(StringComparer.Ordinal);

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
    public Estimate LogMarginalLikelihood => Solution.LogMarginalLikelihood;

    /// <summary>Whether the errors are Monte Carlo errors, because the posterior was sampled and not integrated.</summary>
    public bool IsSampled => Solution is SampledSolution;

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
        return InTurn(() => Find(parameter).Quantile(probability));
    }

    /// <summary>P(parameter ≤ x | y).</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public Estimate Probability(string parameter, double x) => InTurn(() => Find(parameter).Cumulative(x));

    /// <summary>The posterior density at x.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public Estimate Density(string parameter, double x) => InTurn(() => Find(parameter).Density(x));

    /// <summary>The ends of the parameter's range.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public (double Lower, double Upper) Support(string parameter) => InTurn(() => Find(parameter).Support);

    /// <summary>Whether the parameter has a prior of its own that <see cref="PriorDensity"/> can tell.</summary>
    public bool HasPriorDensity(string parameter) => PriorOfParameter.Find(Problem, parameter) is not null;

    /// <summary>The prior density at x of a parameter that has a prior of its own: coefficients, <c>tau</c>, <c>rho</c> and coefficients of ln τ.</summary>
    /// <remarks>On the scale of the data; an intercept beside standardised moderators is a sum, whose prior is known where all of its parts are normal.</remarks>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public double PriorDensity(string parameter, double x) => PriorOfParameter.Find(Problem, parameter) is { } density ? density(x) : throw Unknown(parameter);

    /// <summary>Leave-one-study-out predictive densities: exact where the posterior was integrated, by smoothed importance weights where it was sampled.</summary>
    public LeaveOneOutResult LeaveOneOut() => InTurn(() => Bayes.LeaveOneOut.Studies(Solution, Problem.Studies.Labels));

    /// <summary>Leave-one-cluster-out predictive densities.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/> without clusters.</exception>
    public LeaveOneOutResult LeaveOneClusterOut() => Problem.Input.Clusters is not null
        ? InTurn(() => Bayes.LeaveOneOut.Clusters(Solution, Problem.ClusterNames))
        : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "The model has no clusters to leave out.");

    /// <summary>Residuals of the studies, and how the posterior changes without each of them.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/> with a single study.</exception>
    public BayesDiagnostics Diagnostics() => Problem.Input.StudyCount > 1
        ? InTurn(() => new CaseDeletion(Problem, Untruncated()).Studies())
        : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "There is one study; nothing is left when it is left out.");

    /// <summary>How the posterior changes without each cluster.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/> without clusters or with a single one.</exception>
    public BayesDiagnostics ClusterDiagnostics() => Problem.ClusterNames.Count > 1
        ? InTurn(() => new CaseDeletion(Problem, Untruncated()).Clusters())
        : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, $"The model has {Problem.ClusterNames.Count} clusters; leaving one out needs at least two.");

    /// <summary>The same posterior with the bounded coefficient as an axis, so that given the axes all coefficients are normal.</summary>
    private BayesSolution Untruncated() => Solution.Target.Coefficients.Truncated is null ? Solution : BayesSolver.Solve(Problem.Input, CancellationToken.None, gridAll: true);

    /// <summary>The kernel and the lines keep scratch memory, so one question is answered at a time.</summary>
    private T InTurn<T>(Func<T> answer)
    {
        lock (gate)
        {
            return answer();
        }
    }

    internal Answer Find(string parameter)
    {
        if (!answers.TryGetValue(parameter, out var found))
        {
            var ways = Parameters.Find(parameter) ?? throw Unknown(parameter);
            answers.Add(parameter, found = IsSampled ? Solution.Ask(ways[0]) : ways.Reverse().Aggregate((MarginalPair?)null, Beside)!);
        }

        return found;

        MarginalPair Beside(MarginalPair? other, Func<PosteriorView, Marginal> way) => (MarginalPair)Solution.Ask(way) with { Other = other };
    }

    internal PosteriorRow Summarize(string name, Answer answer, double? level = null)
    {
        var credible = level ?? Problem.Spec.Level;
        CheckProbability(credible / 100);
        var tail = (100 - credible) / 200;
        return new PosteriorRow(name, answer.Mean, answer.Sd, answer.Quantile(tail), answer.Quantile(0.5), answer.Quantile(1 - tail));
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
