using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;

namespace MetaBridge.RInterop.Sessions;

/// <summary>R could not parse the code.</summary>
/// <param name="message">The parser's message.</param>
public sealed class RParseException(string message) : RException(ErrorCode.RParseFailed, message);

/// <summary>An evaluation was cancelled, or took longer than its limit.</summary>
/// <param name="message">Which of the two.</param>
public sealed class RInterruptedException(string message) : RException(ErrorCode.RInterrupted, message);

/// <summary>No usable R installation was found.</summary>
public sealed class RNotFoundException : MetaBridgeException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="search">What was tried.</param>
    public RNotFoundException(RHomeSearch search)
        : base(
            ErrorCode.RNotFound,
            $"No usable R was found. Tried: {string.Join("; ", search.Tried)}.",
            new Dictionary<string, object?> { ["tried"] = search.Tried })
    {
        Search = search;
    }

    /// <summary>What was tried.</summary>
    public RHomeSearch Search { get; }
}
