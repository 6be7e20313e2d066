using MetaBridge.Errors;

namespace MetaBridge.Univariate.Batch;

/// <summary>Fits many small data sets with an intercept alone, as simulations and the parametric bootstrap need it.</summary>
/// <remarks>
/// Eight data sets of the same size are fitted at once, one in each lane of a vector, and blocks of data sets are shared out to threads. Results are the same
/// to the last bit whatever the number of threads, and equal to those of <see cref="UnivariateEngine.Fit"/> up to rounding.
/// </remarks>
public static class UnivariateBatch
{
    /// <summary>Data sets to a block; a multiple of the lanes, so that blocks don't decide what is fitted together.</summary>
    private const int BlockSize = 64 * LaneFits.Lanes;

    /// <summary>Fits data sets of the same size.</summary>
    /// <param name="effects">y: the k effect sizes of the first data set, then those of the second, and so on.</param>
    /// <param name="variances">v likewise.</param>
    /// <param name="studies">k.</param>
    /// <param name="settings">What to estimate; also stops the work early.</param>
    /// <param name="degreeOfParallelism">How many threads work; 1 for the calling one alone.</param>
    /// <param name="progress">Told the part that is done, from 0 to 1.</param>
    /// <returns>A result for every data set; one that can't be fitted has another <see cref="UnivariateRefit.Status"/>.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.SpecificationInvalid"/> or <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    public static UnivariateRefit[] Fit(
        double[] effects,
        double[] variances,
        int studies,
        UnivariateSettings settings,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(effects);
        if (studies < 1 || effects.Length % studies != 0)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{effects.Length} effect sizes are not a number of data sets of {studies} studies.",
                new Dictionary<string, object?> { ["studies"] = studies, ["length"] = effects.Length });
        }

        var offsets = new int[(effects.Length / studies) + 1];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = i * studies;
        }

        return Fit(effects, variances, offsets, settings, degreeOfParallelism, progress);
    }

    /// <summary>Fits data sets of any sizes.</summary>
    /// <param name="effects">y of all data sets, one after the other.</param>
    /// <param name="variances">v likewise.</param>
    /// <param name="offsets">Where each data set starts, and at last the number of effect sizes: one number more than there are data sets.</param>
    /// <param name="settings">What to estimate; also stops the work early.</param>
    /// <param name="degreeOfParallelism">How many threads work; 1 for the calling one alone.</param>
    /// <param name="progress">Told the part that is done, from 0 to 1.</param>
    /// <inheritdoc cref="Fit(double[], double[], int, UnivariateSettings, int, IProgress{double})"/>
    public static UnivariateRefit[] Fit(
        double[] effects,
        double[] variances,
        int[] offsets,
        UnivariateSettings settings,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(effects);
        ArgumentNullException.ThrowIfNull(variances);
        ArgumentNullException.ThrowIfNull(offsets);
        ArgumentNullException.ThrowIfNull(settings);
        InputChecks.CheckBatch(effects, variances, offsets, settings, degreeOfParallelism);
        var results = new UnivariateRefit[offsets.Length - 1];
        var blocks = (results.Length + BlockSize - 1) / BlockSize;
        try
        {
            Run(new BatchData(effects, variances, offsets, settings, results), blocks, degreeOfParallelism, progress);
        }
        catch (OperationCanceledException cancelled)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, "The fits were cancelled.", innerException: cancelled);
        }

        return results;
    }

    private static void Run(BatchData data, int blocks, int degreeOfParallelism, IProgress<double>? progress)
    {
        var done = 0;
        var cancellation = data.Settings.CancellationToken;
        if (degreeOfParallelism == 1 || blocks <= 1)
        {
            var worker = new BatchWorker(data);
            for (var block = 0; block < blocks; block++)
            {
                cancellation.ThrowIfCancellationRequested();
                Do(worker, block);
            }

            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism, CancellationToken = cancellation };
        Parallel.For(0, blocks, options, () => new BatchWorker(data), (block, _, worker) => Do(worker, block), _ => { });

        BatchWorker Do(BatchWorker worker, int block)
        {
            worker.Fit(block * BlockSize, Math.Min((block + 1) * BlockSize, data.Results.Length));
            progress?.Report(Interlocked.Increment(ref done) / (double)blocks);
            return worker;
        }
    }
}

/// <summary>What all workers of a batch share.</summary>
internal sealed record BatchData(
    double[] Effects, double[] Variances, int[] Offsets, UnivariateSettings Settings, UnivariateRefit[] Results);

/// <summary>Fits blocks of data sets on one thread.</summary>
internal sealed class BatchWorker(BatchData data)
{
    private readonly bool inLanes = LaneFits.Handles(data.Settings);
    private readonly UnivariateRefit[] spare = new UnivariateRefit[LaneFits.Lanes];
    private readonly Dictionary<int, RefitCore> cores = [];
    private LaneFits? lanes;
    private int laneSize;
    private double[] padded = [];

    /// <summary>Fits the data sets from first up to, not including, end; first is a multiple of the lanes.</summary>
    public void Fit(int first, int end)
    {
        for (var start = first; start < end; start += LaneFits.Lanes)
        {
            var count = Math.Min(LaneFits.Lanes, end - start);
            var done = inLanes && SameSize(start, count) is var size && size > 1 ? FitInLanes(start, count, size) : 0;
            for (var i = 0; i < count; i++)
            {
                data.Results[start + i] = (done & (1 << i)) != 0 ? spare[i] : FitAlone(start + i);
            }
        }
    }

    private int SizeOf(int set) => data.Offsets[set + 1] - data.Offsets[set];

    private int SameSize(int start, int count)
    {
        var size = SizeOf(start);
        for (var i = 1; i < count; i++)
        {
            if (SizeOf(start + i) != size)
            {
                return 0;
            }
        }

        return size;
    }

    private int FitInLanes(int start, int count, int size)
    {
        if (laneSize != size)
        {
            lanes = new LaneFits(size, data.Settings);
            laneSize = size;
        }

        var from = data.Offsets[start];
        var length = LaneFits.Lanes * size;
        if (count == LaneFits.Lanes)
        {
            return lanes!.Fit(data.Effects.AsSpan(from, length), data.Variances.AsSpan(from, length), spare);
        }

        // The last data sets with copies of the first of them in the lanes that are left.
        if (padded.Length < 2 * length)
        {
            padded = new double[2 * length];
        }

        Pad(data.Effects.AsSpan(from, count * size), padded.AsSpan(0, length), size);
        Pad(data.Variances.AsSpan(from, count * size), padded.AsSpan(length, length), size);
        return lanes!.Fit(padded.AsSpan(0, length), padded.AsSpan(length, length), spare);
    }

    private static void Pad(ReadOnlySpan<double> values, Span<double> target, int size)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = i < values.Length ? values[i] : values[i % size];
        }
    }

    private UnivariateRefit FitAlone(int set)
    {
        var (from, size) = (data.Offsets[set], SizeOf(set));
        if (size == 0)
        {
            return UnivariateRefit.Missing(RefitStatus.TooFewStudies);
        }

        if (!cores.TryGetValue(size, out var core))
        {
            core = new RefitCore(size, Design.Prepare(null, null, size), data.Settings, isWeighted: false, centred: true);
            cores[size] = core;
        }

        data.Effects.AsSpan(from, size).CopyTo(core.Effects);
        data.Variances.AsSpan(from, size).CopyTo(core.Variances);
        return core.Fit(sameVariances: false);
    }
}
