using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Numerics.Quadrature;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Samples a posterior: slice sampling of the variance parameters with the coefficients integrated out, then exact draws of those.</summary>
/// <remarks>
/// For models beyond the quadrature's dimensions, and to check it. The chains run in parallel; each is a function of the seed and its number.
/// </remarks>
public static class BayesSampler
{
    private const double InitialSpread = 1.5;

    /// <summary>Streams of the chains' exact draws and of the bridge are kept apart from those of the chains' walks.</summary>
    private const int CoefficientStream = 1 << 20, BridgeStream = 1 << 21;

    /// <summary>Samples.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">How to sample; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">
    /// As <see cref="BayesEngine.Fit(BayesSpec, Dataset, FitOptions?)"/>, and <see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    public static BayesDraws Sample(BayesSpec spec, Dataset data, SamplerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        return Sample(BayesProblem.Assemble(spec, data), options ?? new SamplerOptions());
    }

    internal static BayesDraws Sample(BayesProblem problem, SamplerOptions options) => Ask(problem, options).Draws;

    /// <summary>Samples: the posterior to ask, and the draws of all parameters.</summary>
    internal static (BayesPosterior Posterior, BayesDraws Draws) Ask(BayesProblem problem, SamplerOptions options)
    {
        var (solution, values) = Run(problem, options);
        var posterior = new BayesPosterior(problem, solution);
        return (posterior, new BayesDraws
        {
            Draws = values,
            Rows = [.. values.Select(pair => new SampledRow(
                posterior.Summarize(pair.Key), ChainDiagnostics.RHat(pair.Value), ChainDiagnostics.BulkEss(pair.Value), ChainDiagnostics.TailEss(pair.Value)))],
            LogMarginalLikelihood = solution.Evidence,
        });
    }

    /// <summary>The posterior as draws of its axes, and all parameters at every draw by name, chain and draw.</summary>
    private static (SampledSolution Solution, Dictionary<string, double[][]> Values) Run(BayesProblem problem, SamplerOptions options)
    {
        Check(options);
        var (target, free, offsets) = BayesSolver.Prepare(problem.Input, gridAll: true);
        var frame = target.Dimensions == 0 ? null : LatticeFrame.Find(target, StartingPoints.Of(problem.Input, target), Lattice.Drop);
        var walks = new double[options.Chains][][];
        var values = new double[options.Chains][][];
        var done = 0;
        try
        {
            Parallel.For(0, options.Chains, new ParallelOptions { CancellationToken = options.CancellationToken }, chain =>
            {
                var own = BayesSolver.Prepare(problem.Input, gridAll: true);
                walks[chain] = Walk(own.Target, frame, chain, options);
                values[chain] = Values(problem, own, walks[chain], new CounterRandom(options.Seed, CoefficientStream + chain));
                options.Progress?.Report((double)Interlocked.Increment(ref done) / options.Chains);
            });
        }
        catch (OperationCanceledException inner)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, "The sampling was cancelled.", innerException: inner);
        }

        var draws = Names(problem).Select((name, p) => (name, chains: Array.ConvertAll(values, chain => Array.ConvertAll(chain, row => row[p]))))
            .ToDictionary(pair => pair.name, pair => pair.chains);
        var (logIntegral, error) = target.Dimensions == 0
            ? (target.LogDensity([]), 0)
            : BridgeSampler.Estimate(target.LogDensity, walks, new CounterRandom(options.Seed, BridgeStream));
        var view = new DrawsView(target, frame, walks);
        return (new SampledSolution(problem.Input, free, offsets, view, new Estimate(logIntegral, error)), draws);
    }

    private static double[][] Walk(PosteriorTarget target, LatticeFrame? frame, int chain, SamplerOptions options)
    {
        if (frame is null)
        {
            return [.. Enumerable.Range(0, options.Draws).Select(_ => Array.Empty<double>())];
        }

        var random = new CounterRandom(options.Seed, chain);
        var start = Start(target, frame, random);
        var sampler = new SliceSampler(target.LogDensity, start, frame.Width, random);
        var recent = new List<double[]>();
        for (var i = 0; i < options.Warmup; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            sampler.Sweep();
            recent.Add(sampler.Point.ToArray());
            // Adapt at a quarter and a half of the warm-up, each time from the draws since the last; the rest settles in.
            if (i == options.Warmup / 4 || i == options.Warmup / 2)
            {
                sampler.Adapt(recent);
                recent.Clear();
            }
        }

        var draws = new double[options.Draws][];
        for (var i = 0; i < draws.Length; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            sampler.Sweep();
            draws[i] = sampler.Point.ToArray();
        }

        return draws;
    }

    /// <summary>An overdispersed start, drawn nearer to the centre until the density is positive there.</summary>
    private static double[] Start(PosteriorTarget target, LatticeFrame frame, CounterRandom random)
    {
        var direction = frame.Centre.Select(_ => random.Normal()).ToArray();
        for (var spread = InitialSpread; spread > 1e-3; spread /= 2)
        {
            var start = frame.Centre.Select((centre, d) => centre + (spread * frame.Width[d] * direction[d])).ToArray();
            if (target.LogDensity(start) > double.NegativeInfinity)
            {
                return start;
            }
        }

        return frame.Centre;
    }

    private static string[] Names(BayesProblem problem) =>
    [
        .. problem.Design.Reported.Select(row => row.Name),
        .. Quantities(problem).Select(quantity => quantity.Name),
        .. problem.Input.Clusters is null ? [] : (string[])["rho"],
        .. PosteriorParameters.Slopes(problem).Select(row => PosteriorParameters.ScalePrefix + row.Name),
    ];

    private static IEnumerable<HeterogeneityQuantity> Quantities(BayesProblem problem)
    {
        var hasTypicalVariance = double.IsFinite(PosteriorParameters.TypicalVarianceOf(problem.Input));
        return HeterogeneityQuantity.All.Where(quantity =>
            (problem.Input.Clusters is not null || quantity.Part == HeterogeneityPart.Total)
            && (quantity.Scale <= HeterogeneityScale.TauSquared || hasTypicalVariance));
    }

    /// <summary>All parameters at every draw, in the order of <see cref="Names"/>.</summary>
    private static double[][] Values(
        BayesProblem problem, (PosteriorTarget Target, int[] Free, double[] Offsets) prepared, double[][] walk, CounterRandom random)
    {
        var (target, free, offsets) = prepared;
        var typical = PosteriorParameters.TypicalVarianceOf(problem.Input);
        var quantities = Quantities(problem).ToArray();
        var slopes = PosteriorParameters.Slopes(problem).ToArray();
        return Array.ConvertAll(walk, u =>
        {
            target.LogDensity(u);
            var beta = (double[])offsets.Clone();
            var drawn = CoefficientDraw.Of(target.Coefficients, random);
            for (var r = 0; r < free.Length; r++)
            {
                beta[free[r]] += drawn[r];
            }

            var at = target.Current;
            double[] factors = target.CurrentScale.Length == 0 ? [1] : target.Kernel.ScaleFactors(target.CurrentScale);
            return (double[])
            [
                .. problem.Design.Reported.Select(row => VectorKernels.Dot(row.Combination, beta)),
                .. quantities.Select(quantity => quantity.Value(at, factors, typical)),
                .. problem.Input.Clusters is null ? [] : (double[])[at.Rho],
                .. slopes.Select(row => VectorKernels.Dot(row.Combination.AsSpan(1), target.CurrentScale)),
            ];
        });
    }

    private static void Check(SamplerOptions options)
    {
        Require(options.Chains >= 2, "chains", options.Chains, "at least 2");
        Require(options.Warmup >= 50, "warmup", options.Warmup, "at least 50");
        Require(options.Draws >= 100, "draws", options.Draws, "at least 100");

        static void Require(bool holds, string name, int value, string legal)
        {
            if (!holds)
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption,
                    $"The option '{name}' is {value}; it must be {legal}.",
                    new Dictionary<string, object?> { ["option"] = name, ["value"] = value });
            }
        }
    }
}
