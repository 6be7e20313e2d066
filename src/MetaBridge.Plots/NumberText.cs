using System.Globalization;

namespace MetaBridge.Plots;

/// <summary>Numbers as text, in the invariant culture.</summary>
internal static class NumberText
{
    // From here on fixed notation is longer than any column is wide.
    private const double LargestFixed = 1e9;

    /// <summary>Fixed notation with the given decimals, ties to even as C's printf (and so R) rounds them.</summary>
    public static string Fixed(double value, int digits)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NA" : value > 0 ? "Inf" : "-Inf";
        }

        return Math.Abs(value) >= LargestFixed
            ? value.ToString("0.00e+0", CultureInfo.InvariantCulture)
            : (IsTie(value, digits) ? TieToEven(value, digits) : value)
                .ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>As <see cref="Fixed"/>, without trailing zeros and without the sign of a rounded zero.</summary>
    public static string Trimmed(double value, int digits)
    {
        var text = Fixed(value, digits);
        if (text.Contains('.', StringComparison.Ordinal) && !text.Contains('e', StringComparison.Ordinal))
        {
            text = text.TrimEnd('0').TrimEnd('.');
        }

        return text == "-0" ? "0" : text;
    }

    /// <summary>The fewest digits that identify the number.</summary>
    public static string Shortest(double value) => value.ToString(CultureInfo.InvariantCulture);

    // A double is halfway between two decimals of d digits exactly when 2^(d+1) times it is an odd integer: its decimal
    // expansion then ends at digit d + 1, with a 5. Scaling by a power of two is exact.
    private static bool IsTie(double value, int digits)
    {
        var scaled = Math.ScaleB(value, digits + 1);
        return scaled == Math.Floor(scaled) && Math.Abs(scaled % 2) == 1;
    }

    private static double TieToEven(double value, int digits)
    {
        var power = Math.Pow(10, digits);
        return Math.Round(value * power, MidpointRounding.ToEven) / power;
    }
}
