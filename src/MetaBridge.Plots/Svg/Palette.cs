namespace MetaBridge.Plots.Svg;

/// <summary>The colours of a plot: ink on paper, greys for what stands behind.</summary>
internal static class Palette
{
    public const string Paper = "#ffffff";
    public const string Ink = "#1a1a1a";
    public const string Rule = "#4d4d4d";
    public const string Faint = "#8c8c8c";
    public const string Note = "#595959";
    public const string Fitted = "#c4c4c4";
    public const string FunnelGround = "#e8e8e8";

    // Regions outside the narrowest, which is paper white, from the inner to the outer.
    private static readonly string[] Shades = ["#bdbdbd", "#d4d4d4", "#dfdfdf"];

    /// <summary>The fill of a funnel region, counted from the narrowest.</summary>
    public static string Region(int fromNarrowest) =>
        fromNarrowest == 0 ? Paper : Shades[Math.Min(fromNarrowest, Shades.Length) - 1];
}
