using MetaBridge.Bayes;
using MetaBridge.Errors;

namespace MetaBridge.Plots;

/// <summary>Posterior means and intervals over the scales of the priors, as plain data: one panel per parameter.</summary>
public sealed record SensitivityPlot
{
    private const int Intervals = 5, LeastDigits = 2;
    private const double EdgeShare = 0.5;

    /// <summary>Factors on the scale of the effect's prior, left to right.</summary>
    public required IReadOnlyList<double> EffectFactors { get; init; }

    /// <summary>Factors on the scale of τ's prior, one series each.</summary>
    public required IReadOnlyList<double> HeterogeneityFactors { get; init; }

    /// <summary>The panels.</summary>
    public required IReadOnlyList<SensitivityPanel> Panels { get; init; }

    /// <summary>The plot of a table of <see cref="PriorSensitivity.Table"/>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="parameters">Which of its estimates; null for all.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/> for a parameter, <see cref="ErrorCode.InvalidOption"/> for an empty table.</exception>
    public static SensitivityPlot Of(IReadOnlyList<SensitivityRow> table, IReadOnlyList<string>? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        PlotChecks.Require(table.Count > 0, "Table", 0, "one or more rows");
        var names = table[0].Estimates.Select(row => row.Name).ToArray();
        var unknown = parameters?.FirstOrDefault(name => !names.Contains(name));
        if (unknown is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"There is no parameter '{unknown}' in the table; there are {string.Join(", ", names)}.",
                new Dictionary<string, object?> { ["parameter"] = unknown });
        }

        double[] effects = [.. table.Select(row => row.EffectFactor).Distinct().Order()];
        double[] heterogeneity = [.. table.Select(row => row.HeterogeneityFactor).Distinct().Order()];
        var ticks = effects.Select((factor, i) => new AxisTick(i, NumberText.Shortest(factor))).ToArray();
        var factorAxis = new PlotAxis(-EdgeShare, effects.Length - EdgeShare, ticks, "Factor on the scale of the effect's prior");
        return new SensitivityPlot
        {
            EffectFactors = effects,
            HeterogeneityFactors = heterogeneity,
            Panels = [.. (parameters ?? names).Select(Panel)],
        };

        SensitivityPanel Panel(string name)
        {
            var at = Array.IndexOf(names, name);
            SensitivityPoint[] points =
            [
                .. table.Select(row => new SensitivityPoint(
                    Array.IndexOf(effects, row.EffectFactor),
                    Array.IndexOf(heterogeneity, row.HeterogeneityFactor),
                    row.Estimates[at].Mean.Value,
                    row.Estimates[at].Lower.Value,
                    row.Estimates[at].Upper.Value)),
            ];
            double lower = points.Min(point => point.Lower), upper = points.Max(point => point.Upper);
            if (lower == upper)
            {
                (lower, upper) = (lower - 1, upper + 1);
            }

            return new SensitivityPanel(name, points, factorAxis, AxisBuilder.Covering([lower, upper], Intervals, BackTransformation.None, LeastDigits, name));
        }
    }
}

/// <summary>One parameter under all pairs of prior scales.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Points">One point per pair.</param>
/// <param name="FactorAxis">The horizontal axis: positions 0, 1, … of the effect factors.</param>
/// <param name="ValueAxis">The vertical axis.</param>
public sealed record SensitivityPanel(string Parameter, IReadOnlyList<SensitivityPoint> Points, PlotAxis FactorAxis, PlotAxis ValueAxis);

/// <summary>A posterior under one pair of prior scales.</summary>
/// <param name="Effect">Which effect factor, counted from 0.</param>
/// <param name="Heterogeneity">Which heterogeneity factor, counted from 0.</param>
/// <param name="Mean">Posterior mean.</param>
/// <param name="Lower">Lower end of the credible interval.</param>
/// <param name="Upper">Upper end.</param>
public sealed record SensitivityPoint(int Effect, int Heterogeneity, double Mean, double Lower, double Upper);
