using System.Globalization;
using System.Text;

namespace MetaBridge.Plots.Svg;

/// <summary>Estimates how wide a text is, since an SVG is laid out without knowing the font that will draw it.</summary>
/// <remarks>
/// Advance widths of Helvetica (its published metrics, in thousandths of the font size), with an allowance because the font that
/// stands in for it may be wider.
/// </remarks>
internal static class TextMetrics
{
    private const double Allowance = 1.12;
    private const double PerMille = 1000;
    private const int OtherLetter = 620;
    private const int WideLetter = 1000;
    private const char Ellipsis = '…';

    // Widths of the characters from blank (32) to tilde (126).
    private static readonly short[] Ascii =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>The estimated width in pixels at a font size.</summary>
    public static double Width(string text, double fontSize)
    {
        var sum = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            sum += Advance(rune);
        }

        return sum * fontSize * Allowance / PerMille;
    }

    /// <summary>The text, or as much of its beginning as fits the width, with an ellipsis.</summary>
    public static string Fit(string text, double fontSize, double width)
    {
        if (Width(text, fontSize) <= width)
        {
            return text;
        }

        var kept = new StringBuilder();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (Width(kept + element + Ellipsis, fontSize) > width)
            {
                break;
            }

            kept.Append(element);
        }

        return kept.ToString().TrimEnd() + Ellipsis;
    }

    private static int Advance(Rune rune)
    {
        if (rune.Value is >= 32 and < 127)
        {
            return Ascii[rune.Value - 32];
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            _ => IsWide(rune.Value) ? WideLetter : OtherLetter,
        };
    }

    // East Asian scripts and pictographs fill a square; the blocks begin and end at these code points.
    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or >= 0x1F000;
}
