using System.Globalization;
using MetaBridge.Univariate;

namespace MetaBridge.Cli.Output;

/// <summary>Predictions and intervals of the heterogeneity as text, where they were asked for.</summary>
internal static class FurtherText
{
    public static string Write(UnivariateFit fit, int digits)
    {
        var text = "";
        if (fit.HeterogeneityIntervals is { } i)
        {
            var table = new TextTable("", "estimate", "ci.lb", "ci.ub");
            table.Add("tau^2", Number(fit.TauSquared.Value), Number(i.TauSquaredLower), Number(i.TauSquaredUpper));
            table.Add("tau", Number(Math.Sqrt(fit.TauSquared.Value)), Number(Math.Sqrt(i.TauSquaredLower)), Number(Math.Sqrt(i.TauSquaredUpper)));
            table.Add("I^2(%)", Number(fit.ISquared), Number(i.ISquared.Lower), Number(i.ISquared.Upper));
            table.Add("H^2", Number(fit.HSquared), Number(i.HSquared.Lower), Number(i.HSquared.Upper));
            text += "\n" + table;
        }

        return fit.Predictions is { } predictions ? $"{text}\n{Predictions(fit, predictions, Number)}" : text;

        string Number(double value) => double.IsNaN(value) ? "NA" : value.ToString("F" + digits, CultureInfo.InvariantCulture);
    }

    private static TextTable Predictions(UnivariateFit fit, PredictionTable p, Func<double, string> number)
    {
        var table = new TextTable("", "pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub");
        for (var row = 0; row < p.Predicted.Length; row++)
        {
            table.Add(
                p.Predicted.Length == 1 ? "" : fit.Studies.Labels[row],
                number(p.Predicted[row]),
                number(p.StandardErrors[row]),
                number(p.Lower[row]),
                number(p.Upper[row]),
                number(p.PredictionLower[row]),
                number(p.PredictionUpper[row]));
        }

        return table;
    }
}
