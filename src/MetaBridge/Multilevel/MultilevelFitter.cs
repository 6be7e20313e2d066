using MetaBridge.Inference;
using MetaBridge.Multilevel.Terms;
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

    private readonly Func<BoundTerm[]> separableTerms;

    /// <summary>Binds a model.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="input">The data.</param>
    /// <param name="studies">What the rows are called.</param>
    /// <param name="separableTerms">Makes the terms again with every component a coordinate of its own.</param>
    public MultilevelFitter(MultilevelSpec spec, MultilevelInput input, StudyTable studies, Func<BoundTerm[]> separableTerms)
    {
        this.separableTerms = separableTerms;
        this.spec = spec;
        this.studies = studies;
        Problem = new GaussianProblem(input);
    }

    /// <summary>The bound model.</summary>
    public GaussianProblem Problem { get; }

    private MultilevelInput Input => Problem.Input;

    private bool IsRestricted => spec.Method != HeterogeneityMethod.MaximumLikelihood;

    /// <summary>Searches the components and reports.</summary>
    public MultilevelFit Fit(CancellationToken cancellation = default)
    {
        var search = new ComponentSearch(Problem, IsRestricted, cancellation);
        var outcome = search.Run();
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
        var separable = new GaussianProblem(Input with { Terms = separableTerms() });
        var parameters = fit.Terms.SelectMany((term, t) => term.Components.Take(Input.Terms[t].Term.ParameterCount)).ToArray();
        var natural = Array.ConvertAll(parameters, component => component.Value);
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
        var ddf = DenominatorDegrees.Of(spec, Problem);
        var p = Problem.CoefficientCount;
        var tested = Tested(p);
        var testDf = ddf.Length == 0 ? double.NaN : tested.Min(i => ddf[i]);
        return new MultilevelFit
        {
            Engine = UnivariateEngine.EngineName,
            Method = spec.Method,
            Test = spec.Test,
            Level = spec.Level,
            Coefficients = Table(estimates, ddf),
            Covariance = estimates.Covariance,
            DegreesOfFreedom = ddf.Length == 0 ? [.. Enumerable.Repeat(double.NaN, p)] : ddf,
            Terms = ComponentTable.Of(Input.Terms, layout, layout.ToNatural(point)),
            ResidualHeterogeneity = sampling.Test,
            OmnibusTest = WaldTests.Omnibus(estimates.Coefficients, estimates.Covariance, tested, testDf),
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

    private CoefficientTable Table(FixedEffects estimates, double[] ddf)
    {
        var names = Input.Design.Names;
        if (ddf.Length == 0 || ddf.Distinct().Count() == 1)
        {
            return WaldTests.Table(names, estimates.Coefficients, estimates.Covariance, ddf.Length == 0 ? double.NaN : ddf[0], spec.Level);
        }

        var tables = Array.ConvertAll(ddf, df => WaldTests.Table(names, estimates.Coefficients, estimates.Covariance, df, spec.Level));
        return tables[0] with
        {
            PValues = [.. tables.Select((t, i) => t.PValues[i])],
            Lower = [.. tables.Select((t, i) => t.Lower[i])],
            Upper = [.. tables.Select((t, i) => t.Upper[i])],
        };
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
            shape) { Boundaries = BoundaryFindings.Of(Problem, point, outcome.IsFree) };
    }
}
