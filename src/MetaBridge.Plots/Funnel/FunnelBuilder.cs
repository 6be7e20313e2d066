using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Plots;

/// <summary>Turns a fit into a funnel plot.</summary>
internal sealed class FunnelBuilder
{
    // The effect axis reaches this much beyond the widest region's foot.
    private const double Margin = 1.2;

    // About how many intervals the effect axis gets.
    private const int EffectIntervals = 5;

    // The vertical axis when every study is without sampling error.
    private const double FlatErrorRange = 1;

    private const int ErrorDigits = 3;

    // With τ² a region's edge is a hyperbola; so many straight pieces look round at any size a page has.
    private const int CurvePieces = 60;

    private readonly UnivariateFit fit;
    private readonly FunnelOptions options;
    private readonly double[] levels;
    private readonly bool isResidual;

    public FunnelBuilder(UnivariateFit fit, FunnelOptions options)
    {
        this.fit = fit;
        this.options = options;
        levels = options.Levels is { Count: > 0 } given ? [.. given.OrderDescending()] : [fit.Level];
        isResidual = !PlotChecks.HasSummary(fit);
        PlotChecks.Studies(fit);
        PlotChecks.Digits(options.Digits);
        PlotChecks.Require(options.Steps >= 2, "Steps", options.Steps, "at least 2");
        Array.ForEach(levels, PlotChecks.Level);
    }

    public FunnelPlot Build()
    {
        var points = Points();
        var center = options.Center ?? (isResidual ? 0 : fit.Coefficients.Estimates[0]);
        PlotChecks.Require(double.IsFinite(center), "Center", center, "finite");
        var largest = points.Max(point => point.StandardError);
        var bottom = largest > 0 ? largest : FlatErrorRange;
        var regions = levels.Select(level => Region(level, bottom)).ToArray();
        return new FunnelPlot
        {
            Points = points,
            Center = center,
            Regions = regions,
            EffectAxis = EffectAxis(points, center, regions.Max(region => region.HalfWidths[^1])),
            ErrorAxis = AxisBuilder.Even(0, bottom, options.Steps, BackTransformation.None, ErrorDigits, "Standard Error"),
            IsResidual = isResidual,
        };
    }

    private FunnelPoint[] Points()
    {
        var labels = PlotChecks.Labels(fit);
        var studies = fit.Studies;
        if (!isResidual)
        {
            return [.. studies.EffectSizes.Select((y, i) => new FunnelPoint(labels[i], y, Math.Sqrt(studies.Variances[i])))];
        }

        if (fit.Predictions is not { } table)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                "A funnel plot of a model with moderators shows residuals and needs the fitted values; ask for 'predict' among the further results.");
        }

        PlotChecks.OnePerStudy(table.Predicted.Length, fit, "Predictions");
        var errors = ResidualErrors(table);
        return [.. studies.EffectSizes.Select((y, i) => new FunnelPoint(labels[i], y - table.Predicted[i], errors[i]))];
    }

    private double[] ResidualErrors(PredictionTable table)
    {
        var isOwn = !fit.IsUnweighted && fit.Weights is null;
        if (!isOwn || fit.Design.Length > 0)
        {
            return fit.ResidualStandardErrors();
        }

        // Without the model matrix, for weights 1 / (v + τ²) only: Var(y − x'β̂) = v + τ² − Var(x'β̂), where a Knapp-Hartung factor
        // in Var(β̂) is taken out again.
        return [.. table.StandardErrors.Select((error, i) =>
            Math.Sqrt(Math.Max(0, fit.Studies.Variances[i] + fit.TauSquared.Value - (error * error / fit.VarianceScale))))];
    }

    private FunnelRegion Region(double level, double bottom)
    {
        var z = NormalQuantile.TwoSided(level);
        var tau2 = options.AddTauSquared && !isResidual ? fit.TauSquared.Value : 0;
        var pieces = tau2 > 0 ? CurvePieces : 1;
        return new FunnelRegion(level, [.. Enumerable.Range(0, pieces + 1).Select(i =>
        {
            var error = bottom * i / pieces;
            return z * Math.Sqrt((error * error) + tau2);
        })]);
    }

    private PlotAxis EffectAxis(FunnelPoint[] points, double center, double foot)
    {
        var title = options.AxisTitle ?? (isResidual
            ? "Residual Value"
            : MeasureNames.AxisTitle(fit.Measure, options.LabelTransformation != BackTransformation.None, false));
        var reach = Margin * foot;
        var lower = Math.Min(center - reach, points.Min(point => point.Effect) - ((Margin - 1) * foot));
        var upper = Math.Max(center + reach, points.Max(point => point.Effect) + ((Margin - 1) * foot));
        return AxisBuilder.RoundWithin(lower, upper, EffectIntervals, options.LabelTransformation, options.Digits, title);
    }
}
