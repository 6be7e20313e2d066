using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Data;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Commands;

/// <summary>The argument DATA of several commands, and the options that say how a CSV file is written.</summary>
internal sealed class DataArgument
{
    private static readonly Dictionary<string, char> DelimiterWords = new(StringComparer.Ordinal)
    {
        ["comma"] = ',', ["semicolon"] = ';', ["tab"] = '\t', [@"\t"] = '\t', ["space"] = ' ', ["pipe"] = '|',
    };

    private readonly Argument<string> data = new("DATA")
    {
        Description = "A CSV, TSV or JSON file, the name of a dataset such as dat.bcg, or - for CSV on the standard input.",
    };

    private readonly Option<string?> delimiter = ModelOptions.Text(
        "--delimiter", "What separates the fields of a CSV file: a character, or tab, semicolon, comma, space, pipe.", "CHAR");

    private readonly Option<string?> decimalSign = ModelOptions.Text(
        "--decimal", "The decimal sign of a CSV file: . or , (then fields are separated by semicolons unless said otherwise).", "SIGN");

    private readonly Option<bool> quotedText = new("--quoted-text")
    {
        Description = "Fields in quotes are text; otherwise a quoted number is a number, as in R's read.csv.",
    };

    /// <summary>Adds the argument and its options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(data);
        Option[] options = [delimiter, decimalSign, quotedText];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Loads the data that the command line names.</summary>
    public Task<Dataset> LoadAsync(CommandHost host, ParseResult parsed, LazySession session, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(data);
        var style = Style(parsed);
        if (style.IsGiven && !DataLoader.IsDelimited(name))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption, $"--delimiter, --decimal and --quoted-text are for CSV files; '{name}' is none.");
        }

        var loader = new DataLoader(host) { OpenSession = session.OpenAsync, Style = style };
        return loader.LoadAsync(name, Directory.GetCurrentDirectory(), cancellation);
    }

    private CsvStyle Style(ParseResult parsed) => new(
        parsed.GetValue(delimiter) is { } word ? DelimiterOf(word) : null,
        parsed.GetValue(decimalSign) switch
        {
            null => null,
            "." => false,
            "," => true,
            var other => throw Invalid("--decimal", other, ". or ,"),
        },
        parsed.GetValue(quotedText));

    private static char DelimiterOf(string word) =>
        word.Length == 1 && !char.IsLetterOrDigit(word[0]) ? word[0]
        : DelimiterWords.TryGetValue(word, out var found) ? found
        : throw Invalid("--delimiter", word, "one character, or one of tab, semicolon, comma, space, pipe");

    private static MetaBridgeException Invalid(string option, string value, string legal) => new(
        ErrorCode.InvalidOption,
        $"{option} is '{value}'; it takes {legal}.",
        new Dictionary<string, object?> { ["option"] = option, ["value"] = value });
}
