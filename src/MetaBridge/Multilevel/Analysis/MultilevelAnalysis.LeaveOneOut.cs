using MetaBridge.Errors;

namespace MetaBridge.Multilevel.Analysis;

/// <content>The fit without each row or cluster in turn, components estimated again.</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>Leaves every row or cluster out in turn, estimates everything again, and says how the results change.</summary>
    /// <remarks>
    /// <para>Each search starts from the components of the full fit. Cases run in parallel; the result does not depend on how many at a time.</para>
    /// <para>Cook's distance is (β̂ − β̂₍₋c₎)'Var(β̂)⁻¹(β̂ − β̂₍₋c₎); DFBETAS divide the change by the standard error from all outcomes at the components of the
    /// reduced fit; deleted residuals as in <see cref="Residuals"/>, at the reduced fit's components. So metafor's <c>cooks.distance</c>,
    /// <c>dfbetas</c> and <c>rstudent</c> for rma.mv with <c>reestimate=TRUE</c>.</para>
    /// </remarks>
    /// <param name="cluster">A column whose levels are the cases; null for single rows.</param>
    /// <param name="progress">Told how many cases are done.</param>
    /// <param name="maxParallel">How many cases at a time; null for one per core.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="MetaBridgeException">The column is not usable, or <see cref="ErrorCode.Cancelled"/>.</exception>
    public LeaveOneOutTable LeaveOneOut(
        string? cluster = null, IProgress<int>? progress = null, int? maxParallel = null, CancellationToken cancellation = default)
    {
        var cases = cluster is null ? Cases.OfRows(model) : Cases.Of(model, Levels(cluster));
        var results = new CaseWithout[cases.Count];
        var done = 0;
        var settings = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = maxParallel ?? Environment.ProcessorCount };
        try
        {
            Parallel.For(0, cases.Count, settings, () => Refit.On(model, [.. Enumerable.Range(0, model.RowCount)]), (c, _, full) =>
            {
                results[c] = new CaseDeletion(model, full, cancellation).Without(cases.Rows[c]);
                progress?.Report(Interlocked.Increment(ref done));
                return full;
            }, _ => { });
        }
        catch (OperationCanceledException stopped)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, $"Leaving cases out was stopped after {done} of {cases.Count}.", innerException: stopped);
        }
        catch (AggregateException several) when (several.InnerExceptions is [MetaBridgeException first, ..])
        {
            throw first;
        }

        return new LeaveOneOutTable(
            cases.Names, Fit.Coefficients.Names, [.. Fit.ComponentsByKind().SelectMany(Named)], results, OfRows(cases, results), cluster is not null);
    }

    private static IEnumerable<string> Named(IGrouping<ComponentKind, VarianceComponent> group) =>
        group.Select((_, i) => $"{Specs.Keywords<ComponentKind>.Of(group.Key)}.{i + 1}");

    // Deleted residuals in the order of rows.
    private DeletedResidual[] OfRows(Cases cases, CaseWithout[] results)
    {
        var rows = new DeletedResidual[model.RowCount];
        for (var c = 0; c < cases.Count; c++)
        {
            for (var i = 0; i < cases.Rows[c].Length; i++)
            {
                rows[cases.Rows[c][i]] = results[c].Residuals[i] with { Label = Fit.Studies.Labels[cases.Rows[c][i]] };
            }
        }

        return rows;
    }
}
