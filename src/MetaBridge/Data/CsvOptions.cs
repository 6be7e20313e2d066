namespace MetaBridge.Data;

/// <summary>How a CSV file is written down.</summary>
public sealed record CsvOptions
{
    /// <summary>Comma, decimal point, R's words for missing: what R's <c>write.csv</c> gives.</summary>
    public static CsvOptions Default { get; } = new();

    /// <summary>Semicolon and decimal comma: what R's <c>write.csv2</c> and many spreadsheets give.</summary>
    public static CsvOptions Semicolon { get; } = new() { Delimiter = ';', DecimalComma = true };

    /// <summary>Tab and decimal point.</summary>
    public static CsvOptions Tab { get; } = new() { Delimiter = '\t' };

    /// <summary>What separates fields.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether numbers have a decimal comma; the delimiter must then be another character.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>The unquoted field that means missing.</summary>
    public string MissingText { get; init; } = "NA";

    /// <summary>
    /// Whether a field in quotes is text whatever it holds, which keeps the text <c>"1"</c> apart from the number 1. Turn it off for
    /// files that quote every field; R's <c>read.csv</c> then agrees.
    /// </summary>
    public bool QuotedFieldsAreText { get; init; } = true;
}
