using System.Globalization;

namespace MetaBridge.Reporting;

/// <summary>Numbers as R's <c>formatC(format = "f")</c> and metafor's print methods show them.</summary>
internal static class RNumbers
{
    /// <summary>Fixed notation; R keeps the sign of a negative number that rounds to zero.</summary>
    public static string Fixed(double value, int digits)
    {
        if (double.IsNaN(value))
        {
            return "NA";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "Inf" : "-Inf";
        }

        return value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>A p-value in a table: fixed, or below the smallest that the digits show.</summary>
    public static string PValue(double value, int digits) =>
        value < Math.Pow(10, -digits) ? "<" + Threshold(digits) : Fixed(value, digits);

    /// <summary>A p-value in a sentence, with its relation.</summary>
    public static string PValueSentence(double value, int digits) =>
        value < Math.Pow(10, -digits) ? "< " + Threshold(digits) : "= " + Fixed(value, digits);

    /// <summary>A variance component: zero without decimals when it is nothing.</summary>
    public static string Component(double value, int digits) =>
        Math.Abs(value) <= TinyComponent ? "0" : Fixed(value, digits);

    /// <summary>Stars of significance.</summary>
    public static string Stars(double p) => p switch
    {
        <= 0.001 => "***",
        <= 0.01 => "**",
        <= 0.05 => "*",
        <= 0.1 => ".",
        _ => " ",
    };

    /// <summary>Ten times the machine epsilon: metafor shows smaller components as 0.</summary>
    private const double TinyComponent = 10 * 2.220446049250313e-16;

    private static string Threshold(int digits) => "." + new string('0', digits - 1) + "1";
}
