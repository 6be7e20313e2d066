using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Fail-safe N.</summary>
internal static class FailSafe
{
    private const int MostStudies = 10_000_000;

    public static FailSafeResult Of(UnivariateAnalysis analysis, FailSafeOptions options)
    {
        Check(options);
        var v = analysis.PositiveVariances("fsn");
        var y = analysis.Fit.Studies.EffectSizes;
        return options.Type switch
        {
            FailSafeType.Rosenthal => Rosenthal(y, v, options.Alpha),
            FailSafeType.Orwin => Orwin(y, options.Weighted ? v : [.. y.Select(_ => 1.0)], options.Target),
            FailSafeType.Rosenberg => Rosenberg(y, v, options.Alpha),
            _ => new FailSafeSearch(analysis, options, v.Length / Weight(v)).Run(),
        };
    }

    private static void Check(FailSafeOptions options)
    {
        if (!(options.Alpha is > 0 and < 1))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"The option 'alpha' is {options.Alpha}; it must be between 0 and 1, both excluded.");
        }

        if (options.Target is { } target && (target == 0 || !double.IsFinite(target)))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"The option 'target' is {target}; studies with null results can't bring an average there: it must be a number other than 0.");
        }
    }

    /// <summary>(Σz / z_α)² − k.</summary>
    private static FailSafeResult Rosenthal(double[] y, double[] v, double alpha)
    {
        var sum = Math.Abs(y.Zip(v, (yi, vi) => yi / Math.Sqrt(vi)).Sum());
        var p = Distributions.NormalUpper(sum / Math.Sqrt(y.Length));
        var critical = Distributions.NormalUpperQuantile(alpha);
        var n = p >= alpha ? 0 : Whole(Math.Pow(sum / critical, 2) - y.Length);
        return new FailSafeResult { Type = FailSafeType.Rosenthal, Count = n, Alpha = alpha, PValue = p };
    }

    /// <summary>k (ȳ − target) / target.</summary>
    private static FailSafeResult Orwin(double[] y, double[] v, double? target)
    {
        var mean = y.Zip(v, (yi, vi) => yi / vi).Sum() / Weight(v);
        var goal = target is { } given ? Math.CopySign(given, mean) : mean / 2;
        var n = Math.Abs(mean) <= Math.Abs(goal) ? 0 : Whole(y.Length * ((mean - goal) / goal));
        return new FailSafeResult { Type = FailSafeType.Orwin, Count = n, Target = goal, Estimate = mean };
    }

    /// <summary>((Σwy / z)² − Σw) / w̄: studies of the average weight.</summary>
    private static FailSafeResult Rosenberg(double[] y, double[] v, double alpha)
    {
        var weight = Weight(v);
        var sum = y.Zip(v, (yi, vi) => yi / vi).Sum();
        var p = Distributions.NormalTwoSided(sum / Math.Sqrt(weight));
        var critical = Distributions.NormalUpperQuantile(alpha / 2);
        var n = p >= alpha ? 0 : Whole((Math.Pow(sum / critical, 2) - weight) * y.Length / weight);
        return new FailSafeResult { Type = FailSafeType.Rosenberg, Count = n, Alpha = alpha, PValue = p, Estimate = sum / weight };
    }

    // Rounding must not turn 13 + 1e-15 into 14.
    private static double Whole(double n) => Math.Ceiling(n - (1e-12 * Math.Max(1, n)));

    private static double Weight(double[] v) => v.Sum(x => 1 / x);

    /// <summary>The smallest N for which the fit to the studies and N more overturns the result.</summary>
    private sealed class FailSafeSearch(UnivariateAnalysis analysis, FailSafeOptions options, double variance)
    {
        private readonly double sign = Math.Sign(analysis.Fit.Coefficients.Estimates[0]);

        public FailSafeResult Run()
        {
            analysis.RequireNoModerators("fsn");
            var fit = analysis.Fit;
            // The published examples need null studies that spread, and how far is not published.
            if (fit.Method != HeterogeneityMethod.EqualEffects)
            {
                throw new MetaBridgeException(
                    ErrorCode.NotSupported,
                    $"The general fail-safe N is for equal-effects models; the method is {Keywords<HeterogeneityMethod>.Of(fit.Method)}. Take method=EE, or the type Rosenthal, Orwin or Rosenberg.",
                    new Dictionary<string, object?> { ["also"] = "fsn", ["method"] = Keywords<HeterogeneityMethod>.Of(fit.Method) });
            }

            var n = IsOverturned(fit) ? 0 : Search();
            var with = n == 0 ? fit : double.IsInfinity(n) ? null : With((int)n);
            return new FailSafeResult
            {
                Type = FailSafeType.General,
                Count = n,
                Alpha = options.Target is null ? options.Alpha : double.NaN,
                Target = Goal ?? double.NaN,
                PValue = fit.Coefficients.PValues[0],
                Estimate = fit.Coefficients.Estimates[0],
                TauSquared = fit.TauSquared.Value,
                EstimateWith = with?.Coefficients.Estimates[0] ?? double.NaN,
                TauSquaredWith = with?.TauSquared.Value ?? double.NaN,
                PValueWith = with?.Coefficients.PValues[0] ?? double.NaN,
            };
        }

        private double? Goal => options.Target is { } target ? Math.CopySign(target, sign) : null;

        // The average goes to 0 as studies are added, and the p-value to 1: N is where the answer changes.
        private double Search()
        {
            int low = 0, high = 1;
            while (!IsOverturned(With(high)))
            {
                if (high == MostStudies)
                {
                    return double.PositiveInfinity;
                }

                (low, high) = (high, (int)Math.Min(MostStudies, 2L * high));
            }

            while (high - low > 1)
            {
                var middle = low + ((high - low) / 2);
                (low, high) = IsOverturned(With(middle)) ? (low, middle) : (middle, high);
            }

            return high;
        }

        private bool IsOverturned(UnivariateFit fit) => Goal is { } goal
            ? Math.Abs(fit.Coefficients.Estimates[0]) <= Math.Abs(goal) || Math.Sign(fit.Coefficients.Estimates[0]) != sign
            : fit.Coefficients.PValues[0] >= options.Alpha;

        private UnivariateFit With(int n)
        {
            var input = analysis.Input;
            return UnivariateEngine.Fit(
                new UnivariateInput
                {
                    EffectSizes = [.. input.EffectSizes, .. new double[n]],
                    Variances = [.. input.Variances, .. Enumerable.Repeat(variance, n)],
                    Weights = input.Weights is null ? null : [.. input.Weights, .. Enumerable.Repeat(input.Weights.Average(), n)],
                },
                analysis.Settings with { EvaluateAtTauSquared = null });
        }
    }
}
