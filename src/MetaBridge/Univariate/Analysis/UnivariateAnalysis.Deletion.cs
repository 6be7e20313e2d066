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

    /// <summary>Leaves every cluster of studies out in turn and fits the rest, τ² estimated again.</summary>
    /// <param name="clusters">The cluster of each study, by number: studies with the same number leave together; clusters are taken in the order of their numbers.</param>
    /// <param name="names">The names of the clusters by number; null for the numbers counted from 1.</param>
    /// <returns>One fit per cluster left out; null where the rest can't be fitted, or not with all coefficients.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>: not one cluster per study; <see cref="ErrorCode.InvalidOption"/>: all studies are in one cluster, or there are other
    /// names than clusters; <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    /// <remarks>metafor's <c>leave1out(fit, cluster=)</c> (4.8-0).</remarks>
    public SubsetFitTable LeaveOneClusterOut(IReadOnlyList<int> clusters, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        if (clusters.Count != Fit.StudyCount)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{clusters.Count} clusters were given for {Fit.StudyCount} studies.",
                new Dictionary<string, object?> { ["clusters"] = clusters.Count, ["studies"] = Fit.StudyCount });
        }

        int[] all = [.. Enumerable.Range(0, Fit.StudyCount)];
        int[] levels = [.. clusters.Distinct().Order()];
        if (levels.Length < 2 || (names is not null && (levels[0] < 0 || levels[^1] >= names.Count)))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                levels.Length < 2 ? "All studies are in one cluster; without it there is nothing to fit." : $"There are {names!.Count} names of clusters, but the numbers go from {levels[0]} to {levels[^1]}.",
                new Dictionary<string, object?> { ["option"] = "cluster", ["value"] = levels.Length });
        }

        var fits = Many(levels.Length, (subsets, level) => subsets.Fit([.. all.Where(i => clusters[i] != levels[level])]));
        string NameOf(int level) => names?[level] ?? (level + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new SubsetFitTable("leave1out", [.. levels.Select(NameOf)], fits, this);
    }

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

        return Accumulate([.. sequence.Select(i => new[] { i })], [.. sequence.Select(i => Fit.Studies.Labels[i])]);
    }

    /// <summary>Fits the first group of studies, the first two groups, and so on: studies of a group come in together.</summary>
    /// <param name="groups">The studies of each group, counted from 0.</param>
    /// <param name="names">The names of the groups.</param>
    /// <returns>One fit per group added, the last of them to all.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>: the model has moderators, or the groups don't have each study once; <see cref="ErrorCode.LengthMismatch"/>: not one
    /// name per group; <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    /// <remarks>metafor's <c>cumul(fit, order=, collapse=TRUE)</c> (4.8-0).</remarks>
    public SubsetFitTable CumulateGroups(IReadOnlyList<IReadOnlyList<int>> groups, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(names);
        RequireNoModerators("cumul");
        if (groups.Count != names.Count)
        {
            throw new MetaBridgeException(ErrorCode.LengthMismatch, $"There are {names.Count} names for {groups.Count} groups of studies.");
        }

        if (groups.Any(group => group.Count == 0) || !groups.SelectMany(group => group).Order().SequenceEqual(Enumerable.Range(0, Fit.StudyCount)))
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid, $"The groups of a cumulative analysis must have each of the {Fit.StudyCount} studies once, and none may be empty.");
        }

        return Accumulate(groups, names);
    }

    private SubsetFitTable Accumulate(IReadOnlyList<IReadOnlyList<int>> groups, IReadOnlyList<string> names)
    {
        int[] sequence = [.. groups.SelectMany(group => group)];
        var ends = new int[groups.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + groups[i].Count;
        }

        var fits = Many(ends.Length, (subsets, i) => subsets.Fit(sequence.AsSpan(0, ends[i])));
        return new SubsetFitTable("cumul", names, fits, this);
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
