using System.Diagnostics.CodeAnalysis;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Version, error codes and keywords as texts.</summary>
internal static unsafe class Vocabulary
{
    /// <summary>The version of the core, three numbers.</summary>
    public static string Version => typeof(MetaAnalysis).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Label, cause and remedy of an error code on three lines.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public static string Explain(byte* code)
    {
        var text = Utf8Text.Read(code, "code");
        var known = ErrorCodes.TryParse(text) ?? throw new MetaBridgeException(
            ErrorCode.UnknownName,
            $"There is no error code '{text}'; codes look like MB0103.",
            new Dictionary<string, object?> { ["code"] = text });
        var explanation = known.Explain();
        return $"{known.ToLabel()}\n{explanation.Cause}\n{explanation.Remedy}";
    }

    /// <summary>The words of a kind, one line each: word, description, aliases.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public static string Keywords(byte* kind)
    {
        var text = Utf8Text.Read(kind, "kind");
        return text switch
        {
            "method" => List<HeterogeneityMethod>(),
            "test" => List<CoefficientTest>(),
            "measure" => List<EffectMeasure>(),
            "to" => List<AddRule>(),
            _ => throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"There is no kind of keywords '{text}'; known are method, test, measure, to.",
                new Dictionary<string, object?> { ["kind"] = text }),
        };
    }

    private static string List<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>()
        where T : struct, Enum =>
        string.Join('\n', Keywords<T>.All.Values.Select(keyword =>
            $"{keyword.Word}\t{keyword.Description}\t{keyword.Aliases.Replace(" ", "", StringComparison.Ordinal)}"));
}
