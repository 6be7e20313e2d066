using System.Globalization;
using System.Text;

namespace MetaBridge.Data.Formulas;

/// <summary>How R writes numbers and quoted texts.</summary>
internal static class RText
{
    /// <summary>R's <c>as.character</c> and <c>deparse</c> show numbers with up to this many significant digits.</summary>
    private const int ShownDigits = 15;

    /// <summary>
    /// A number as R's <c>as.character</c> writes it: as few digits as give the same value at 15 digits, in fixed notation
    /// unless that is wider than the scientific one (so 100000 is <c>1e+05</c>).
    /// </summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
        {
            return Na.IsNa(value) ? "NA" : "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "Inf" : "-Inf";
        }

        return value == 0 ? "0" : Shorter(value.ToString("E14", CultureInfo.InvariantCulture));
    }

    /// <summary>A number that R reads back as the same value.</summary>
    public static string ExactNumber(double value)
    {
        var shown = Number(value);
        return !double.IsFinite(value) || double.Parse(shown, CultureInfo.InvariantCulture) == value
            ? shown
            : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
    }

    /// <summary>A text as R's <c>deparse</c> writes it between the given quotes.</summary>
    public static string Quote(string text, char quote = '"')
    {
        var quoted = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            quoted.Append(c == quote || c == '\\' ? $"\\{c}" : Escape(c));
        }

        return quoted.Append(quote).ToString();
    }

    /// <summary>A name as R code: in backticks where R needs them.</summary>
    public static string Symbol(string name) => RNames.IsSyntactic(name) ? name : Quote(name, '`');

    /// <summary>A character as it can stand in a message.</summary>
    public static string Printable(char c) => char.IsSurrogate(c) ? $"U+{(int)c:X4}" : Escape(c);

    public static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Orders texts by code point, which is R's order in the C locale (UTF-8 bytes sort alike).</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                // A surrogate half stands for a code point above every other UTF-16 unit.
                var leftHigh = char.IsSurrogate(left[i]);
                return leftHigh == char.IsSurrogate(right[i]) ? left[i].CompareTo(right[i]) : leftHigh ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\v' => "\\v",
        _ when char.IsControl(c) => "\\" + Convert.ToString(c, 8).PadLeft(3, '0'),
        _ => c.ToString(),
    };

    /// <summary>From d.dddddddddddddE±xxx to R's choice of notation.</summary>
    private static string Shorter(string scientific)
    {
        var negative = scientific[0] == '-';
        var e = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = scientific[(negative ? 1 : 0)..e].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        var fixedText = Fixed(digits, exponent);
        var power = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        var scientificText = $"{mantissa}e{(exponent < 0 ? '-' : '+')}{power}";
        return (negative ? "-" : "") + (fixedText.Length <= scientificText.Length ? fixedText : scientificText);
    }

    private static string Fixed(string digits, int exponent)
    {
        if (exponent < -ShownDigits || exponent > 2 * ShownDigits)
        {
            return new string('0', 4 * ShownDigits);
        }

        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        return digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0')
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
