using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Sessions;

/// <summary>A session with the R inside this process.</summary>
/// <remarks>
/// There is one R per process, for the life of the process: all sessions share it and its global environment, and
/// <see cref="Dispose"/> ends the session, not R. A path that ends R (a crash in a package's compiled code) ends the process; where
/// that is not acceptable, use <see cref="RscriptSession"/>.
/// </remarks>
public sealed class InProcessRSession : IRSession
{
    private readonly RHost host;
    private readonly TimeSpan limit;
    private bool disposed;

    private InProcessRSession(RHost host, TimeSpan limit)
    {
        this.host = host;
        this.limit = limit;
    }

    /// <inheritdoc/>
    public RSessionInfo Info => host.Info;

    /// <summary>Starts R, or joins the one that runs.</summary>
    /// <param name="options">How.</param>
    /// <exception cref="RNotFoundException">No usable R was found.</exception>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RStartFailed"/>.</exception>
    public static InProcessRSession Open(RSessionOptions? options = null)
    {
        options ??= new RSessionOptions();
        return new InProcessRSession(RHost.Start(options.Home), options.TimeLimit);
    }

    /// <inheritdoc/>
    public Task<REvaluation> EvaluateAsync(
        string code, IReadOnlyDictionary<string, RValue>? variables = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        RVariables.Verify(code, variables);
        return host.Run(() => host.Frame.Evaluate(code, variables, host.Constants.Nil, Copy), limit, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => disposed = true;

    private REvaluation Copy(ROutcome outcome) => new(
        host.Reader.Read(outcome.Value), outcome.IsVisible, outcome.Warnings, outcome.Messages, outcome.Output);
}
