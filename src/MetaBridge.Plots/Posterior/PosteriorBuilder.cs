using MetaBridge.Bayes;
using MetaBridge.Errors;

namespace MetaBridge.Plots;

/// <summary>Evaluates densities on a grid.</summary>
internal sealed class PosteriorBuilder
{
    private const double TailOutside = 5e-4;
    private const double Headroom = 1.06;
    private const int LeastPoints = 21, MostPoints = 2001;
    private const int ValueIntervals = 5, DensityIntervals = 4;
    private const int LeastDigits = 2;

    /// <summary>A density may be infinite at the very end of its support; this share of the axis stays clear of it.</summary>
    private const double Inset = 1e-4;

    /// <summary>A prior that shoots up at the end of its support does not push the posterior out of sight.</summary>
    private const double TallestPrior = 2.5;

    private readonly BayesFit fit;
    private readonly BayesPosterior posterior;
    private readonly PosteriorPlotOptions options;

    public PosteriorBuilder(BayesFit fit, PosteriorPlotOptions options)
    {
        this.fit = fit;
        this.options = options;
        posterior = fit.Posterior ?? throw new MetaBridgeException(
            ErrorCode.NotSupported, "This fit has no posterior to draw: it was read from a file. Fit the model again.");
        PlotChecks.Require(options.Points is >= LeastPoints and <= MostPoints, "Points", options.Points, "between 21 and 2001");
        if (options.Limits is var (lower, upper))
        {
            PlotChecks.Require(double.IsFinite(lower) && double.IsFinite(upper) && lower < upper, "Limits", $"{lower}, {upper}", "two finite numbers, the first below the second");
        }
    }

    public PosteriorPlot Build()
    {
        var names = options.Parameters ?? [.. fit.Estimates.Select(row => row.Name)];
        PlotChecks.Require(names.Count > 0, "Parameters", names.Count, "one or more names");
        return new PosteriorPlot { Panels = [.. names.Select(Panel)] };
    }

    private PosteriorPanel Panel(string name)
    {
        var row = posterior.Summarize(name);
        if (row.Sd.Value == 0)
        {
            return KnownPanel(name, row.Mean.Value);
        }

        var support = posterior.Support(name);
        var (lower, upper) = options.Limits ?? (posterior.Quantile(name, TailOutside).Value, posterior.Quantile(name, 1 - TailOutside).Value);
        if (options.Limits is null && support.Lower == 0 && lower < 0.25 * upper)
        {
            lower = 0;
        }

        double from = Math.Max(lower, support.Lower), to = Math.Min(upper, support.Upper);
        var inset = Inset * (upper - lower);
        from = from == support.Lower ? from + inset : from;
        to = to == support.Upper ? to - inset : to;
        var grid = Enumerable.Range(0, options.Points).Select(i => from + ((to - from) * i / (options.Points - 1))).ToArray();
        DensityPoint[] points = to > from ? [.. grid.Select(x => new DensityPoint(x, posterior.Density(name, x).Value))] : [];
        DensityPoint[]? prior = options.ShowPrior && posterior.HasPriorDensity(name) ? [.. grid.Select(x => new DensityPoint(x, posterior.PriorDensity(name, x)))] : null;
        var top = points.Length > 0 ? points.Max(point => point.Density) : 1;
        var priorTop = prior?.Where(point => double.IsFinite(point.Density)).Select(point => point.Density).DefaultIfEmpty().Max() ?? 0;
        top = Headroom * Math.Max(top, Math.Min(priorTop, TallestPrior * top));
        return new PosteriorPanel(
            name,
            points,
            prior?.Select(point => point with { Density = Math.Min(point.Density, top) }).ToArray(),
            null,
            AxisBuilder.RoundWithin(lower, upper, ValueIntervals, BackTransformation.None, LeastDigits, name),
            AxisBuilder.RoundWithin(0, top, DensityIntervals, BackTransformation.None, LeastDigits, "Density"));
    }

    private PosteriorPanel KnownPanel(string name, double value)
    {
        var (lower, upper) = options.Limits ?? (value - 1, value + 1);
        return new PosteriorPanel(
            name,
            [],
            null,
            value,
            AxisBuilder.RoundWithin(lower, upper, ValueIntervals, BackTransformation.None, LeastDigits, name),
            AxisBuilder.RoundWithin(0, 1, DensityIntervals, BackTransformation.None, LeastDigits, "Probability"));
    }
}
