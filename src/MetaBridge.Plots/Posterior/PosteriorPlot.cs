using MetaBridge.Bayes;
using MetaBridge.Errors;

namespace MetaBridge.Plots;

/// <summary>Posterior densities over their priors as plain data: one panel per parameter, side by side and in several rows where they are many.</summary>
public sealed record PosteriorPlot
{
    /// <summary>The panels from left to right, row after row.</summary>
    public required IReadOnlyList<PosteriorPanel> Panels { get; init; }

    /// <summary>The plot of a fit.</summary>
    /// <param name="fit">A fit with its posterior: not one that was read from a file.</param>
    /// <param name="options">What to show; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.UnknownName"/> for a parameter, <see cref="ErrorCode.InvalidOption"/>, or <see cref="ErrorCode.NotSupported"/> for a fit without
    /// its posterior.
    /// </exception>
    public static PosteriorPlot Of(BayesFit fit, PosteriorPlotOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return new PosteriorBuilder(fit, options ?? new PosteriorPlotOptions()).Build();
    }
}

/// <summary>One parameter's densities.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Posterior">Points of the posterior density, left to right; empty for a parameter that is known.</param>
/// <param name="Prior">Points of the prior density; null where it is not shown or the parameter has none of its own.</param>
/// <param name="Known">The value of a parameter that is known, such as a point prior's; null for others.</param>
/// <param name="ValueAxis">The horizontal axis.</param>
/// <param name="DensityAxis">The vertical axis, from 0.</param>
public sealed record PosteriorPanel(
    string Parameter,
    IReadOnlyList<DensityPoint> Posterior,
    IReadOnlyList<DensityPoint>? Prior,
    double? Known,
    PlotAxis ValueAxis,
    PlotAxis DensityAxis);

/// <summary>A point of a density.</summary>
/// <param name="Value">The parameter's value.</param>
/// <param name="Density">Its density there.</param>
public sealed record DensityPoint(double Value, double Density);

/// <summary>What a posterior plot shows.</summary>
public sealed record PosteriorPlotOptions
{
    /// <summary>The parameters; null for those of the main table.</summary>
    public IReadOnlyList<string>? Parameters { get; init; }

    /// <summary>Whether the prior is drawn under the posterior.</summary>
    public bool ShowPrior { get; init; } = true;

    /// <summary>Limits of the horizontal axes; null for where the posterior has its mass.</summary>
    public (double Lower, double Upper)? Limits { get; init; }

    /// <summary>Points per curve: 21 to 2001.</summary>
    public int Points { get; init; } = 241;
}
