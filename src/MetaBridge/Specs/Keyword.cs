using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>The word for an enumeration value in specifications, on the command line and in R: metafor's own.</summary>
/// <param name="word">The word; case matters only where two words differ in case alone.</param>
/// <param name="description">What it stands for, in a few words.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class KeywordAttribute(string word, string description) : Attribute
{
    /// <summary>The word.</summary>
    public string Word { get; } = word;

    /// <summary>What it stands for.</summary>
    public string Description { get; } = description;

    /// <summary>Other words for the same value, separated by commas.</summary>
    public string Aliases { get; init; } = "";
}

/// <summary>Translates between enumeration values and their keywords.</summary>
/// <typeparam name="T">The enumeration; every value carries a <see cref="KeywordAttribute"/>.</typeparam>
public static class Keywords<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, KeywordAttribute> ByValue = typeof(T)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => (T)field.GetValue(null)!, field => field.GetCustomAttribute<KeywordAttribute>()
            ?? throw new InvalidOperationException($"{typeof(T).Name}.{field.Name} has no keyword."));

    private static readonly Dictionary<string, T> ByWord = ByValue
        .SelectMany(pair => pair.Value.Aliases.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Prepend(pair.Value.Word).Select(word => (word, pair.Key)))
        .ToDictionary(pair => pair.word, pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>All values with their keywords, in declaration order.</summary>
    public static IReadOnlyDictionary<T, KeywordAttribute> All => ByValue;

    /// <summary>The word of a value.</summary>
    public static string Of(T value) => ByValue[value].Word;

    /// <summary>Reads a word or one of its aliases, in any case.</summary>
    /// <param name="word">The word.</param>
    /// <param name="what">What is being read, for the message: <c>method</c>, <c>measure</c>.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>, listing the known words.</exception>
    public static T Parse(string word, string what) => ByWord.TryGetValue(word, out var value)
        ? value
        : throw new MetaBridgeException(
            ErrorCode.UnknownName,
            $"Unknown {what} '{word}'; known are {string.Join(", ", ByValue.Values.Select(k => k.Word))}.",
            new Dictionary<string, object?> { [what] = word });
}
