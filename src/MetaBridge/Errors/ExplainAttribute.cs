using System.Globalization;
using System.Reflection;

namespace MetaBridge.Errors;

/// <summary>What an <see cref="ErrorCode"/> means and what to try.</summary>
/// <param name="cause">One sentence: what went wrong.</param>
/// <param name="remedy">One sentence: what to try.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ExplainAttribute(string cause, string remedy) : Attribute
{
    /// <summary>One sentence: what went wrong.</summary>
    public string Cause { get; } = cause;

    /// <summary>One sentence: what to try.</summary>
    public string Remedy { get; } = remedy;
}

/// <summary>Text forms of an <see cref="ErrorCode"/>.</summary>
public static class ErrorCodes
{
    private static readonly Dictionary<ErrorCode, ExplainAttribute> Explanations =
        typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            field => (ErrorCode)field.GetRawConstantValue()!,
            field => field.GetCustomAttribute<ExplainAttribute>()
                     ?? throw new InvalidOperationException($"{field.Name} has no explanation."));

    /// <summary>The code as users see it, <c>MB0103</c>.</summary>
    public static string ToLabel(this ErrorCode code) => string.Create(CultureInfo.InvariantCulture, $"MB{(int)code:0000}");

    /// <summary>Cause and remedy of the code.</summary>
    public static ExplainAttribute Explain(this ErrorCode code) => Explanations[code];

    /// <summary>Reads <c>MB0103</c> or <c>103</c> or <c>NonPositiveVariance</c>; null when there is no such code.</summary>
    public static ErrorCode? TryParse(string text)
    {
        var digits = text.StartsWith("MB", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Enum.IsDefined((ErrorCode)number) ? (ErrorCode)number : null;
        }

        return Enum.TryParse<ErrorCode>(text, ignoreCase: true, out var byName) && Enum.IsDefined(byName) ? byName : null;
    }
}
