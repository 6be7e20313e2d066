using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>The options of a <see cref="FurtherRequest"/>: by name, each one value or a list.</summary>
/// <remarks>A reading method gives null, or the default, for an option that was not given, and an error that names it when it has the wrong type.</remarks>
public sealed class FurtherOptions
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> values;

    internal FurtherOptions(FurtherResult asked, IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        Asked = asked;
        this.values = values;
    }

    /// <summary>What they are options of.</summary>
    public FurtherResult Asked { get; }

    /// <summary>The names that were given.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>How many were given.</summary>
    public int Count => values.Count;

    /// <summary>Whether an option was given.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>Refuses options that nobody knows.</summary>
    /// <param name="known">The names that there are.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>.</exception>
    public void RequireKnown(params string[] known)
    {
        ArgumentNullException.ThrowIfNull(known);
        foreach (var name in values.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                var word = Keywords<FurtherResult>.Of(Asked);
                throw new MetaBridgeException(
                    ErrorCode.UnknownName,
                    known.Length == 0 ? $"'{word}' has no options; '{name}' was given." : $"'{word}' has no option '{name}'; it has {string.Join(", ", known)}.",
                    new Dictionary<string, object?> { ["also"] = word, ["option"] = name });
            }
        }
    }

    /// <summary>The texts of a list, or of one value; null when it was not given.</summary>
    public IReadOnlyList<string>? Texts(string name) => values.GetValueOrDefault(name);

    /// <summary>One text; null when it was not given.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: it is a list.</exception>
    public string? Text(string name) => Texts(name) is not { } list ? null : list.Count == 1 ? list[0] : throw Wrong(name, "one value");

    /// <summary>A word of a vocabulary, or the default.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.UnknownName"/>.</exception>
    public T Keyword<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicFields)] T>(string name, T otherwise)
        where T : struct, Enum => Text(name) is { } word ? Keywords<T>.Parse(word, name) : otherwise;

    /// <summary>The numbers of a list; null when it was not given. <c>NA</c> is NaN.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public double[]? Numbers(string name) => Texts(name)?.Select(text => NumberOf(name, text)).ToArray();

    /// <summary>One number; null when it was not given.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public double? Number(string name) => Text(name) is { } text ? NumberOf(name, text) : null;

    /// <summary>One whole number; null when it was not given.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public int? Integer(string name) => Number(name) is not { } value ? null : value == (int)value ? (int)value : throw Wrong(name, "a whole number");

    /// <summary>Whole numbers; null when they were not given. <c>2:4</c> stands for 2, 3, 4.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public int[]? Integers(string name) => Texts(name)?.SelectMany(text => Range(name, text)).ToArray();

    /// <summary>TRUE or FALSE, or the default.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public bool Flag(string name, bool otherwise) => Text(name) switch
    {
        null => otherwise,
        "TRUE" or "true" => true,
        "FALSE" or "false" => false,
        _ => throw Wrong(name, "TRUE or FALSE"),
    };

    /// <summary>The error of an option whose value is of no use.</summary>
    /// <param name="name">The option.</param>
    /// <param name="needed">What it must be.</param>
    public MetaBridgeException Wrong(string name, string needed) => new(
        ErrorCode.InvalidOption,
        $"The option '{name}' of '{Keywords<FurtherResult>.Of(Asked)}' must be {needed}; it is {string.Join(", ", values[name])}.",
        new Dictionary<string, object?> { ["option"] = name, ["value"] = string.Join(", ", values[name]) });

    private double NumberOf(string name, string text) => text switch
    {
        "NA" => double.NaN,
        "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : throw Wrong(name, "a number"),
    };

    private IEnumerable<int> Range(string name, string text)
    {
        var ends = text.Split(':').Select(end => int.TryParse(end, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i) ? i : throw Wrong(name, "whole numbers")).ToArray();
        return ends.Length switch
        {
            1 => ends,
            2 when ends[0] <= ends[1] && ends[1] - (long)ends[0] < 1_000_000 => Enumerable.Range(ends[0], ends[1] - ends[0] + 1),
            _ => throw Wrong(name, "whole numbers"),
        };
    }
}
