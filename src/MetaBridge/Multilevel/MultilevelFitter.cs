using MetaBridge.Inference;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Dense;
using MetaBridge.Numerics.Optimisation;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>Estimates a bound model, or evaluates it at given components, and turns the optimum into a result.</summary>
internal sealed class MultilevelFitter
{
    // metafor's rule: components this small are reported as 0.
    private const double NegligibleVariance = 10 * 2.220446049250313e-16;

    // Operations of one gradient beyond which the Hessian is taken from the search instead of from further gradients.
    private const double DearGradient = 1e8;

    private readonly MultilevelSpec spec;
    private readonly StudyTable studies;

    private readonly Func<bool, BoundTerm[]> makeTerms;

    /// <summary>Binds a model.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="input">The data.</param>
    /// <param name="studies">What the rows are called.</param>
    /// <param name="makeTerms">Makes the terms again; true for terms in which every component is a coordinate of its own.</param>
    public MultilevelFitter(MultilevelSpec spec, MultilevelInput input, StudyTable studies, Func<bool, BoundTerm[]> makeTerms)
    {
        this.makeTerms = makeTerms;
        this.spec = spec;
        this.studies = studies;
        Problem = new GaussianProblem(input);
    }

    /// <summary>The bound model.</summary>
    public GaussianProblem Problem { get; }

    /// <summary>The terms again, unordered and with every component a coordinate of its own.</summary>
    public BoundTerm[] SeparableTerms() => makeTerms(true);

    private MultilevelInput Input => Problem.Input;

    private bool IsRestricted => spec.Method != HeterogeneityMethod.MaximumLikelihood;

    /// <summary>The same model for other outcomes, with a covariance of its own.</summary>
    /// <param name="effectSizes">y, k values.</param>
    /// <param name="isSeparable">Whether every component is to be a coordinate of its own.</param>
    public GaussianProblem Rebound(double[] effectSizes, bool isSeparable = false) =>
        new(Input with { EffectSizes = effectSizes, Terms = makeTerms(isSeparable) });

    /// <summary>Searches the components and reports.</summary>
    public MultilevelFit Fit(CancellationToken cancellation = default)
    {
        var search = new ComponentSearch(Problem, IsRestricted, cancellation);
        var outcome = CompetingEffects.Follow(Problem, IsRestricted, search.Run(), cancellation);
        var point = Problem.Layout.FreeCount == 0 ? outcome.Search : SnapToZero(outcome);
        return Report(point, outcome);
    }

    /// <summary>Reports as if the given natural components had been estimated.</summary>
    public MultilevelFit EvaluateAt(double[] natural) => Report(Problem.Layout.ToSearch(natural), null);

    /// <summary>Reports as if the components of the given names (<c>sigma2</c>, <c>tau2</c>, …) had been estimated.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.LengthMismatch"/>.</exception>
    public MultilevelFit EvaluateAt(IReadOnlyDictionary<string, double[]> components) =>
        EvaluateAt(ComponentTable.Natural(Input.Terms, Problem.Layout, components));

    /// <summary>Profile-likelihood intervals of all components that were estimated in a fit of this model.</summary>
    public IReadOnlyList<ComponentInterval> Intervals(MultilevelFit fit, double level)
    {
        var separable = Rebound(Input.EffectSizes, isSeparable: true);
        var parameters = fit.Terms.SelectMany((term, t) => term.Components.Take(Input.Terms[t].Term.ParameterCount)).ToArray();
        var natural = Array.ConvertAll(parameters, component => component.Value);
        CompetingEffects.Admit(separable, natural);
        var list = new List<ComponentInterval>();
        for (var i = 0; i < parameters.Length; i++)
        {
            if (!parameters[i].IsFixed)
            {
                var (lower, upper, lowerKind, upperKind) = new ProfileLikelihood(separable, IsRestricted, natural, i).Limits(level);
                var why = double.IsNaN(lower) || double.IsNaN(upper) ? "The profile likelihood could not be followed to the limit." : null;
                list.Add(new ComponentInterval(parameters[i], lower, upper, lowerKind, upperKind, why));
            }
        }

        return list;
    }

    // Variances that are nothing but rounding beside the sampling variances are exactly zero for the reader.
    private double[] SnapToZero(SearchOutcome outcome)
    {
        var point = (double[])outcome.Search.Clone();
        for (var i = 0; i < point.Length; i++)
        {
            if (Problem.Layout.Lower[i] == 0 && point[i] > 0 && point[i] <= NegligibleVariance && Problem.Layout.Fixed[i] is null)
            {
                point[i] = 0;
            }
        }

        return point;
    }

    private MultilevelFit Report(double[] point, SearchOutcome? outcome)
    {
        var layout = Problem.Layout;
        var likelihood = Problem.Likelihood(IsRestricted, point, new bool[layout.Count]);
        if (!double.IsFinite(likelihood.Value([])))
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.NotConverged, "The covariance of the outcomes is not positive definite at these components.");
        }

        var estimates = FixedEffects.Of(Problem, likelihood);
        var sampling = SamplingFit.Of(Problem);
        var p = Problem.CoefficientCount;
        var tested = Tested(p);
        var reference = DenominatorDegrees.Of(spec, this, point, estimates.Covariance);
        var ddf = reference.OfCoefficients(p);
        return new MultilevelFit
        {
            Engine = UnivariateEngine.EngineName,
            Method = spec.Method,
            Test = spec.Test == CoefficientTest.Normal && IsCorrected ? CoefficientTest.StudentT : spec.Test,
            Level = spec.Level,
            Coefficients = LinearHypothesisTests.Table(
                Input.Design.Names, estimates.Coefficients, reference.Covariance, [.. ddf.Select(df => new TestDegrees(df).Finite)], spec.Level),
            Covariance = reference.Covariance,
            DegreesOfFreedom = ddf,
            Terms = ComponentTable.Of(Input.Terms, layout, layout.ToNatural(point)),
            ResidualHeterogeneity = sampling.Test,
            OmnibusTest = Omnibus(estimates, reference, tested),
            TestedCoefficients = tested,
            MaximumLikelihood = Statistics(estimates, likelihood, sampling, isRestricted: false),
            RestrictedLikelihood = Statistics(estimates, likelihood, sampling, isRestricted: true),
            ParameterCount = p + layout.FreeCount,
            HasIntercept = Input.Design.HasIntercept,
            Studies = studies,
            Search = Describe(point, outcome),
            DroppedColumns = Input.Design.Dropped,
            HasCustomWeights = Input.Weights is not null,
        };
    }

    private bool IsCorrected => spec.DegreesOfFreedom is DegreesOfFreedomMethod.Satterthwaite or DegreesOfFreedomMethod.KenwardRoger;

    private TestResult Omnibus(FixedEffects estimates, TestReference reference, int[] tested)
    {
        var p = Problem.CoefficientCount;
        var rows = new double[tested.Length * p];
        for (var i = 0; i < tested.Length; i++)
        {
            rows[(i * p) + tested[i]] = 1;
        }

        var distance = Array.ConvertAll(tested, i => estimates.Coefficients[i]);
        var covariance = RowMatrix.Congruence(rows, reference.Covariance, tested.Length, p);
        return LinearHypothesisTests.Joint(distance, covariance, reference.Degrees(rows, tested.Length), out _);
    }

    private int[] Tested(int p)
    {
        foreach (var index in spec.TestedCoefficients ?? [])
        {
            if (index < 1 || index > p)
            {
                throw new Errors.MetaBridgeException(
                    Errors.ErrorCode.InvalidOption,
                    $"The option 'btt' is {index}; it must be 1 to {p}, the number of coefficients.",
                    new Dictionary<string, object?> { ["option"] = "btt", ["value"] = index });
            }
        }

        return spec.TestedCoefficients is { Count: > 0 } given ? [.. given.Select(i => i - 1)]
            : Input.Design.HasIntercept && p > 1 ? [.. Enumerable.Range(1, p - 1)]
            : [.. Enumerable.Range(0, p)];
    }

    private FitStatistics Statistics(FixedEffects estimates, GaussianLikelihood likelihood, SamplingFit sampling, bool isRestricted)
    {
        var (k, p) = (Input.RowCount, Problem.CoefficientCount);
        // With custom weights the coefficients are not those that maximise the likelihood; the residuals are theirs.
        var excess = estimates.ResidualSumOfSquares - likelihood.ResidualSumOfSquares;
        var ll = (isRestricted ? likelihood.RestrictedLogLikelihood : likelihood.LogLikelihood) - (0.5 * excess);
        var deviance = isRestricted ? -2 * ll : -2 * (ll - sampling.SaturatedLogLikelihood);
        return InformationCriteria.Of(ll, deviance, p + Problem.Layout.FreeCount, isRestricted ? k - p : k);
    }

    private ComponentSearchReport Describe(double[] point, SearchOutcome? outcome)
    {
        var shape = Problem.Shape.Description;
        if (outcome is null || Problem.Layout.FreeCount == 0)
        {
            return new ComponentSearchReport(Optimality.Fixed, true, 0, 0, [], 0, 0, 0, shape);
        }

        var hessian = Problem.Shape.Cost > DearGradient
            ? ObservedInformation.OfModel(Problem, point, outcome.IsFree, outcome.Report.Curvature)
            : ObservedInformation.Of(Problem, IsRestricted, point, outcome.IsFree);
        return new ComponentSearchReport(
            outcome.Starts > 1 ? Optimality.MultiStart : Optimality.Local,
            outcome.Report.Status == SearchStatus.Converged || outcome.Report.Decrement < 1e-6,
            outcome.Report.ProjectedGradientNorm,
            outcome.Report.Decrement,
            hessian.Eigenvalues(),
            outcome.Starts,
            outcome.Iterations,
            outcome.Evaluations,
            shape);
    }
}
