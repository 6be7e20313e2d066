using MetaBridge.Errors;

namespace MetaBridge.RInterop.Sessions;

/// <summary>An R condition that ended an evaluation.</summary>
/// <param name="code">Which of the closed set of errors.</param>
/// <param name="message">R's message.</param>
public class RException(ErrorCode code, string message) : MetaBridgeException(code, message)
{
    /// <summary>The class vector of the condition, such as <c>simpleError, error, condition</c>.</summary>
    public IReadOnlyList<string> ConditionClasses { get; init; } = [];

    /// <summary>The call that raised it, as R code; null if R does not say.</summary>
    public string? Call { get; init; }

    /// <summary>Warnings raised before the error.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What was printed before the error.</summary>
    public string Output { get; init; } = "";
}
