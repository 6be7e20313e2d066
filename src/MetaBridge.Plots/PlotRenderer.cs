using MetaBridge.Errors;
using MetaBridge.Plots.Svg;

namespace MetaBridge.Plots;

/// <summary>Draws plots.</summary>
public static class PlotRenderer
{
    private const double LeastWidth = 300;
    private const double LeastFontSize = 6;
    private const double LargestFontSize = 40;
    private const double LargestWidth = 20000;

    /// <summary>A forest plot as a self-contained SVG document. The same plot and options give the same text everywhere.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static string ToSvg(ForestPlot plot, RenderOptions? options = null) => new ForestRenderer(plot, Checked(options)).Render();

    /// <summary>A funnel plot as a self-contained SVG document. The same plot and options give the same text everywhere.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static string ToSvg(FunnelPlot plot, RenderOptions? options = null) => new FunnelRenderer(plot, Checked(options)).Render();

    /// <summary>Posterior densities as a self-contained SVG document. The same plot and options give the same text everywhere.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static string ToSvg(PosteriorPlot plot, RenderOptions? options = null) => new PosteriorRenderer(plot, Checked(options)).Render();

    /// <summary>Prior sensitivity as a self-contained SVG document. The same plot and options give the same text everywhere.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static string ToSvg(SensitivityPlot plot, RenderOptions? options = null) => new SensitivityRenderer(plot, Checked(options)).Render();

    private static RenderOptions Checked(RenderOptions? given)
    {
        var options = given ?? new RenderOptions();
        PlotChecks.Require(options.Width is >= LeastWidth and <= LargestWidth, "Width", options.Width, "between 300 and 20000 pixels");
        PlotChecks.Require(options.FontSize is >= LeastFontSize and <= LargestFontSize, "FontSize", options.FontSize, "between 6 and 40 pixels");
        PlotChecks.Require(
            options.IdPrefix.Length > 0 && options.IdPrefix.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(options.IdPrefix[0]),
            "IdPrefix", options.IdPrefix, "letters, digits and hyphens, beginning with a letter");
        return options;
    }
}
