namespace MetaBridge.Errors;

/// <summary>Misuse or bad input: says what, where and what to try, with a code to branch on.</summary>
/// <remarks>
/// The message is complete by itself: what is wrong, where (row, study, column) and the value. <see cref="Context"/> holds the
/// same facts as data. Rows are counted from 1, as users see them.
/// </remarks>
public class MetaBridgeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">Which of the closed set of errors.</param>
    /// <param name="message">What is wrong, where, and the value; one sentence.</param>
    /// <param name="context">The facts in the message by name, such as <c>row</c>, <c>study</c>, <c>column</c>, <c>value</c>.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public MetaBridgeException(
        ErrorCode code,
        string message,
        IReadOnlyDictionary<string, object?>? context = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Context = context ?? new Dictionary<string, object?>();
    }

    /// <summary>Which of the closed set of errors this is.</summary>
    public ErrorCode Code { get; }

    /// <summary>The facts in the message as data.</summary>
    public IReadOnlyDictionary<string, object?> Context { get; }

    /// <summary>What to try.</summary>
    public string Remedy => Code.Explain().Remedy;

    /// <summary>The code, the message and what to try, as the command line and R print them.</summary>
    public string ToUserMessage() => $"{Code.ToLabel()}: {Message} {Remedy}";
}
