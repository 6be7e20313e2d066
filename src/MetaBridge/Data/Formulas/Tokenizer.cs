using System.Globalization;
using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>The kinds of token.</summary>
internal enum TokenKind
{
    End,
    Number,
    Text,
    Name,
    Symbol,
}

/// <summary>A token with the place (counted from 0) where it begins.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The operator, the name without backticks, or the text without quotes and escapes.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="Number">The value of a number.</param>
/// <param name="IsInteger">Whether a number had the suffix L.</param>
/// <param name="IsQuoted">Whether a name stood in backticks, so that it can't be a reserved word.</param>
internal readonly record struct Token(
    TokenKind Kind, string Text, int Position, double Number = 0, bool IsInteger = false, bool IsQuoted = false);

/// <summary>Cuts the text of a formula or row expression into tokens, as R's <c>?Quotes</c> and <c>?NumericConstants</c> describe them.</summary>
internal sealed class Tokenizer(string source)
{
    /// <summary>Longer first, so that <c>&lt;=</c> isn't read as <c>&lt;</c>.</summary>
    private static readonly string[] Symbols =
        ["%in%", "%/%", "%%", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "&", "|", "+", "-", "*", "/", "^", ":", "(", ")", ",", "=", "~"];

    private int position;

    /// <summary>An error that shows the place in the source.</summary>
    public static MetaBridgeException Error(string source, int position, string problem)
    {
        const int shown = 40;
        var from = Math.Max(0, Math.Min(position, source.Length) - shown);
        var before = source[from..Math.Min(position, source.Length)];
        var after = position < source.Length ? source[position..Math.Min(source.Length, position + shown)] : "";
        return new MetaBridgeException(
            ErrorCode.FormulaSyntax,
            $"{problem} at character {position + 1}: {before}»{after}",
            new Dictionary<string, object?> { ["position"] = position + 1, ["text"] = source });
    }

    public List<Token> ReadAll()
    {
        var tokens = new List<Token>();
        do
        {
            tokens.Add(Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        while (position < source.Length && char.IsWhiteSpace(source[position]))
        {
            position++;
        }

        if (position >= source.Length)
        {
            return new Token(TokenKind.End, "", position);
        }

        var c = source[position];
        var dotNumber = c == '.' && position + 1 < source.Length && char.IsAsciiDigit(source[position + 1]);
        return c switch
        {
            '"' or '\'' => new Token(TokenKind.Text, ReadQuoted(c, out var start), start),
            '`' => QuotedName(),
            _ when char.IsAsciiDigit(c) || dotNumber => ReadNumber(),
            _ when RNames.IsStart(c) => ReadName(),
            _ => ReadSymbol(),
        };
    }

    private Token QuotedName()
    {
        var name = ReadQuoted('`', out var start);
        return name.Length > 0
            ? new Token(TokenKind.Name, name, start, IsQuoted: true)
            : throw Error(source, start, "A name is empty");
    }

    private Token ReadName()
    {
        var start = position;
        while (position < source.Length && RNames.IsPart(source[position]))
        {
            position++;
        }

        return new Token(TokenKind.Name, source[start..position], start);
    }

    private Token ReadSymbol()
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, position, symbol, 0, symbol.Length) == 0)
            {
                position += symbol.Length;
                return new Token(TokenKind.Symbol, symbol, position - symbol.Length);
            }
        }

        throw Error(source, position, $"'{RText.Printable(source[position])}' has no meaning here");
    }

    private Token ReadNumber()
    {
        var start = position;
        SkipDigits();
        if (position < source.Length && source[position] == '.')
        {
            position++;
            SkipDigits();
        }

        if (position < source.Length && source[position] is 'e' or 'E')
        {
            position++;
            position += position < source.Length && source[position] is '+' or '-' ? 1 : 0;
            if (SkipDigits() == 0)
            {
                throw Error(source, start, "A number has no digits in its exponent");
            }
        }

        var value = double.Parse(source.AsSpan(start, position - start), NumberStyles.Float, CultureInfo.InvariantCulture);
        var isInteger = position < source.Length && source[position] == 'L';
        position += isInteger ? 1 : 0;
        if (position < source.Length && RNames.IsPart(source[position]))
        {
            throw Error(source, start, "A number runs into a name");
        }

        if (double.IsInfinity(value) || (isInteger && (value != Math.Floor(value) || value > int.MaxValue)))
        {
            throw Error(source, start, "A number is out of range");
        }

        return new Token(TokenKind.Number, source[start..position], start, value, isInteger);
    }

    private int SkipDigits()
    {
        var start = position;
        while (position < source.Length && char.IsAsciiDigit(source[position]))
        {
            position++;
        }

        return position - start;
    }

    private string ReadQuoted(char quote, out int start)
    {
        start = position++;
        var text = new StringBuilder();
        while (position < source.Length && source[position] != quote)
        {
            var c = source[position++];
            if (c == '\\')
            {
                text.Append(ReadEscape(start));
            }
            else
            {
                text.Append(c);
            }
        }

        if (position >= source.Length)
        {
            throw Error(source, start, $"The closing {quote} is missing");
        }

        position++;
        var result = text.ToString();
        return result.Contains('\0') || RText.HasLoneSurrogate(result)
            ? throw Error(source, start, "A text holds a character that R can't represent")
            : result;
    }

    private string ReadEscape(int start)
    {
        var c = position < source.Length ? source[position++] : throw Error(source, start, "An escape is cut off");
        return c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\\' or '"' or '\'' or '`' or ' ' or '\n' => c.ToString(),
            >= '0' and <= '7' => Octal(c),
            'x' => CodePoint(2, start),
            'u' => CodePoint(4, start),
            'U' => CodePoint(8, start),
            _ => throw Error(source, position - 2, $"'\\{RText.Printable(c)}' is not an escape"),
        };
    }

    private string Octal(char first)
    {
        var value = first - '0';
        for (var i = 0; i < 2 && position < source.Length && source[position] is >= '0' and <= '7'; i++)
        {
            value = (value * 8) + (source[position++] - '0');
        }

        return ((char)value).ToString();
    }

    private string CodePoint(int mostDigits, int start)
    {
        var braced = position < source.Length && source[position] == '{';
        position += braced ? 1 : 0;
        long value = 0;
        var digits = 0;
        while (digits < mostDigits && position < source.Length && char.IsAsciiHexDigit(source[position]))
        {
            value = (value * 16) + Convert.ToInt32(source[position++].ToString(), 16);
            digits++;
        }

        if (braced && (position >= source.Length || source[position++] != '}'))
        {
            throw Error(source, start, "The closing } of an escape is missing");
        }

        return digits > 0 && value <= int.MaxValue && Rune.IsValid((int)value)
            ? new Rune((int)value).ToString()
            : throw Error(source, start, "An escape names no character");
    }
}
