using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <content>Fits to all subsets of the studies.</content>
public sealed partial class UnivariateAnalysis
{
    // Subsets that a thread takes at a time: some milliseconds of work.
    private const int ShareOfSubsets = 512;

    // All subsets of more studies than this wouldn't fit into memory.
    private const int MostStudiesWithAllSubsets = 30;

    /// <summary>Fits the model to all, or sampled, subsets of at least p studies (Olkin, Dahabreh &amp; Trikalinos, 2012).</summary>
    /// <remarks>
    /// I² and H² are those of the fits, except that of an intercept-only DL model H² is Q/(k − 1) also where τ² is 0, as in metafor's <c>gosh</c>.
    /// </remarks>
    /// <param name="options">Which subsets; null for at most a million.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.Cancelled"/>.</exception>
    public SubsetTable Subsets(SubsetOptions? options = null)
    {
        options ??= new SubsetOptions();
        if (options.MaxSubsets < 1)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"The option 'subsets' is {options.MaxSubsets}; it must be at least 1.");
        }

        var (k, p) = (Fit.StudyCount, Fit.Coefficients.Count);
        var isAll = k <= MostStudiesWithAllSubsets && StudySubsets.Possible(k, p) <= options.MaxSubsets;
        var sets = isAll ? StudySubsets.All(k, p) : StudySubsets.Random(k, p, options.MaxSubsets, options.Seed);
        var table = new SubsetTable(sets, Fit.Coefficients.Names, IsInterceptOnly, isAll);
        FitAll(sets, table, options);
        return table;
    }

    private void FitAll(StudySubsets sets, SubsetTable table, SubsetOptions options)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(settings.CancellationToken, options.CancellationToken);
        var done = 0;
        var shares = (sets.Count + ShareOfSubsets - 1) / ShareOfSubsets;
        var how = new ParallelOptions { CancellationToken = both.Token, MaxDegreeOfParallelism = options.MaxParallel ?? Environment.ProcessorCount };
        try
        {
            Parallel.For(0, shares, how, () => (Refitter: SubsetFits.RefitterOf(this, settings.TauSquared), Members: new int[sets.Studies]), (share, _, own) =>
            {
                var end = Math.Min(sets.Count, (share + 1) * ShareOfSubsets);
                for (var s = share * ShareOfSubsets; s < end; s++)
                {
                    FitOne(own.Refitter, own.Members.AsSpan(0, sets.CopyTo(s, own.Members)), table, s);
                }

                options.Progress?.Report(Interlocked.Increment(ref done) / (double)shares);
                return own;
            }, _ => { });
        }
        catch (OperationCanceledException stopped)
        {
            throw Stopped("Fitting subsets of the studies", stopped);
        }
    }

    private void FitOne(UnivariateRefitter refitter, ReadOnlySpan<int> members, SubsetTable table, int s)
    {
        var fit = refitter.FitRows(Fit.Studies.EffectSizes, members);
        var isFitted = fit.Status == RefitStatus.Fitted;
        table.Sizes[s] = members.Length;
        table.ResidualHeterogeneity[s] = fit.ResidualHeterogeneity;
        table.TauSquared[s] = fit.TauSquared;
        table.ISquared[s] = fit.ISquared;
        table.HSquared[s] = isFitted && IsPlainDerSimonianLaird && members.Length > 1 ? fit.ResidualHeterogeneity / (members.Length - 1) : fit.HSquared;
        for (var j = 0; j < Fit.Coefficients.Count; j++)
        {
            table.Estimates[(j * table.Count) + s] = isFitted ? refitter.Estimates[j] : double.NaN;
        }
    }

    private bool IsPlainDerSimonianLaird => settings.Method == HeterogeneityMethod.DerSimonianLaird && settings.TauSquared is null
        && IsInterceptOnly && UnivariateResiduals.HasOwnWeights(Fit);
}
