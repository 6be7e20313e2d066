using System.Globalization;
using System.Text;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>Fits as text, in the layout of metafor's <c>print</c> and <c>summary</c>.</summary>
public static class UnivariateText
{
    /// <summary>Width at which R breaks a table into pieces.</summary>
    private const int LineWidth = 80;

    /// <summary>What metafor prints for a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals, from 1 to 15; I² and H² always have two.</param>
    public static string ToText(this UnivariateFit fit, int digits = 4) => Render(fit, digits, withStatistics: false);

    /// <summary>The same with log-likelihood and information criteria, as metafor's <c>summary</c> prints them.</summary>
    /// <inheritdoc cref="ToText"/>
    public static string Summary(this UnivariateFit fit, int digits = 4) => Render(fit, digits, withStatistics: true);

    private static string Render(UnivariateFit fit, int digits, bool withStatistics)
    {
        ArgumentNullException.ThrowIfNull(fit);
        digits = Math.Clamp(digits, 1, 15);
        var text = new StringBuilder();
        Line(text, "");
        Line(text, Title(fit));
        Line(text, "");
        if (withStatistics)
        {
            AddStatistics(text, fit, digits);
        }

        AddHeterogeneity(text, fit, digits);
        AddTests(text, fit, digits);
        Line(text, "Model Results:");
        Line(text, "");
        AddCoefficients(text, fit, digits);
        Line(text, "");
        Line(text, "---");
        Line(text, "Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1");
        Line(text, "");
        FurtherTableText.Write(text, fit.Further, digits);
        return text.ToString();
    }

    private static bool IsInterceptOnly(UnivariateFit fit) => fit.Coefficients.Count == 1 && fit.HasIntercept;

    private static string Title(UnivariateFit fit)
    {
        var k = string.Create(CultureInfo.InvariantCulture, $"k = {fit.StudyCount}");
        if (fit.Method == HeterogeneityMethod.EqualEffects)
        {
            return $"{(IsInterceptOnly(fit) ? "Equal-Effects" : "Fixed-Effects with Moderators")} Model ({k})";
        }

        var estimator = fit.IsTauSquaredFixed
            ? "user-specified tau^2 value"
            : $"tau^2 estimator: {Keywords<HeterogeneityMethod>.Of(fit.Method)}";
        return $"{(IsInterceptOnly(fit) ? "Random-Effects" : "Mixed-Effects")} Model ({k}; {estimator})";
    }

    private static void AddStatistics(StringBuilder text, UnivariateFit fit, int digits)
    {
        var s = fit.Method == HeterogeneityMethod.Reml ? fit.RestrictedLikelihood : fit.MaximumLikelihood;
        string[] names = ["logLik", "deviance", "AIC", "BIC", "AICc"];
        var values = new[] { s.LogLikelihood, s.Deviance, s.Aic, s.Bic, s.Aicc }.Select(value => RNumbers.Fixed(value, digits)).ToArray();
        var width = names.Concat(values).Max(cell => cell.Length);
        Line(text, string.Join("  ", names.Select(name => name.PadLeft(width))) + "   ");
        Line(text, string.Join("  ", values.Select(value => value.PadLeft(width))) + "   ");
        Line(text, "");
    }

    private static void AddHeterogeneity(StringBuilder text, UnivariateFit fit, int digits)
    {
        var simple = IsInterceptOnly(fit);
        if (fit.Method != HeterogeneityMethod.EqualEffects)
        {
            var se = double.IsNaN(fit.TauSquared.StandardError)
                ? ""
                : $" (SE = {RNumbers.Fixed(fit.TauSquared.StandardError, digits)})";
            Line(text, Label(simple, "tau^2 (estimated amount of total heterogeneity):", "tau^2 (estimated amount of residual heterogeneity):")
                + RNumbers.Component(fit.TauSquared.Value, digits) + se);
            Line(text, Label(simple, "tau (square root of estimated tau^2 value):", "tau (square root of estimated tau^2 value):")
                + RNumbers.Component(Math.Sqrt(fit.TauSquared.Value), digits));
        }

        if (!double.IsNaN(fit.ISquared))
        {
            Line(text, Label(simple, "I^2 (total heterogeneity / total variability):", "I^2 (residual heterogeneity / unaccounted variability):")
                + RNumbers.Fixed(fit.ISquared, 2) + "%");
            Line(text, Label(simple, "H^2 (total variability / sampling variability):", "H^2 (unaccounted variability / sampling variability):")
                + RNumbers.Fixed(fit.HSquared, 2));
        }

        if (!double.IsNaN(fit.RSquared))
        {
            Line(text, Label(simple, "", "R^2 (amount of heterogeneity accounted for):") + RNumbers.Fixed(fit.RSquared, 2) + "%");
        }

        Line(text, "");
    }

    /// <summary>The label, padded to the longest of its kind and a space.</summary>
    private static string Label(bool simple, string forIntercept, string forModerators) =>
        simple ? forIntercept.PadRight(49) : forModerators.PadRight(56);

    private static void AddTests(StringBuilder text, UnivariateFit fit, int digits)
    {
        var simple = IsInterceptOnly(fit);
        var q = fit.ResidualHeterogeneity;
        if (!double.IsNaN(q.Statistic))
        {
            Line(text, simple ? "Test for Heterogeneity:" : "Test for Residual Heterogeneity:");
            Line(text, string.Create(
                CultureInfo.InvariantCulture,
                $"{(simple ? "Q" : "QE")}(df = {q.NumeratorDf}) = {RNumbers.Fixed(q.Statistic, digits)}, p-val {RNumbers.PValueSentence(q.PValue, digits)}"));
            Line(text, "");
        }

        if (simple)
        {
            return;
        }

        var m = fit.OmnibusTest;
        Line(text, $"Test of Moderators ({Ranges(fit.TestedCoefficients)}):");
        var name = double.IsNaN(m.DenominatorDf)
            ? string.Create(CultureInfo.InvariantCulture, $"QM(df = {m.NumeratorDf})")
            : string.Create(CultureInfo.InvariantCulture, $"F(df1 = {m.NumeratorDf}, df2 = {m.DenominatorDf})");
        Line(text, $"{name} = {RNumbers.Fixed(m.Statistic, digits)}, p-val {RNumbers.PValueSentence(m.PValue, digits)}");
        Line(text, "");
    }

    /// <summary>Coefficient numbers, runs written as 2:3.</summary>
    internal static string Ranges(IReadOnlyList<int> tested)
    {
        var runs = new List<string>();
        for (var i = 0; i < tested.Count;)
        {
            var j = i;
            while (j + 1 < tested.Count && tested[j + 1] == tested[j] + 1)
            {
                j++;
            }

            runs.Add(i == j
                ? (tested[i] + 1).ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{tested[i] + 1}:{tested[j] + 1}"));
            i = j + 1;
        }

        return $"{(tested.Count == 1 ? "coefficient" : "coefficients")} {string.Join(",", runs)}";
    }

    private static void AddCoefficients(StringBuilder text, UnivariateFit fit, int digits)
    {
        var c = fit.Coefficients;
        var isT = !double.IsNaN(fit.DegreesOfFreedom);
        var columns = new List<Column>
        {
            Numbers("estimate", c.Estimates, digits),
            Numbers("se", c.StandardErrors, digits),
            Numbers(isT ? "tval" : "zval", c.Statistics, digits),
        };
        if (isT)
        {
            var df = fit.DegreesOfFreedom.ToString(CultureInfo.InvariantCulture);
            columns.Add(new Column("df", [.. c.Estimates.Select(_ => df)]));
        }

        columns.Add(new Column("pval", [.. c.PValues.Select(p => RNumbers.PValue(p, digits))]));
        columns.Add(Numbers("ci.lb", c.Lower, digits));
        columns.Add(Numbers("ci.ub", c.Upper, digits));
        var stars = c.PValues.Select(RNumbers.Stars).ToArray();
        columns.Add(new Column("", stars, IsLeft: true));
        AddTable(text, columns, IsInterceptOnly(fit) ? [""] : c.Names);
    }

    private static Column Numbers(string name, double[] values, int digits) =>
        new(name, [.. values.Select(value => RNumbers.Fixed(value, digits))]);

    /// <summary>Right-aligned columns two blanks apart and a blank at the end, broken at the line width.</summary>
    private static void AddTable(StringBuilder text, List<Column> columns, IReadOnlyList<string> rowNames)
    {
        var nameWidth = rowNames.Max(name => name.Length);
        for (var first = 0; first < columns.Count;)
        {
            var width = nameWidth + 1;
            var last = first;
            while (last < columns.Count && (last == first || width + 2 + columns[last].Width <= LineWidth))
            {
                width += 2 + columns[last].Width;
                last++;
            }

            var piece = columns[first..last];
            Line(text, Row("", nameWidth, piece.Select(column => column.Cell(column.Name))));
            for (var i = 0; i < rowNames.Count; i++)
            {
                var row = i;
                Line(text, Row(rowNames[i], nameWidth, piece.Select(column => column.Cell(column.Cells[row]))));
            }

            first = last;
        }
    }

    private static string Row(string name, int nameWidth, IEnumerable<string> cells)
    {
        var row = string.Join("  ", cells) + " ";
        return nameWidth == 0 ? row : name.PadRight(nameWidth) + "  " + row;
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    /// <summary>One column of text.</summary>
    private sealed record Column(string Name, string[] Cells, bool IsLeft = false)
    {
        public int Width { get; } = Math.Max(Name.Length, Cells.Max(cell => cell.Length));

        public string Cell(string value) => IsLeft ? value.PadRight(Width) : value.PadLeft(Width);
    }
}
