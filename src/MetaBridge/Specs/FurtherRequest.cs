using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>
/// A table beside a fit, with the options it is to be made by: <c>influence</c>, <c>gosh(subsets=1000, seed=1)</c>, <c>anova(btt=c(2,3))</c>. The
/// same text in specifications, on the command line and in R.
/// </summary>
/// <remarks>Values are numbers, TRUE or FALSE, words, texts in quotation marks, and lists of them in <c>c( )</c>.</remarks>
public sealed class FurtherRequest : IEquatable<FurtherRequest>
{
    private readonly string text;

    /// <summary>A request without options.</summary>
    public FurtherRequest(FurtherResult result)
        : this(result, new Dictionary<string, IReadOnlyList<string>>())
    {
    }

    /// <summary>A request with options.</summary>
    /// <param name="result">What is asked for.</param>
    /// <param name="options">Its options by name, each a list of one value or more.</param>
    public FurtherRequest(FurtherResult result, IReadOnlyDictionary<string, IReadOnlyList<string>> options)
    {
        Result = result;
        Options = new FurtherOptions(result, new Dictionary<string, IReadOnlyList<string>>(options));
        text = Write();
    }

    /// <summary>What is asked for.</summary>
    public FurtherResult Result { get; }

    /// <summary>By which options.</summary>
    public FurtherOptions Options { get; }

    /// <summary>Whether there are no options.</summary>
    public bool IsPlain => Options.Count == 0;

    /// <summary>A word alone is a request.</summary>
    public static implicit operator FurtherRequest(FurtherResult result) => new(result);

    /// <inheritdoc cref="FurtherRequest(FurtherResult)"/>
    public static FurtherRequest FromFurtherResult(FurtherResult result) => new(result);

    /// <summary>Reads a request.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/> or <see cref="ErrorCode.UnknownName"/>.</exception>
    public static FurtherRequest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var result = Keywords<FurtherResult>.Parse((open < 0 ? text : text[..open]).Trim(), "result");
        if (open < 0)
        {
            return new FurtherRequest(result);
        }

        var rest = text[(open + 1)..].TrimEnd();
        return rest.EndsWith(')') ? new FurtherRequest(result, FurtherRequestText.Options(rest[..^1], text)) : throw FurtherRequestText.Malformed(text);
    }

    /// <summary>Reads requests that stand beside each other, separated by commas.</summary>
    /// <inheritdoc cref="Parse"/>
    public static IReadOnlyList<FurtherRequest> ParseList(string text) => [.. FurtherRequestText.Split(text).Select(Parse)];

    /// <summary>Whether one of several requests is this word, with options or without.</summary>
    public static bool Asks(IEnumerable<FurtherRequest>? requests, FurtherResult result) => requests?.Any(request => request.Result == result) == true;

    /// <inheritdoc/>
    public bool Equals(FurtherRequest? other) => other is not null && other.text == text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FurtherRequest);

    /// <inheritdoc/>
    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The request as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => text;

    private string Write()
    {
        var written = new StringBuilder(Keywords<FurtherResult>.Of(Result));
        var separator = "(";
        foreach (var name in Options.Names)
        {
            written.Append(separator).Append(name).Append('=').Append(FurtherRequestText.Value(Options.Texts(name)!));
            separator = ", ";
        }

        return written.Append(IsPlain ? "" : ")").ToString();
    }
}
