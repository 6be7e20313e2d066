using System.Globalization;

namespace MetaBridge.Data;

/// <summary>Gathers the fields of one CSV column in one growing buffer and decides in the end what type they have.</summary>
/// <remarks>
/// The types are tried in the order of R's <c>type.convert</c>: logical, integer, number, text. A column of missing values only is
/// logical, as in R.
/// </remarks>
internal sealed class CsvColumnBuilder(string name, CsvOptions options)
{
    private const NumberStyles NumberStyle =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private char[] characters = new char[64];
    private int length;
    private readonly List<(int End, bool Quoted)> fields = [];

    public void Add(ReadOnlySpan<char> field, bool quoted)
    {
        if (length + field.Length > characters.Length)
        {
            Array.Resize(ref characters, Math.Max(length + field.Length, checked(characters.Length * 2)));
        }

        field.CopyTo(characters.AsSpan(length));
        length += field.Length;
        fields.Add((length, quoted));
    }

    public Column Build() => (Column?)TryLogical() ?? (Column?)TryInteger() ?? (Column?)TryNumber() ?? new TextColumn(name, Texts());

    /// <summary>The fields as they stand; the word for missing becomes null.</summary>
    public string?[] Texts()
    {
        var texts = new string?[fields.Count];
        for (var row = 0; row < texts.Length; row++)
        {
            var field = Field(row);
            var missing = !IsForcedText(row) && field.SequenceEqual(options.MissingText);
            texts[row] = missing ? null : field.ToString();
        }

        return texts;
    }

    private bool IsForcedText(int row) => fields[row].Quoted && options.QuotedFieldsAreText;

    private ReadOnlySpan<char> Field(int row)
    {
        var start = row == 0 ? 0 : fields[row - 1].End;
        return characters.AsSpan(start, fields[row].End - start);
    }

    /// <summary>Parses every field that isn't missing; null when one can't be.</summary>
    private T[]? TryAll<T>(T missing, TryParse<T> parse)
    {
        var values = new T[fields.Count];
        for (var row = 0; row < values.Length; row++)
        {
            var field = Field(row).Trim();
            if (IsForcedText(row))
            {
                return null;
            }

            if (field.IsEmpty || field.SequenceEqual(options.MissingText))
            {
                values[row] = missing;
            }
            else if (!parse(field, out values[row]))
            {
                return null;
            }
        }

        return values;
    }

    private LogicalColumn? TryLogical() =>
        TryAll<bool?>(null, ParseLogical) is { } values ? new LogicalColumn(name, values) : null;

    private IntegerColumn? TryInteger() =>
        TryAll<int>(Na.Integer, ParseInteger) is { } values ? new IntegerColumn(name, values) : null;

    private NumberColumn? TryNumber() =>
        TryAll<double>(Na.Real, ParseNumber) is { } values ? new NumberColumn(name, values) : null;

    private static bool ParseLogical(ReadOnlySpan<char> field, out bool? value)
    {
        value = field is "TRUE" or "T" ? true : field is "FALSE" or "F" ? false : null;
        return value is not null;
    }

    private static bool ParseInteger(ReadOnlySpan<char> field, out int value) =>
        int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value != Na.Integer;

    private bool ParseNumber(ReadOnlySpan<char> field, out double value)
    {
        if (field is "NaN")
        {
            value = double.NaN;
            return true;
        }

        if (field is "Inf" or "+Inf" or "-Inf")
        {
            value = field[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (options.DecimalComma)
        {
            Span<char> withPoint = field.Length <= 64 ? stackalloc char[field.Length] : new char[field.Length];
            field.Replace(withPoint, ',', '.');
            return !field.Contains('.') & TryParseDouble(withPoint, out value);
        }

        return TryParseDouble(field, out value);
    }

    /// <summary>Digits are demanded first, because .NET would accept its own words for infinity too.</summary>
    private static bool TryParseDouble(ReadOnlySpan<char> field, out double value)
    {
        value = 0;
        return field.IndexOfAnyInRange('0', '9') >= 0
               && double.TryParse(field, NumberStyle, CultureInfo.InvariantCulture, out value);
    }

    private delegate bool TryParse<T>(ReadOnlySpan<char> field, out T value);
}
