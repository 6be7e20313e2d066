namespace MetaBridge.Plots;

/// <summary>An estimate with the ends of its interval, on the plot's scale.</summary>
/// <param name="Estimate">The point.</param>
/// <param name="Lower">The lower end; −∞ when a back-transformation left the range of numbers.</param>
/// <param name="Upper">The upper end; ∞ likewise.</param>
public sealed record PlotInterval(double Estimate, double Lower, double Upper)
{
    /// <summary>The interval with all three numbers transformed.</summary>
    internal PlotInterval Transformed(BackTransformation by) => new(by.Apply(Estimate), by.Apply(Lower), by.Apply(Upper));
}
