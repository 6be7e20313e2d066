using MetaBridge.Errors;
using MetaBridge.Univariate;

namespace MetaBridge.Bayes;

/// <summary>Refuses data that have no posterior.</summary>
internal static class BayesChecks
{
    /// <summary>Checks effect sizes, variances and weights.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NonFiniteValue"/>, <see cref="ErrorCode.NonPositiveVariance"/> or <see cref="ErrorCode.InvalidOption"/>.
    /// </exception>
    public static void Check(UnivariateInput studies)
    {
        for (var i = 0; i < studies.EffectSizes.Length; i++)
        {
            Require(double.IsFinite(studies.EffectSizes[i]), ErrorCode.NonFiniteValue, "the effect size (yi)", studies.EffectSizes[i], i);
            var v = studies.Variances[i];
            Require(double.IsFinite(v), ErrorCode.NonFiniteValue, "the sampling variance (vi)", v, i);
            Require(v > 0, ErrorCode.NonPositiveVariance, "a sampling variance that is not positive:", v, i);
            if (studies.Weights is { } weights)
            {
                Require(double.IsFinite(weights[i]), ErrorCode.NonFiniteValue, "the weight", weights[i], i);
                Require(weights[i] > 0, ErrorCode.InvalidOption, "a weight that is not positive:", weights[i], i);
            }
        }

        void Require(bool holds, ErrorCode code, string what, double value, int i)
        {
            if (!holds)
            {
                var (row, label) = (studies.Rows![i] + 1, studies.Labels![i]);
                throw new MetaBridgeException(
                    code,
                    FormattableString.Invariant($"Row {row} (study '{label}') has {what} {value}."),
                    new Dictionary<string, object?> { ["row"] = row, ["study"] = label, ["value"] = value });
            }
        }
    }
}
