using System.Globalization;
using System.Text;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>Multilevel fits as text, in the order of metafor's <c>print</c>.</summary>
public static class MultilevelText
{
    /// <summary>The fit as text: components by term, tests, coefficients, and intervals of the components where they were asked for.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals, from 1 to 15.</param>
    public static string ToText(this MultilevelFit fit, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(fit);
        digits = Math.Clamp(digits, 1, 15);
        var text = new StringBuilder();
        Line(text, $"Multivariate Meta-Analysis Model (k = {fit.StudyCount}; method: {Keywords<HeterogeneityMethod>.Of(fit.Method)})");
        Line(text, $"");
        WriteComponents(text, fit, digits);
        WriteIntervals(text, fit, digits);
        WriteTests(text, fit, digits);
        WriteCoefficients(text, fit, digits);
        FurtherTableText.Write(text, fit.Further, digits);
        return text.ToString();
    }

    private static void WriteComponents(StringBuilder text, MultilevelFit fit, int digits)
    {
        Line(text, fit.Terms.Count == 0 ? (FormattableString)$"Variance Components: none" : $"Variance Components:");
        Line(text, $"");
        foreach (var term in fit.Terms)
        {
            Line(text, term.Structure is { } structure
                ? (FormattableString)$"outer factor: {term.Name} (nlvls = {term.LevelCount}); inner: {term.InnerName} (nlvls = {term.InnerLevels.Count}); struct {Keywords<CovarianceStructure>.Of(structure)}"
                : $"factor: {term.Name} (nlvls = {term.LevelCount}){(term.HasKnownCorrelation ? ", known correlations" : "")}");
            var rows = term.Components.Select(c => (string[])
                [NameOf(c), RNumbers.Fixed(c.Value, digits), IsVariance(c) ? RNumbers.Fixed(Math.Sqrt(c.Value), digits) : "", c.IsFixed ? "yes" : "no"]);
            Table(text, [["", "estim", "sqrt", "fixed"], .. rows]);
            Line(text, $"");
        }
    }

    private static void WriteIntervals(StringBuilder text, MultilevelFit fit, int digits)
    {
        if (fit.Intervals is not { } intervals)
        {
            return;
        }

        Line(text, $"Profile-Likelihood Intervals ({fit.Level}%):");
        Line(text, $"");
        var rows = intervals.Select(i => (string[])
        [
            NameOf(i.Component),
            RNumbers.Fixed(i.Component.Value, digits),
            Limit(i.Lower, i.LowerKind, '<', digits),
            Limit(i.Upper, i.UpperKind, '>', digits),
        ]);
        Table(text, [["", "estim", "ci.lb", "ci.ub"], .. rows]);
        Line(text, $"");
    }

    private static string Limit(double value, BoundKind kind, char sign, int digits) =>
        (kind == BoundKind.Unbounded ? sign.ToString() : "") + RNumbers.Fixed(value, digits);

    private static void WriteTests(StringBuilder text, MultilevelFit fit, int digits)
    {
        var q = fit.ResidualHeterogeneity;
        var isResidual = fit.Coefficients.Count > 1 || !fit.HasIntercept;
        Line(text, $"Test for {(isResidual ? "Residual " : "")}Heterogeneity:");
        Line(text, $"{(isResidual ? "QE" : "Q")}(df = {q.NumeratorDf}) = {RNumbers.Fixed(q.Statistic, digits)}, p-val {RNumbers.PValueSentence(q.PValue, digits)}");
        Line(text, $"");
        if (!isResidual)
        {
            return;
        }

        var m = fit.OmnibusTest;
        Line(text, $"Test of Moderators (coefficients {string.Join(", ", fit.TestedCoefficients.Select(i => i + 1))}):");
        var name = double.IsNaN(m.DenominatorDf)
            ? string.Create(CultureInfo.InvariantCulture, $"QM(df = {m.NumeratorDf})")
            : string.Create(CultureInfo.InvariantCulture, $"F(df1 = {m.NumeratorDf}, df2 = {m.DenominatorDf})");
        Line(text, $"{name} = {RNumbers.Fixed(m.Statistic, digits)}, p-val {RNumbers.PValueSentence(m.PValue, digits)}");
        Line(text, $"");
    }

    private static void WriteCoefficients(StringBuilder text, MultilevelFit fit, int digits)
    {
        var c = fit.Coefficients;
        var isNormal = fit.DegreesOfFreedom.All(double.IsNaN);
        string[] df = isNormal ? [] : ["df"];
        Line(text, $"Model Results:");
        Line(text, $"");
        List<string[]> rows = [["", "estimate", "se", isNormal ? "zval" : "tval", .. df, "pval", "ci.lb", "ci.ub", ""]];
        for (var i = 0; i < c.Count; i++)
        {
            string[] own = isNormal ? [] : [fit.DegreesOfFreedom[i].ToString("0.##", CultureInfo.InvariantCulture)];
            rows.Add(
            [
                c.Names[i],
                RNumbers.Fixed(c.Estimates[i], digits),
                RNumbers.Fixed(c.StandardErrors[i], digits),
                RNumbers.Fixed(c.Statistics[i], digits),
                .. own,
                RNumbers.PValue(c.PValues[i], digits),
                RNumbers.Fixed(c.Lower[i], digits),
                RNumbers.Fixed(c.Upper[i], digits),
                RNumbers.Stars(c.PValues[i]),
            ]);
        }

        Table(text, rows);
    }

    private static string NameOf(VarianceComponent component) => $"{Keywords<ComponentKind>.Of(component.Kind)} {component.Label}";

    private static bool IsVariance(VarianceComponent component) => component.Kind is not (ComponentKind.Rho or ComponentKind.Phi);

    /// <summary>The first column to the left, the others to the right.</summary>
    private static void Table(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            Line(text, $"{string.Join("  ", cells)}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(FormattableString.Invariant(line).TrimEnd()).Append('\n');
}
