using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>The profile-likelihood interval of τ² (Hardy &amp; Thompson, 1996), ML or REML.</summary>
/// <remarks>
/// The set of τ² whose log-likelihood is at most half the χ²₁ quantile below the maximum. With several maxima the set can have gaps; the interval is then
/// the smallest that holds all of it, which is known since all maxima are.
/// </remarks>
internal static class ProfileInterval
{
    private const double Tolerance = 1e-14;

    /// <summary>The interval of a fit by ML or REML.</summary>
    public static HeterogeneityIntervals Of(VarianceProfile profile, UnivariateFit fit, double level, CancellationToken cancellation)
    {
        var restricted = fit.Method == HeterogeneityMethod.Reml;
        var estimate = fit.TauSquared.Value;
        var cut = LogLikelihood(estimate) - (Distributions.ChiSquaredQuantile(level / 100, 1) / 2);
        var inside = fit.TauSquared.Maxima.Where(maximum => LogLikelihood(maximum.TauSquared) >= cut).Select(maximum => maximum.TauSquared).Append(estimate).ToArray();
        var atZero = Excess(0);
        var lowest = inside.Min();
        var lower = atZero < 0 ? BracketedRoot.Find(Excess, 0, atZero, lowest, Excess(lowest), Tolerance) : 0;
        return new HeterogeneityIntervals(
            lower, Upper(inside.Max()), lower > 0 ? BoundKind.Value : BoundKind.AtBoundary, BoundKind.Value, fit.TypicalVariance);

        double LogLikelihood(double tau2)
        {
            cancellation.ThrowIfCancellationRequested();
            var (ml, reml) = profile.LogLikelihoodsAt(tau2);
            return restricted ? reml : ml;
        }

        double Excess(double tau2) => LogLikelihood(tau2) - cut;

        // Right of the highest of them the likelihood falls for good: like −n/2 ln τ², so doubling finds an end.
        double Upper(double from)
        {
            var (low, atLow) = (from, Excess(from));
            var high = Math.Max(2 * from, fit.TypicalVariance);
            var atHigh = Excess(high);
            while (atHigh > 0)
            {
                (low, atLow, high) = (high, atHigh, 2 * high);
                atHigh = Excess(high);
            }

            return BracketedRoot.Find(Excess, low, atLow, high, atHigh, Tolerance);
        }
    }
}
