using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>All permutations of one set of effect sizes: how many are as extreme as the data.</summary>
internal sealed class PermutationRun
{
    private const int ChunkSize = 256;

    private readonly UnivariateAnalysis analysis;
    private readonly PermutationOptions options;
    private readonly PermutationScheme scheme;
    private readonly double[] design;
    private readonly double[]? given;
    private readonly int[][] sets;
    private readonly int k;
    private readonly int p;

    public PermutationRun(UnivariateAnalysis analysis, PermutationOptions options)
    {
        this.analysis = analysis;
        this.options = options;
        k = analysis.Fit.StudyCount;
        p = analysis.Fit.Coefficients.Count;
        design = analysis.Fit.Design;
        IsSigns = p == 1 && analysis.Fit.HasIntercept;
        given = IsSigns ? null : design;
        sets = [.. (options.TestedSets ?? [analysis.Fit.TestedCoefficients]).Select(set => set.ToArray())];
        scheme = IsSigns ? PermutationScheme.OfSigns(k, options) : PermutationScheme.OfRows(design, k, options);
    }

    /// <summary>Whether signs change instead of the order of rows.</summary>
    public bool IsSigns { get; }

    /// <summary>The sets of coefficients that are tested together.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Sets => sets;

    /// <summary>How many permutations.</summary>
    public int Count => scheme.Count;

    /// <summary>Whether these are all.</summary>
    public bool IsExact => scheme.IsExact;

    /// <summary>Fits all permutations.</summary>
    /// <param name="effectSizes">y.</param>
    /// <param name="kept">Receives the statistics of each, or null.</param>
    /// <param name="progress">Told how much is done, or null.</param>
    public PermutationCounts Run(double[] effectSizes, PermutationDistribution? kept, IProgress<double>? progress)
    {
        var (observed, total) = (Refit(), new PermutationCounts(p, sets.Length));
        var (chunks, done) = (((Count - 1) / ChunkSize) + 1, 0);
        var threads = new ParallelOptions { CancellationToken = options.CancellationToken, MaxDegreeOfParallelism = options.Threads ?? -1 };
        try
        {
            if (!observed.Fit(effectSizes))
            {
                return total;
            }

            Parallel.For(
                0,
                chunks,
                threads,
                () => new Worker(this, effectSizes, observed, kept),
                (chunk, _, worker) =>
                {
                    worker.Run(chunk * ChunkSize, Math.Min(Count, (chunk + 1) * ChunkSize));
                    progress?.Report(Interlocked.Increment(ref done) / (double)chunks);
                    return worker;
                },
                worker =>
                {
                    lock (total)
                    {
                        total.Add(worker.Counts);
                    }
                });
        }
        catch (OperationCanceledException cancelled)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, "The permutation test was cancelled.", innerException: cancelled);
        }

        return total;
    }

    private PermutationRefit Refit() => new(
        analysis.Input, given, analysis.Settings with { TestedCoefficients = [.. sets[0].Select(j => j + 1)], CancellationToken = options.CancellationToken }, sets);

    private sealed class Worker(PermutationRun run, double[] effectSizes, PermutationRefit observed, PermutationDistribution? kept)
    {
        private readonly PermutationRefit refit = run.Refit();
        private readonly double[] signs = new double[run.k];
        private readonly int[] order = new int[run.k];

        public PermutationCounts Counts { get; } = new(run.p, run.sets.Length);

        public void Run(int from, int to)
        {
            for (var number = from; number < to; number++)
            {
                run.options.CancellationToken.ThrowIfCancellationRequested();
                var exists = run.IsSigns ? FitSigns(number) : FitOrder(number);
                if (exists)
                {
                    Counts.Count(refit, observed, run.options);
                }
                else
                {
                    Counts.Failures++;
                }

                Keep(number, exists);
            }
        }

        private bool FitSigns(int number)
        {
            run.scheme.Signs(number, signs);
            for (var i = 0; i < run.k; i++)
            {
                signs[i] *= effectSizes[i];
            }

            return refit.Fit(signs);
        }

        private bool FitOrder(int number)
        {
            run.scheme.Order(number, order);
            return refit.FitOrder(effectSizes, order);
        }

        private void Keep(int number, bool exists)
        {
            if (kept is null)
            {
                return;
            }

            for (var j = 0; j < run.p; j++)
            {
                kept.Statistics[(j * run.Count) + number] = exists ? refit.Statistics[j] : double.NaN;
                kept.Estimates[(j * run.Count) + number] = exists ? refit.Estimates[j] : double.NaN;
            }

            for (var set = 0; set < run.sets.Length; set++)
            {
                kept.Omnibus[(set * run.Count) + number] = exists ? refit.Omnibus[set] : double.NaN;
            }
        }
    }
}

/// <summary>How many permutations were as extreme as the data.</summary>
internal sealed class PermutationCounts(int p, int sets)
{
    private readonly int[] above = new int[p];
    private readonly int[] below = new int[p];
    private readonly int[] outside = new int[p];
    private readonly int[] omnibus = new int[sets];
    private int fits;

    /// <summary>How many had no fit.</summary>
    public int Failures { get; set; }

    /// <summary>Takes one permutation in.</summary>
    public void Count(PermutationRefit fit, PermutationRefit observed, PermutationOptions options)
    {
        var tolerance = options.ComparisonTolerance;
        var isTest = options.Statistic == PermutationStatistic.TestValue;
        var values = isTest ? fit.Statistics : fit.Estimates;
        var data = isTest ? observed.Statistics : observed.Estimates;
        fits++;
        for (var j = 0; j < p; j++)
        {
            above[j] += values[j] >= data[j] - tolerance ? 1 : 0;
            below[j] += values[j] <= data[j] + tolerance ? 1 : 0;
            outside[j] += Math.Abs(values[j]) >= Math.Abs(data[j]) - tolerance ? 1 : 0;
        }

        for (var set = 0; set < omnibus.Length; set++)
        {
            omnibus[set] += fit.Omnibus[set] >= observed.Omnibus[set] - tolerance ? 1 : 0;
        }
    }

    /// <summary>Adds the counts of another thread.</summary>
    public void Add(PermutationCounts other)
    {
        for (var j = 0; j < p; j++)
        {
            above[j] += other.above[j];
            below[j] += other.below[j];
            outside[j] += other.outside[j];
        }

        for (var set = 0; set < omnibus.Length; set++)
        {
            omnibus[set] += other.omnibus[set];
        }

        fits += other.fits;
        Failures += other.Failures;
    }

    /// <summary>The share of permutations with as large an omnibus statistic of a set; NaN without any.</summary>
    public double OmnibusPValue(int set) => omnibus[set] / (double)fits;

    /// <summary>The p-value of a coefficient; NaN without any permutation.</summary>
    public double PValue(int j, PermutationAlternative alternative, TwoSidedPermutation twoSided) => alternative switch
    {
        PermutationAlternative.Less => below[j] / (double)fits,
        PermutationAlternative.Greater => above[j] / (double)fits,
        _ => twoSided == TwoSidedPermutation.Absolute ? outside[j] / (double)fits : Math.Min(1, 2.0 * Math.Min(above[j], below[j]) / fits),
    };
}
