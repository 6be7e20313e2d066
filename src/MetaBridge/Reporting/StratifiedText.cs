using System.Globalization;
using System.Text;
using MetaBridge.Specs;
using MetaBridge.Stratified;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>Pooled tables as text, in the layout of metafor's <c>print</c>.</summary>
public static class StratifiedText
{
    private const string NotComputable = "test value not computable for these data";
    private const int FewestNameCharacters = 4;

    /// <summary>What metafor prints for a fit, then the tables that were asked for.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals, from 1 to 15; I² and H² always have two.</param>
    public static string ToText(this StratifiedFit fit, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(fit);
        digits = Math.Clamp(digits, 1, 15);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\nEqual-Effects Model (k = {fit.TableCount})\n\n");
        AddHeterogeneity(text, fit, digits);
        AddEstimates(text, fit, digits);
        AddTests(text, fit, digits);
        AddSequence(text, "Leave one out:", fit.LeaveOneOut, digits);
        AddSequence(text, "Cumulative:", fit.Cumulative, digits);
        return text.ToString();
    }

    /// <summary>Whether the pooled effect is a logarithm, which metafor shows on its own scale too.</summary>
    private static bool IsLog(StratifiedFit fit) => fit.Measure is not (EffectMeasure.RiskDifference or EffectMeasure.IncidenceRateDifference);

    private static void AddHeterogeneity(StringBuilder text, StratifiedFit fit, int digits)
    {
        var q = fit.Heterogeneity;
        if (double.IsNaN(q.Statistic))
        {
            return;
        }

        text.Append("I^2 (total heterogeneity / total variability):  ").Append(RNumbers.Fixed(fit.ISquared, 2)).Append("%\n");
        text.Append("H^2 (total variability / sampling variability): ").Append(RNumbers.Fixed(fit.HSquared, 2)).Append("\n\n");
        text.Append("Test for Heterogeneity:\n").Append(
            CultureInfo.InvariantCulture,
            $"Q(df = {q.NumeratorDf}) = {RNumbers.Fixed(q.Statistic, digits)}, p-val {RNumbers.PValueSentence(q.PValue, digits)}\n\n");
    }

    private static void AddEstimates(StringBuilder text, StratifiedFit fit, int digits)
    {
        var c = fit.Coefficients;
        string Number(double value) => RNumbers.Fixed(value, digits);
        text.Append(IsLog(fit) ? "Model Results (log scale):\n\n" : "Model Results:\n\n");
        Add(
            text,
            ["estimate", "se", "zval", "pval", "ci.lb", "ci.ub"],
            [Number(c.Estimates[0]), Number(c.StandardErrors[0]), Number(c.Statistics[0]), RNumbers.PValue(c.PValues[0], digits), Number(c.Lower[0]), Number(c.Upper[0])]);
        if (IsLog(fit))
        {
            var scale = fit.Measure == EffectMeasure.PetoOddsRatio ? EffectMeasure.OddsRatio : fit.Measure;
            text.Append(CultureInfo.InvariantCulture, $"Model Results ({Keywords<EffectMeasure>.Of(scale)} scale):\n\n");
            Add(
                text,
                ["estimate", "ci.lb", "ci.ub"],
                [Number(Math.Exp(c.Estimates[0])), Number(Math.Exp(c.Lower[0])), Number(Math.Exp(c.Upper[0]))]);
        }
    }

    private static void Add(StringBuilder text, string[] names, string[] cells)
    {
        var widths = names.Select((name, i) => Math.Max(name.Length, cells[i].Length)).ToArray();
        text.Append(string.Join("  ", names.Select((name, i) => name.PadLeft(widths[i])))).Append(" \n");
        text.Append(string.Join("  ", cells.Select((cell, i) => cell.PadLeft(widths[i])))).Append(" \n\n");
    }

    private static void AddTests(StringBuilder text, StratifiedFit fit, int digits)
    {
        if (fit.MantelHaenszelTest is not { } test)
        {
            return;
        }

        if (fit.TaroneTest is not { } tarone)
        {
            text.Append("Mantel-Haenszel Test: ").Append(double.IsNaN(test.Statistic)
                ? NotComputable
                : $"MH = {RNumbers.Fixed(test.Statistic, digits)}, df = 1, p-val {RNumbers.PValueSentence(test.PValue, digits)}").Append("\n\n");
            return;
        }

        TestResult[] both = [test, tarone];
        var statistics = both.Where(t => !double.IsNaN(t.Statistic)).Select(t => RNumbers.Fixed(t.Statistic, digits).Length).DefaultIfEmpty().Max();
        var degrees = both.Where(t => !double.IsNaN(t.Statistic)).Select(t => Degrees(t).Length).DefaultIfEmpty().Max();
        text.Append("Cochran-Mantel-Haenszel Test:    ").Append(Sentence("CMH", test)).Append('\n');
        text.Append("Tarone's Test for Heterogeneity: ").Append(Sentence("X^2", tarone)).Append("\n\n");

        // The two lines stand below each other, and here metafor writes a p-value's bound with its zero.
        string Sentence(string name, TestResult t) => double.IsNaN(t.Statistic)
            ? NotComputable
            : $"{name} = {RNumbers.Fixed(t.Statistic, digits).PadLeft(statistics)}, {Degrees(t).PadRight(degrees)} p-val "
                + RNumbers.PValueSentence(t.PValue, digits).Replace("< .", "< 0.", StringComparison.Ordinal);
    }

    private static string Degrees(TestResult test) => string.Create(CultureInfo.InvariantCulture, $"df = {test.NumeratorDf},");

    private static void AddSequence(StringBuilder text, string title, StratifiedSequence? table, int digits)
    {
        if (table is null)
        {
            return;
        }

        string Number(double value) => RNumbers.Fixed(value, digits);
        var rows = new List<string[]> { (string[])["", "estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp", "I2", "H2"] };
        for (var i = 0; i < table.Labels.Count; i++)
        {
            rows.Add(
            [
                table.Labels[i], Number(table.Estimates[i]), Number(table.StandardErrors[i]), Number(table.Statistics[i]),
                Number(table.PValues[i]), Number(table.Lower[i]), Number(table.Upper[i]), Number(table.Q[i]), Number(table.QPValues[i]),
                Number(table.ISquared[i]), Number(table.HSquared[i]),
            ]);
        }

        text.Append(title).Append("\n\n");
        TextRows.Write(text, rows, FewestNameCharacters);
    }
}
