using System.Globalization;
using System.Text;

namespace MetaBridge.Bayes;

/// <summary>The text tables of a Bayesian fit, laid out as RoBMA prints them.</summary>
public static class BayesText
{
    private const int DefaultDigits = 3;

    /// <summary>Headline and the table of estimates: Mean, SD, lower quantile, median, upper quantile.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals.</param>
    public static string Summary(BayesFit fit, int digits = DefaultDigits)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var clusters = fit.ClusterNames.Count;
        var isMixed = fit.Estimates[0].Name != "mu";
        var title = $"Bayesian {(clusters > 0 ? "Multilevel " : "")}{(isMixed ? "Mixed" : "Random")}-Effects Model";
        var counts = clusters > 0
            ? string.Create(CultureInfo.InvariantCulture, $"(k = {fit.StudyCount}, clusters = {clusters})")
            : string.Create(CultureInfo.InvariantCulture, $"(k = {fit.StudyCount})");
        var table = Table(
            fit.Estimates.Select(row => row.Name),
            ["Mean", "SD", Tail(fit.Level, lower: true), "0.5", Tail(fit.Level, lower: false)],
            fit.Estimates.Select(row => new[] { row.Mean, row.Sd, row.Lower, row.Median, row.Upper }),
            digits);
        return $"{title} {counts}\n\nEstimates\n{table}";
    }

    /// <summary>The heterogeneity table: Mean, Median and the interval.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals.</param>
    public static string Heterogeneity(BayesFit fit, int digits = DefaultDigits)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var table = Table(
            fit.Heterogeneity.Select(row => row.Name),
            ["Mean", "Median", Tail(fit.Level, lower: true), Tail(fit.Level, lower: false)],
            fit.Heterogeneity.Select(row => new[] { row.Mean, row.Median, row.Lower, row.Upper }),
            digits);
        return $"Heterogeneity Estimates:\n{table}";
    }

    private static string Tail(double level, bool lower) =>
        Math.Round(lower ? (100 - level) / 200 : (100 + level) / 200, 6).ToString("R", CultureInfo.InvariantCulture);

    private static string Table(IEnumerable<string> names, string[] headers, IEnumerable<Estimate[]> rows, int digits)
    {
        var labels = names.ToArray();
        var cells = rows.Select(row => Array.ConvertAll(row, cell => Format(cell.Value, digits))).ToArray();
        var labelWidth = labels.Max(label => label.Length);
        var widths = headers.Select((header, c) => Math.Max(header.Length, cells.Max(row => row[c].Length))).ToArray();
        var text = new StringBuilder();
        AppendLine(text, "", headers, labelWidth, widths);
        for (var r = 0; r < labels.Length; r++)
        {
            AppendLine(text, labels[r], cells[r], labelWidth, widths);
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, string label, string[] cells, int labelWidth, int[] widths)
    {
        text.Append(label.PadRight(labelWidth));
        for (var c = 0; c < cells.Length; c++)
        {
            text.Append(' ').Append(cells[c].PadLeft(widths[c]));
        }

        text.Append('\n');
    }

    private static string Format(double value, int digits)
    {
        var text = value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        // A rounded zero has no sign.
        return text.TrimStart('-').Trim('0', '.').Length == 0 ? text.TrimStart('-') : text;
    }
}
