using System.Text;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>The R code that evaluates with conditions caught; embedded so that it cannot get lost.</summary>
internal static class RHarnessText
{
    internal static string Read(string name)
    {
        using var stream = typeof(RHarnessText).Assembly.GetManifestResourceStream(name)
            ?? throw new MetaBridgeException(ErrorCode.Internal, $"The resource {name} is missing.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>The outcome of the harness as one exception, the same wherever R runs.</summary>
internal static class RFailure
{
    internal const int Error = 1;
    internal const int Parse = 2;
    internal const int Interrupt = 3;

    internal static RException Create(
        int kind, string message, string?[] classes, string? call, string?[] warnings, string output, string interruptReason) => kind switch
        {
            Parse => new RParseException(message)
            {
                ConditionClasses = Text(classes),
                Warnings = Text(warnings),
                Output = output,
            },
            Interrupt => new RInterruptedException(interruptReason)
            {
                ConditionClasses = Text(classes),
                Warnings = Text(warnings),
                Output = output,
            },
            _ => new RException(ErrorCode.REvaluationFailed, message)
            {
                ConditionClasses = Text(classes),
                Call = call,
                Warnings = Text(warnings),
                Output = output,
            },
        };

    /// <summary>A vector of texts that may also be NULL.</summary>
    internal static string?[] Strings(RValue value) => value is RStringVector text ? text.Values : [];

    internal static string[] Text(string?[] values) => Array.ConvertAll(values, value => value ?? "NA");
}
