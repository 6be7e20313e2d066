using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Samples from the fitted model, and what is learnt from fitting them.</content>
public sealed partial class MultilevelAnalysis
{
    // Statistics that differ by rounding count as equal.
    private const double EqualStatistics = 1e-8;

    private bool IsRestricted => Fit.Method != HeterogeneityMethod.MaximumLikelihood;

    /// <summary>Outcomes drawn from N(Xβ̂, M(θ̂)): metafor's <c>simulate()</c>.</summary>
    /// <param name="count">How many samples.</param>
    /// <param name="seed">Seed; sample i is the same whatever <paramref name="count"/> is.</param>
    /// <returns>One array of k outcomes per sample, in the order of the fit's rows.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: a negative count.</exception>
    public IReadOnlyList<double[]> Simulate(int count, long seed)
    {
        CheckCount(count, 0, "nsim");
        model.Problem.Shape.Factor(model.Search);
        return [.. Enumerable.Range(0, count).Select(i => Draw(seed, i))];
    }

    /// <summary>Fits the model again to samples from itself.</summary>
    /// <param name="settings">How; null for the defaults.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.Cancelled"/>.</exception>
    public ParametricBootstrap Bootstrap(BootstrapOptions? settings = null)
    {
        settings ??= new BootstrapOptions();
        var (components, coefficients) = (new double[settings.Replications][], new double[settings.Replications][]);
        Replicate(settings, (i, y) =>
        {
            var outcome = Refitted(this, y);
            components[i] = outcome?.Natural ?? [];
            coefficients[i] = outcome?.Coefficients ?? [];
        });
        return new ParametricBootstrap(ComponentNames(), Fit.Coefficients.Names, components, coefficients, coefficients.Count(row => row.Length == 0));
    }

    /// <summary>The likelihood-ratio test against a smaller model with a p-value from samples of that model.</summary>
    /// <param name="reduced">The smaller model.</param>
    /// <param name="settings">How; null for the defaults.</param>
    /// <param name="refit">Fits both again by ML where REML likelihoods don't compare.</param>
    /// <exception cref="MetaBridgeException">As <see cref="CompareWith"/>, and <see cref="ErrorCode.Cancelled"/>.</exception>
    /// <remarks>For the cases in which no reference distribution is known: several variances, a correlation that vanishes with its variance.</remarks>
    public BootstrapLikelihoodRatioTest BootstrapCompareWith(MultilevelAnalysis reduced, BootstrapOptions? settings = null, bool refit = false)
    {
        ArgumentNullException.ThrowIfNull(reduced);
        settings ??= new BootstrapOptions();
        var test = CompareWith(reduced, refit);
        var (full, small) = test.WasRefitted ? (ByMaximumLikelihood(), reduced.ByMaximumLikelihood()) : (this, reduced);
        var statistics = new double[settings.Replications];
        small.Replicate(settings, (i, y) => statistics[i] =
            Refitted(full, y) is { } a && Refitted(small, y) is { } b ? Math.Max(0, 2 * (a.LogLikelihood - b.LogLikelihood)) : double.NaN);
        var done = statistics.Where(value => !double.IsNaN(value)).ToArray();
        return new BootstrapLikelihoodRatioTest(
            test, done.Length, done.Count(value => value >= test.Statistic - EqualStatistics), statistics.Length - done.Length);
    }

    private static (double LogLikelihood, double[] Natural, double[] Coefficients)? Refitted(MultilevelAnalysis analysis, double[] y)
    {
        try
        {
            var problem = analysis.model.Fitter.Rebound(y);
            var outcome = new ComponentSearch(problem, analysis.IsRestricted).Run();
            var likelihood = problem.Likelihood(analysis.IsRestricted, outcome.Search, new bool[outcome.Search.Length]);
            var value = likelihood.Value([]);
            return (-value, problem.Layout.ToNatural(outcome.Search), FixedEffects.Of(problem, likelihood).Coefficients);
        }
        catch (MetaBridgeException failure) when (failure.Code == ErrorCode.NotConverged)
        {
            return null;
        }
    }

    private void Replicate(BootstrapOptions settings, Action<int, double[]> use)
    {
        CheckCount(settings.Replications, 1, "replications");
        model.Problem.Shape.Factor(model.Search);
        var done = 0;
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = settings.Threads ?? Environment.ProcessorCount, CancellationToken = settings.CancellationToken };
            Parallel.For(0, settings.Replications, parallel, i =>
            {
                use(i, Draw(settings.Seed, i));
                settings.Progress?.Report(Interlocked.Increment(ref done));
            });
        }
        catch (OperationCanceledException cancelled)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, $"The bootstrap was cancelled after {done} of {settings.Replications} replications.", innerException: cancelled);
        }
    }

    // Reads the factorisation only, so any number of threads may draw at once.
    private double[] Draw(long seed, int stream)
    {
        var random = new CounterRandom(seed, stream);
        var y = model.Problem.Shape.Sample(random.Normal);
        for (var i = 0; i < y.Length; i++)
        {
            y[i] += model.Fitted[i];
        }

        return y;
    }

    private string[] ComponentNames() =>
    [
        .. Fit.Terms.SelectMany((term, t) => term.Components.Take(model.Problem.Input.Terms[t].Term.ParameterCount))
            .Select(component => $"{Keywords<ComponentKind>.Of(component.Kind)} {component.Label}"),
    ];

    private static void CheckCount(int count, int least, string option)
    {
        if (count < least)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The option '{option}' is {count}; it must be at least {least}.",
                new Dictionary<string, object?> { ["option"] = option, ["value"] = count });
        }
    }
}
