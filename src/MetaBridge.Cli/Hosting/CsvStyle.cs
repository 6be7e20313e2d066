using MetaBridge.Data;

namespace MetaBridge.Cli.Hosting;

/// <summary>How the user says that a CSV file is written; what is not said follows the file's ending.</summary>
/// <param name="Delimiter">What separates fields, or null.</param>
/// <param name="DecimalComma">Whether numbers have a decimal comma, or null.</param>
/// <param name="QuotedText">Whether fields in quotes are text whatever they hold.</param>
internal readonly record struct CsvStyle(char? Delimiter, bool? DecimalComma, bool QuotedText)
{
    /// <summary>Whether anything is said.</summary>
    public bool IsGiven => Delimiter is not null || DecimalComma is not null || QuotedText;

    /// <summary>The reader's options.</summary>
    /// <param name="usual">The delimiter that the file's ending stands for.</param>
    public CsvOptions ToOptions(char usual)
    {
        var comma = DecimalComma ?? false;
        return new CsvOptions
        {
            // As write.csv2 and spreadsheets have it: where a comma is the decimal sign, a semicolon separates.
            Delimiter = Delimiter ?? (comma && usual == ',' ? ';' : usual),
            DecimalComma = comma,
            QuotedFieldsAreText = QuotedText,
        };
    }
}
