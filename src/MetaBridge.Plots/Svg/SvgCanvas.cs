using System.Globalization;
using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Plots.Svg;

/// <summary>Where a text's position is.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>Writes SVG elements: escaped text, coordinates with two decimals, nothing but finite numbers.</summary>
internal sealed class SvgCanvas(RenderOptions options)
{
    // A hundredth of a pixel is finer than any screen or printer shows.
    private const int CoordinateDigits = 2;
    private const char Replacement = '\uFFFD';

    private readonly StringBuilder body = new();

    public void Line(double x1, double y1, double x2, double y2, string style = "") =>
        body.Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"{Style(style)}/>\n");

    public void Rectangle(double x, double y, double width, double height, string style) =>
        body.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\"{Style(style)}/>\n");

    public void Circle(double x, double y, double radius, string tooltip) =>
        body.Append($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"><title>{Escape(tooltip)}</title></circle>\n");

    public void Polygon(IEnumerable<(double X, double Y)> points, string style = "") =>
        body.Append($"<polygon points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\"{Style(style)}/>\n");

    public void Polyline(IEnumerable<(double X, double Y)> points, string style = "") =>
        body.Append($"<polyline points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\"{Style(style)}/>\n");

    /// <param name="x">Horizontal position of the anchor.</param>
    /// <param name="baseline">The line the letters stand on.</param>
    /// <param name="text">The text, not escaped.</param>
    /// <param name="anchor">Which end of the text is at the position.</param>
    /// <param name="style">Further attributes.</param>
    /// <param name="tooltip">The whole text, where the shown one is shortened.</param>
    public void Text(double x, double baseline, string text, Anchor anchor = Anchor.Start, string style = "", string? tooltip = null)
    {
        var place = anchor switch { Anchor.Middle => " text-anchor=\"middle\"", Anchor.End => " text-anchor=\"end\"", _ => "" };
        var hover = tooltip is null ? "" : $"<title>{Escape(tooltip)}</title>";
        body.Append($"<text x=\"{N(x)}\" y=\"{N(baseline)}\"{place}{Style(style)}>{hover}{Escape(text)}</text>\n");
    }

    /// <summary>A text that reads from bottom to top, centered at a point.</summary>
    public void UprightText(double x, double y, string text) =>
        body.Append($"<text transform=\"translate({N(x)} {N(y)}) rotate(-90)\" text-anchor=\"middle\">{Escape(text)}</text>\n");

    public void OpenGroup(string name, string style = "") => body.Append($"<g class=\"{name}\"{Style(style)}>\n");

    public void CloseGroup() => body.Append("</g>\n");

    /// <summary>The finished document.</summary>
    public string Document(double width, double height, string title, string description) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{N(width)}" height="{N(height)}" viewBox="0 0 {N(width)} {N(height)}" role="img" aria-labelledby="{options.IdPrefix}-title {options.IdPrefix}-desc" font-family="{Escape(options.FontFamily)}" font-size="{N(options.FontSize)}" fill="{Palette.Ink}">
        <title id="{options.IdPrefix}-title">{Escape(title)}</title>
        <desc id="{options.IdPrefix}-desc">{Escape(description)}</desc>
        <rect width="100%" height="100%" fill="{Palette.Paper}"/>
        {body}</svg>

        """).ReplaceLineEndings("\n");

    /// <summary>Text that XML can hold: markup characters escaped, characters that XML forbids replaced.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\t' or '\n' or '\r' => escaped.Append(' '),
                < 32 or (>= 127 and < 160) or 0xFFFE or 0xFFFF => escaped.Append(Replacement),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    private static string Style(string style) => style.Length == 0 ? "" : " " + style;

    private static string N(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new MetaBridgeException(ErrorCode.Internal, "A plot coordinate is not a finite number.");
        }

        return NumberText.Trimmed(value, CoordinateDigits);
    }
}
