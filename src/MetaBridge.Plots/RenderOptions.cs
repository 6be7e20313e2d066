namespace MetaBridge.Plots;

/// <summary>How a plot is drawn.</summary>
public sealed record RenderOptions
{
    /// <summary>The width in pixels, at least 300. A forest plot grows beyond it when its texts need more room.</summary>
    public double Width { get; init; } = 820;

    /// <summary>Size of the text in pixels, 6 to 40; everything else is drawn in proportion.</summary>
    public double FontSize { get; init; } = 13;

    /// <summary>Font families in order of preference.</summary>
    public string FontFamily { get; init; } = "Helvetica, Arial, 'Liberation Sans', sans-serif";

    /// <summary>A heading above the plot; null for none. Screen readers get it, or a general title, in any case.</summary>
    public string? Title { get; init; }

    /// <summary>What the plot shows, for screen readers; null for a sentence made from the data.</summary>
    public string? Description { get; init; }

    /// <summary>The beginning of element ids, for several plots in one HTML page: letters, digits, hyphens.</summary>
    public string IdPrefix { get; init; } = "plot";
}
