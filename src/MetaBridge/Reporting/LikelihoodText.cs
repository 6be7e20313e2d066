using System.Text;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>What the search for τ² found, as text.</summary>
public static class LikelihoodText
{
    /// <summary>The stationary points of the likelihood of τ², one a line, the estimate marked; empty for estimators without a likelihood.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="digits">Decimals, from 1 to 15.</param>
    public static string StationaryPoints(this UnivariateFit fit, int digits = 4)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var estimate = fit.TauSquared;
        if (estimate.StationaryPoints.Count == 0)
        {
            return "";
        }

        digits = Math.Clamp(digits, 1, 15);
        var text = new StringBuilder();
        var kind = fit.Method == HeterogeneityMethod.Reml ? "restricted log-likelihood" : "log-likelihood";
        text.Append("Stationary points of the ").Append(kind)
            .Append(estimate.Optimality == Optimality.Proven ? ", proven to be all:\n\n" : " that were found:\n\n");
        var rows = new List<string[]> { new[] { "", "tau^2", "logLik", "" } };
        foreach (var point in estimate.StationaryPoints)
        {
            rows.Add(
            [
                point.IsMaximum ? "maximum" : "minimum",
                RNumbers.Component(point.TauSquared, digits),
                RNumbers.Fixed(point.LogLikelihood, digits),
                point.TauSquared == estimate.Value ? "<- estimate" : "",
            ]);
        }

        TextRows.Write(text, rows, 0);
        return text.ToString();
    }
}
