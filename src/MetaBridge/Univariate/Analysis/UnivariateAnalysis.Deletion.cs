using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <content>The fit without each study in turn, and to the first studies.</content>
public sealed partial class UnivariateAnalysis
{
    // From this many studies on, fits without one of them are shared out among the cores.
    private const int ManyStudies = 64;

    private ReducedFit?[]? deletions;

    /// <summary>Leaves every study out in turn and fits the rest, τ² estimated again.</summary>
    /// <remarks>O(k² p²) times the points that the search for τ² looks at.</remarks>
    /// <returns>One fit per study left out; null where the rest can't be fitted, or not with all coefficients.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.Cancelled"/>.</exception>
    public SubsetFitTable LeaveOneOut() => new("leave1out", Fit.Studies.Labels, Deletions(), this);

    /// <summary>Fits the first study, the first two, and so on.</summary>
    /// <param name="order">The studies in the order in which they come in, counted from 0; null for their order in the data.</param>
    /// <returns>One fit per study added, the last of them to all.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>: the model has moderators, or the order is not one; <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    public SubsetFitTable Cumulate(IReadOnlyList<int>? order = null)
    {
        RequireNoModerators("cumul");
        var sequence = order?.ToArray() ?? [.. Enumerable.Range(0, Fit.StudyCount)];
        if (sequence.Length != Fit.StudyCount || !sequence.Order().SequenceEqual(Enumerable.Range(0, Fit.StudyCount)))
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid, $"The order of a cumulative analysis must have each of the {Fit.StudyCount} studies once.");
        }

        var fits = Many(sequence.Length, (subsets, i) => subsets.Fit(sequence.AsSpan(0, i + 1)));
        return new SubsetFitTable("cumul", [.. sequence.Select(i => Fit.Studies.Labels[i])], fits, this);
    }

    /// <summary>The fits without each study, made once.</summary>
    internal ReducedFit?[] Deletions() => LazyInitializer.EnsureInitialized(ref deletions, () =>
    {
        var all = Enumerable.Range(0, Fit.StudyCount).ToArray();
        return Many(all.Length, (subsets, left) => subsets.Fit([.. all[..left], .. all[(left + 1)..]]));
    });

    internal void RequireNoModerators(string word)
    {
        if (!IsInterceptOnly)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"'{word}' is for models without moderators; this one has {string.Join(", ", Fit.Coefficients.Names)}.",
                new Dictionary<string, object?> { ["also"] = word });
        }
    }

    internal bool IsInterceptOnly => Fit.HasIntercept && Fit.Coefficients.Count == 1;

    internal static MetaBridgeException Stopped(string what, Exception? cause) => new(ErrorCode.Cancelled, $"{what} was cancelled.", innerException: cause);

    // Each result depends on its index only, so the numbers are the same whatever the number of threads.
    private T[] Many<T>(int count, Func<SubsetFits, int, T> make)
    {
        var made = new T[count];
        var most = count < ManyStudies ? 1 : Environment.ProcessorCount;
        var options = new ParallelOptions { CancellationToken = settings.CancellationToken, MaxDegreeOfParallelism = most };
        try
        {
            Parallel.For(0, count, options, () => new SubsetFits(this), (i, _, subsets) =>
            {
                made[i] = make(subsets, i);
                return subsets;
            }, _ => { });
        }
        catch (OperationCanceledException stopped)
        {
            throw Stopped("Fitting subsets of the studies", stopped);
        }
        catch (AggregateException several) when (several.InnerExceptions is [MetaBridgeException first, ..])
        {
            throw first;
        }

        return made;
    }
}
