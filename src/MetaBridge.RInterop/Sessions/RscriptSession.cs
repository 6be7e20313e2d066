using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Sessions;

/// <summary>A session with R in a child process, which can't take this process down.</summary>
/// <remarks>
/// Values cross a loopback connection in R's own binary serialization, so nothing is lost on the way. A child that ends answers
/// what waits with <see cref="ErrorCode.RProcessLost"/>; open a new session then.
/// </remarks>
public sealed class RscriptSession : IRSession
{
    private const string InfoCode =
        "c(paste(R.version$major, R.version$minor, sep = \".\"), R.version$platform)";

    private readonly SemaphoreSlim turn = new(1);
    private readonly RChild child;
    private readonly RSessionOptions options;

    private RscriptSession(RChild child, RHome home, RSessionOptions options)
    {
        this.child = child;
        this.options = options;
        Info = new RSessionInfo("", home.Path, "", IsInProcess: false);
    }

    /// <inheritdoc/>
    public RSessionInfo Info { get; private set; }

    /// <summary>The id of the child process.</summary>
    public int ProcessId => child.ProcessId;

    /// <summary>Starts a child process with R.</summary>
    /// <param name="options">How.</param>
    /// <exception cref="RNotFoundException">No usable R was found.</exception>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RStartFailed"/>.</exception>
    public static RscriptSession Open(RSessionOptions? options = null)
    {
        options ??= new RSessionOptions();
        var home = RHome.Locate(options.Home);
        var session = new RscriptSession(RChild.Start(home), home, options);
        var request = RSerialization.Write(Request(InfoCode, new Dictionary<string, RValue>()));
        var answer = session.Exchange(request, () => "", CancellationToken.None); // before the user's time limit counts
        var facts = RFailure.Text(RFailure.Strings(answer.Value));
        session.Info = new RSessionInfo(facts[0], home.Path, facts[1], IsInProcess: false);
        return session;
    }

    /// <inheritdoc/>
    public async Task<REvaluation> EvaluateAsync(
        string code, IReadOnlyDictionary<string, RValue>? variables = null, CancellationToken cancellation = default)
    {
        RVariables.Verify(code, variables);
        var request = RSerialization.Write(Request(code, variables ?? new Dictionary<string, RValue>()));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.TimeLimit != Timeout.InfiniteTimeSpan)
        {
            limited.CancelAfter(options.TimeLimit);
        }

        string Reason() => cancellation.IsCancellationRequested
            ? InterruptReason.Cancelled
            : $"The evaluation took longer than {options.TimeLimit.TotalSeconds} s.";
        try
        {
            await turn.WaitAsync(limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new RInterruptedException(Reason());
        }

        try
        {
            // On a pool thread: the exchange blocks, and the caller may be a user interface.
            return await Task.Run(
                () => Exchange(request, Reason, limited.Token), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        child.Dispose();
        turn.Dispose();
    }

    private static RList Request(string code, IReadOnlyDictionary<string, RValue> variables) => new(
    [
        new RStringVector([code]),
        new RList([.. variables.Values])
        {
            Attributes = new Dictionary<string, RValue> { ["names"] = new RStringVector([.. variables.Keys]) },
        },
    ]);

    private REvaluation Exchange(ReadOnlyMemory<byte> request, Func<string> reason, CancellationToken limited)
    {
        using var onCancel = limited.Register(() => child.Interrupt(options.InterruptGrace));
        var reply = RSerialization.Read(child.Exchange(request, reason, limited)) as RList
            ?? throw new MetaBridgeException(ErrorCode.RProcessLost, "The R process gave an answer of the wrong shape.");
        return Outcome(reply.Values, reason);
    }

    private static REvaluation Outcome(RValue[] reply, Func<string> reason)
    {
        var kind = ((RIntegerVector)reply[0]).Values[0];
        var warnings = RFailure.Text(RFailure.Strings(reply[3]));
        var output = RFailure.Strings(reply[8]).FirstOrDefault() ?? "";
        if (kind == 0)
        {
            var isVisible = ((RLogicalVector)reply[2]).Values[0] == true;
            return new REvaluation(reply[1], isVisible, warnings, RFailure.Text(RFailure.Strings(reply[4])), output);
        }

        throw RFailure.Create(
            kind,
            string.Concat(RFailure.Strings(reply[5])),
            RFailure.Strings(reply[6]),
            RFailure.Strings(reply[7]).FirstOrDefault(),
            warnings,
            output,
            reason());
    }
}
