using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>Priors as short texts: <c>normal(0, 0.5)</c>, <c>normal(mean = 0, sd = 0.5)[0, Inf]</c>, <c>half-t(scale = 0.5, df = 3)</c>.</summary>
/// <remarks>
/// Parameters may be named; otherwise they stand in the order of RoBMA's <c>prior()</c>. Square brackets truncate. The prefix <c>half-</c> puts the
/// location at 0, so that it need not be given, and cuts below 0.
/// </remarks>
public static class PriorText
{
    private const string Half = "half-";

    /// <summary>Writes a prior.</summary>
    /// <param name="prior">The prior.</param>
    /// <param name="digits">Significant digits of its numbers; null for as many as read back the same.</param>
    public static string Write(Prior prior, int? digits = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        string Number(double? value, string none) => value is not { } x ? none
            : double.IsInfinity(x) ? (x > 0 ? "Inf" : "-Inf")
            : x.ToString(digits is null ? "R" : "G" + digits.Value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var values = string.Join(", ", PriorForm.ValuesOf(prior).Select(pair => Number(pair.Value, "")));
        var truncation = PriorForm.HasOwnBounds(prior) || (prior.Lower is null && prior.Upper is null)
            ? ""
            : $"[{Number(prior.Lower, "-Inf")}, {Number(prior.Upper, "Inf")}]";
        return $"{Keywords<PriorFamily>.Of(prior.Distribution)}({values}){truncation}";
    }

    /// <summary>Reads a prior.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">What to call it in messages, such as <c>prior_effect</c>.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.PriorInvalid"/> or <see cref="ErrorCode.UnknownName"/>, saying what is wrong with it.
    /// </exception>
    public static Prior Parse(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        var compact = text.Trim();
        int open = compact.IndexOf('(', StringComparison.Ordinal), close = compact.IndexOf(')', StringComparison.Ordinal);
        if (open <= 0 || close < open)
        {
            throw Malformed(text, place);
        }

        var word = compact[..open].Trim();
        var isHalf = word.StartsWith(Half, StringComparison.OrdinalIgnoreCase);
        var prior = new Prior { Distribution = SpecJsonParts.Parse<PriorFamily>(isHalf ? word[Half.Length..] : word, "distribution", place) };
        prior = isHalf ? HalfOf(prior, text, place) : prior;
        prior = WithParameters(prior, compact[(open + 1)..close], isHalf, text, place);
        return Truncated(prior, compact[(close + 1)..].Trim(), text, place);
    }

    private static Prior HalfOf(Prior prior, string text, string place) =>
        prior.Distribution is PriorFamily.Normal or PriorFamily.StudentT or PriorFamily.Cauchy
            ? prior with { Location = 0, Lower = 0 }
            : throw Malformed(text, place);

    private static Prior WithParameters(Prior prior, string list, bool isHalf, string text, string place)
    {
        var names = PriorForm.NamesOf(prior.Distribution)[(isHalf ? 1 : 0)..];
        var values = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < values.Length; i++)
        {
            var parts = values[i].Split('=', 2, StringSplitOptions.TrimEntries);
            var name = parts.Length == 2 ? parts[0] : i < names.Length ? names[i] : throw Malformed(text, place);
            prior = PriorForm.With(prior, name, Number(parts[^1], text, place), place);
        }

        return prior;
    }

    private static Prior Truncated(Prior prior, string tail, string text, string place)
    {
        if (tail.Length == 0)
        {
            return prior;
        }

        var bounds = tail is ['[', .. var inside, ']'] ? inside.Split(',', StringSplitOptions.TrimEntries) : [];
        return bounds.Length == 2 && !PriorForm.HasOwnBounds(prior)
            ? prior with { Lower = Bound(bounds[0], text, place), Upper = Bound(bounds[1], text, place) }
            : throw Malformed(text, place);
    }

    private static double? Bound(string bound, string text, string place) =>
        Number(bound, text, place) is var value && double.IsInfinity(value) ? null : value;

    private static double Number(string number, string text, string place) => number switch
    {
        "Inf" or "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Malformed(text, place),
    };

    private static MetaBridgeException Malformed(string text, string place) => new(
        ErrorCode.PriorInvalid,
        $"{place}: '{text}' is not a prior; write normal(0, 0.5), half-cauchy(1), t(0, 0.5, 3)[0, Inf], invgamma(1, 0.15), beta(1, 1), uniform(0, 1) or point(0).",
        new Dictionary<string, object?> { ["prior"] = text });
}
