using MetaBridge.Agreement;
using MetaBridge.Cli.Hosting;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Reference;

namespace MetaBridge.Cli.Validation;

/// <summary>Runs cases through both engines.</summary>
/// <param name="loader">Where the data come from.</param>
/// <param name="live">metafor, running; null to use its recorded results.</param>
/// <param name="record">Whether to record what metafor finds.</param>
/// <param name="installed">The installed metadat, against which recorded datasets are checked; null to check none.</param>
internal sealed class CaseRunner(DataLoader loader, MetaforReference? live, bool record, InstalledDatasets? installed = null)
{
    /// <summary>Runs a case; what goes wrong with it is part of the outcome.</summary>
    /// <param name="path">The case file.</param>
    /// <param name="cancellation">Stops the work early.</param>
    public async Task<CaseOutcome> RunAsync(string path, CancellationToken cancellation)
    {
        var id = Path.GetFileName(path)[..^AgreementCase.CaseSuffix.Length];
        try
        {
            return await RunAsync(AgreementCase.Load(path), cancellation).ConfigureAwait(false);
        }
        catch (MetaBridgeException exception) when (!cancellation.IsCancellationRequested)
        {
            return new(id, null, exception);
        }
    }

    private async Task<CaseOutcome> RunAsync(AgreementCase theCase, CancellationToken cancellation)
    {
        var data = await loader.LoadAsync(theCase.Data, theCase.Folder, cancellation).ConfigureAwait(false);
        var (reference, isLive) = await ReferenceAsync(theCase, data, cancellation).ConfigureAwait(false);
        var report = AgreementCheck.Run(theCase.Spec, data, reference, cancellation);
        if (record)
        {
            new RecordedResult(theCase.Id, data.ContentHash(), theCase.Spec, reference).Save(theCase.VerifiedPath);
        }

        ReceivedResult.Update(theCase, report, () => MetaAnalysis.Fit(theCase.Spec, data));
        var certificate = new Certificate(
            theCase.Id,
            theCase.Title,
            theCase.Data,
            data.ContentHash(),
            theCase.Spec,
            reference.Provenance,
            isLive,
            report);
        var problem = installed is null ? null : await installed.ProblemOfAsync(data, cancellation).ConfigureAwait(false);
        problem ??= !isLive || record ? null : RecordedProblem(theCase, data, reference, report);
        return new(theCase.Id, certificate, problem);
    }

    /// <summary>The live result, or the recorded one where there is no R, or R lacks the package that a single model needs.</summary>
    private async Task<(ReferenceResult Reference, bool IsLive)> ReferenceAsync(AgreementCase theCase, Dataset data, CancellationToken cancellation)
    {
        if (live is not null)
        {
            try
            {
                return (await live.ResultAsync(theCase.Spec, data, cancellation).ConfigureAwait(false), true);
            }
            catch (MetaBridgeException exception) when (exception.Code == ErrorCode.RPackageMissing && !record)
            {
                // What was recorded is compared below.
            }
        }

        return (LoadRecorded(theCase, data).Result, false);
    }

    private static RecordedResult LoadRecorded(AgreementCase theCase, Dataset data)
    {
        var recorded = RecordedResult.Load(theCase.VerifiedPath);
        recorded.RequireMatch(theCase, data);
        return recorded;
    }

    /// <summary>What is wrong with the recorded result in the light of the live one; null when it still holds.</summary>
    private static MetaBridgeException? RecordedProblem(
        AgreementCase theCase, Dataset data, ReferenceResult reference, AgreementReport report)
    {
        try
        {
            var recorded = LoadRecorded(theCase, data).Result;
            var changed = AgreementCheck.CompareRecorded(report, reference, recorded);
            return changed.Count == 0 ? null : new MetaBridgeException(
                ErrorCode.GoldenStale,
                $"R's result changed since it was recorded with {recorded.Provenance.Engine}, now {reference.Provenance.Engine}: {changed[0]}.",
                new Dictionary<string, object?> { ["case"] = theCase.Id, ["quantity"] = changed[0].Name });
        }
        catch (MetaBridgeException exception)
        {
            return exception;
        }
    }
}
