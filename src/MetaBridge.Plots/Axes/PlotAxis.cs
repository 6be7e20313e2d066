namespace MetaBridge.Plots;

/// <summary>An axis: its limits on the plot's scale, its tick marks and its title.</summary>
/// <param name="Lower">The lower limit.</param>
/// <param name="Upper">The upper limit, above the lower.</param>
/// <param name="Ticks">The tick marks, in increasing order, all within the limits.</param>
/// <param name="Title">What the axis shows.</param>
public sealed record PlotAxis(double Lower, double Upper, IReadOnlyList<AxisTick> Ticks, string Title)
{
    /// <summary>Where a value lies between the limits: 0 at the lower, 1 at the upper; values outside are moved to the nearer limit.</summary>
    public double Fraction(double value) => Math.Clamp((value - Lower) / (Upper - Lower), 0, 1);

    /// <summary>Whether a value lies on the axis.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;
}

/// <summary>A tick mark.</summary>
/// <param name="Position">Where, on the plot's scale.</param>
/// <param name="Label">What is written there.</param>
public sealed record AxisTick(double Position, string Label);
