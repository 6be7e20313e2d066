using System.CommandLine.Parsing;
using System.Globalization;

namespace MetaBridge.Cli.Commands;

/// <summary>Reads numbers with a decimal point, whatever the user's language.</summary>
internal static class InvariantNumber
{
    public static double? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        argument.AddError($"'{text}' is not a number.");
        return null;
    }
}
