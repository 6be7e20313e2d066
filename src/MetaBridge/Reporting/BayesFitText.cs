using System.Globalization;
using System.Text;
using MetaBridge.Bayes;
using MetaBridge.Specs;

namespace MetaBridge.Reporting;

/// <summary>A Bayesian fit as text: both tables of RoBMA's summaries, the priors, and how exact the numbers are.</summary>
public static class BayesFitText
{
    private const int PriorDigits = 4;

    /// <summary>Writes the fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals.</param>
    public static string ToText(this BayesFit fit, int digits = 3)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var text = new StringBuilder();
        text.Append('\n').Append(BayesText.Summary(fit, digits)).Append('\n').Append(BayesText.Heterogeneity(fit, digits)).Append('\n');
        AppendPriors(text, fit);
        text.Append('\n').Append(Invariant($"Log marginal likelihood: {Fixed(fit.LogMarginalLikelihood.Value, Math.Max(digits, 4))}\n"));
        text.Append(Method(fit)).Append('\n');
        return text.ToString();
    }

    private static void AppendPriors(StringBuilder text, BayesFit fit)
    {
        text.Append("Priors:\n");
        var hasModerators = fit.Estimates[0].Name != "mu";
        Append(hasModerators ? "intercept" : "mu", fit.Priors.Effect);
        Append("tau", fit.Priors.Heterogeneity);
        if (fit.ClusterNames.Count > 0)
        {
            Append("rho", fit.Priors.Allocation);
        }

        if (hasModerators)
        {
            Append("moderators", fit.Priors.Moderators);
        }

        if (fit.Estimates.Any(row => row.Name.StartsWith("log(tau)", StringComparison.Ordinal)))
        {
            Append("log(tau)", fit.Priors.Scale);
        }

        void Append(string name, Prior prior) => text.Append(Invariant($"  {name} ~ {PriorText.Write(prior, PriorDigits)}\n"));
    }

    private static string Method(BayesFit fit) => fit switch
    {
        { Quadrature: { } q } => Invariant(
            $"Computed by quadrature ({q.Dimensions} dimensions, {q.Points} points); largest error of a table {LargestError(fit):G2} standard deviations{(q.Converged ? "" : ", which is more than 0.001: not converged")}."),
        { Sampling: { } s } => Invariant(
            $"Sampled in {s.Chains} chains of {s.Draws} draws, seed {s.Seed}: largest R-hat {s.Diagnostics.Max(row => row.RHat):F3}, smallest effective sample size {s.Diagnostics.Min(row => Math.Min(row.BulkEss, row.TailEss)):F0}{(s.Converged ? "" : ": not converged")}."),
        _ => "",
    };

    private static double LargestError(BayesFit fit) => fit.Estimates.Concat(fit.Heterogeneity).Max(row =>
        new[] { row.Mean, row.Sd, row.Lower, row.Median, row.Upper }.Max(x => x.Error == 0 ? 0 : x.Error / Math.Max(Math.Abs(x.Value), row.Sd.Value)));

    private static string Fixed(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
