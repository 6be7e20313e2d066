using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>Several estimators in turn as one text: <c>REML,DL</c>.</summary>
public static class MethodSequence
{
    /// <summary>Reads estimators separated by commas.</summary>
    /// <param name="text">One word or several.</param>
    /// <returns>The estimators in their order, at least one.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/> for a word that is none.</exception>
    public static IReadOnlyList<HeterogeneityMethod> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',').Select(word => Keywords<HeterogeneityMethod>.Parse(word.Trim(), "method"))];
    }
}
