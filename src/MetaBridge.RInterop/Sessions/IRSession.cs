using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Sessions;

/// <summary>A running R: inside this process, or a child process behind the same interface.</summary>
/// <remarks>
/// Safe to call from any thread; calls are queued to the one thread (or process) that owns R. Values travel as copies; nothing is ever
/// spliced into code. Errors of R become <see cref="RException"/>s.
/// </remarks>
public interface IRSession : IDisposable
{
    /// <summary>What is running: version, home, where.</summary>
    RSessionInfo Info { get; }

    /// <summary>Evaluates R code in a fresh environment (child of the global one) in which the given variables are bound.</summary>
    /// <param name="code">R code: trusted text of this program, never text that a user typed.</param>
    /// <param name="variables">Values by the name under which the code sees them.</param>
    /// <param name="cancellation">Interrupts the evaluation, as Ctrl-C does in R.</param>
    /// <returns>The value with everything R printed and warned about.</returns>
    /// <exception cref="RException">R raised an error, could not parse the code, or was interrupted.</exception>
    Task<REvaluation> EvaluateAsync(
        string code,
        IReadOnlyDictionary<string, RValue>? variables = null,
        CancellationToken cancellation = default);
}

/// <summary>The outcome of an evaluation.</summary>
/// <param name="Value">The value of the last expression.</param>
/// <param name="IsVisible">Whether R would print it.</param>
/// <param name="Warnings">Warnings, in order, in R's words.</param>
/// <param name="Messages">Messages (R's <c>message()</c>), in order.</param>
/// <param name="Output">What was printed.</param>
public sealed record REvaluation(
    RValue Value,
    bool IsVisible,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Messages,
    string Output);

/// <summary>What R a session runs.</summary>
/// <param name="Version">R's version, <c>4.2.2</c>.</param>
/// <param name="Home">R's home folder.</param>
/// <param name="Platform">R's platform triplet.</param>
/// <param name="IsInProcess">Whether R lives in this process.</param>
public sealed record RSessionInfo(string Version, string Home, string Platform, bool IsInProcess);
