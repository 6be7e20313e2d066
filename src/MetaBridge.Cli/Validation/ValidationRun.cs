using System.Globalization;
using MetaBridge.Agreement;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;
using MetaBridge.RInterop.Metadat;
using MetaBridge.RInterop.Reference;

namespace MetaBridge.Cli.Validation;

/// <summary>One run of <c>metabridge validate</c>.</summary>
/// <param name="host">Streams and R.</param>
/// <param name="request">What to do.</param>
internal sealed class ValidationRun(CommandHost host, ValidationRequest request)
{
    /// <summary>Runs the cases and prints what became of them.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var paths = CaseFinder.Find(CaseFolder(), request.Glob);
        using var session = new LazySession(host);
        var live = await OpenReferenceAsync(session, cancellation).ConfigureAwait(false);
        if (request.Record)
        {
            await new DatasetRecorder(host, session).RecordAsync(paths, cancellation).ConfigureAwait(false);
        }

        var loader = new DataLoader(host) { OpenSession = live is null ? null : session.OpenAsync };
        var installed = live?.Metadat is null
            ? null
            : new InstalledDatasets(new MetadatLibrary(await session.OpenAsync(cancellation).ConfigureAwait(false)));
        var runner = new CaseRunner(loader, live, request.Record, installed);
        var outcomes = await RunAsync(paths, runner, cancellation).ConfigureAwait(false);
        if (request.JsonPath is { } path)
        {
            Files.WriteText(path, ValidationJson.Write(outcomes));
        }

        return Conclude(outcomes);
    }

    private string CaseFolder() => request.CaseFolder
        ?? (host.Home is { } home ? Path.Combine(home, "golden") : throw new MetaBridgeException(
            ErrorCode.FileNotReadable, "The recorded cases are not beside the command; run it from its checkout or give --cases."));

    private async Task<MetaforReference?> OpenReferenceAsync(LazySession session, CancellationToken cancellation)
    {
        if (request.Mode == ReferenceMode.Recorded)
        {
            return null;
        }

        try
        {
            _ = await host.SetUpR(host, cancellation).ConfigureAwait(false);
            var reference = await MetaforReference.OpenAsync(
                await session.OpenAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            host.Error.WriteLine($"Comparing with metafor {reference.Metafor} in R {reference.R}.");
            return reference;
        }
        catch (MetaBridgeException exception)
            when (request.Mode == ReferenceMode.LiveIfPossible && ExitCode.Of(exception.Code) == ExitCode.RUnavailable)
        {
            host.Error.WriteLine($"{exception.Message} Going on with the recorded results of R.");
            return null;
        }
    }

    private async Task<List<CaseOutcome>> RunAsync(IReadOnlyList<string> paths, CaseRunner runner, CancellationToken cancellation)
    {
        var progress = new ProgressDisplay(host, paths.Count);
        var outcomes = new List<CaseOutcome>(paths.Count);
        foreach (var path in paths)
        {
            if (request.Family is { } family && !IsOfFamily(path, family))
            {
                continue;
            }

            progress.Start(Path.GetFileName(path)[..^AgreementCase.CaseSuffix.Length]);
            var outcome = await runner.RunAsync(path, cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            progress.Clear();
            outcomes.Add(outcome);
            if (!outcome.Passed || !request.Quiet)
            {
                host.Out.WriteLine(OutcomeText.Line(outcome));
            }
        }

        return outcomes;
    }

    /// <summary>Whether a case belongs to a family; a case that cannot be read does, so that it is reported.</summary>
    private static bool IsOfFamily(string path, string family)
    {
        try
        {
            return AgreementCase.Load(path).Spec.Family == family;
        }
        catch (MetaBridgeException)
        {
            return true;
        }
    }

    private int Conclude(List<CaseOutcome> outcomes)
    {
        var failed = outcomes.Count(outcome => !outcome.Passed);
        if (outcomes.Count == 0)
        {
            host.Error.WriteLine("No case was selected.");
        }

        host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcomes.Count - failed} passed, {failed} failed"));
        return failed == 0 && outcomes.Count > 0 ? ExitCode.Ok : ExitCode.Disagreement;
    }
}
