using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <content>Confidence intervals.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>The kind of interval that metafor gives by default: GENQ for the estimators GENQ and GENQM, else the Q-profile.</summary>
    public HeterogeneityIntervalType DefaultIntervalType => Fit.Method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian
        ? HeterogeneityIntervalType.GeneralizedQ
        : HeterogeneityIntervalType.QProfile;

    /// <summary>A confidence interval of τ², and by its monotone transformations of τ, I² and H².</summary>
    /// <param name="type">How it is found; null for <see cref="DefaultIntervalType"/>.</param>
    /// <param name="level">Confidence level in percent; null for the fit's.</param>
    /// <returns>The limits, and what each is: a root, the boundary 0, no bound at all, or an empty interval.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/> when the model has no τ² to estimate, or the type needs another estimator; <see cref="ErrorCode.TooFewStudies"/> when there
    /// are no more studies than coefficients; <see cref="ErrorCode.NonPositiveVariance"/> when a sampling variance is 0; <see cref="ErrorCode.InvalidOption"/> for the level.
    /// </exception>
    public HeterogeneityIntervals HeterogeneityIntervals(HeterogeneityIntervalType? type = null, double? level = null)
    {
        RequireHeterogeneity();
        var (kind, percent) = (type ?? DefaultIntervalType, CheckedLevel(level));
        return kind switch
        {
            HeterogeneityIntervalType.QProfile => QProfile.Interval(Profile(), Profile().At(0), Fit.TypicalVariance, percent),
            HeterogeneityIntervalType.GeneralizedQ => GeneralizedQInterval.Of(GeneralizedQ(), Fit.TypicalVariance, percent),
            HeterogeneityIntervalType.ProfileLikelihood => LikelihoodInterval(percent),
            HeterogeneityIntervalType.HigginsThompson => TestBasedInterval.Of(Fit.ResidualHeterogeneity, Fit.TypicalVariance, percent),
            _ => WaldInterval(kind, percent),
        };
    }

    /// <summary>Confidence intervals of the coefficients, as in the fit, at any level.</summary>
    /// <param name="level">Confidence level in percent; null for the fit's.</param>
    /// <param name="transformation">Applied to estimates and limits; null for none.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public CoefficientIntervals CoefficientIntervals(double? level = null, Func<double, double>? transformation = null)
    {
        var critical = CriticalValues.TwoSided(CheckedLevel(level), Fit.DegreesOfFreedom);
        var b = Fit.Coefficients;
        var (estimates, lower, upper) = (new double[b.Count], new double[b.Count], new double[b.Count]);
        for (var i = 0; i < b.Count; i++)
        {
            var reach = critical * b.StandardErrors[i];
            (estimates[i], lower[i], upper[i]) = Transformed.Interval(transformation, b.Estimates[i], b.Estimates[i] - reach, b.Estimates[i] + reach);
        }

        return new CoefficientIntervals(b.Names, estimates, lower, upper);
    }

    /// <summary>A level in percent, or the fit's.</summary>
    internal double CheckedLevel(double? level) => level is not { } given ? Fit.Level : given is > 0 and < 100 ? given : throw new MetaBridgeException(
        ErrorCode.InvalidOption,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The option 'level' is {given}; it must be between 0 and 100 percent."),
        new Dictionary<string, object?> { ["option"] = "level", ["value"] = given });

    private Design PreparedDesign() => Design.Prepare(input.Design, input.ColumnNames, input.EffectSizes.Length);

    private VarianceProfile Profile()
    {
        var design = PreparedDesign();
        return new VarianceProfile(input.EffectSizes, input.Variances, design, design.SpansConstant);
    }

    private GeneralizedQ GeneralizedQ() => new(
        input.Weights ?? throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid,
            $"An interval of type GENQ needs the weights of the Q statistic, which the estimator {Keywords<HeterogeneityMethod>.Of(Fit.Method)} does not have; use GENQ or GENQM, or type QP.",
            new Dictionary<string, object?> { ["option"] = "type", ["value"] = "GENQ" }),
        Profile(),
        PreparedDesign());

    private HeterogeneityIntervals LikelihoodInterval(double percent)
    {
        if (!Fit.Method.IsLikelihood() || Fit.IsTauSquaredFixed)
        {
            throw NoEstimate("PL", "a maximum of the likelihood, which only the estimators ML and REML give");
        }

        return ProfileInterval.Of(Profile(), Fit, percent, settings.CancellationToken);
    }

    private HeterogeneityIntervals WaldInterval(HeterogeneityIntervalType kind, double percent) => Fit.IsTauSquaredFixed
        ? throw NoEstimate(Keywords<HeterogeneityIntervalType>.Of(kind), "an estimate of tau2, which is a given value here")
        : Univariate.WaldInterval.Of(kind, Fit.TauSquared, Fit.TypicalVariance, percent);

    private static MetaBridgeException NoEstimate(string type, string needed) => new(
        ErrorCode.SpecificationInvalid,
        $"An interval of type {type} needs {needed}; use type QP.",
        new Dictionary<string, object?> { ["option"] = "type", ["value"] = type });

    private void RequireHeterogeneity()
    {
        if (Fit.Method == HeterogeneityMethod.EqualEffects)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid, "An equal-effects model has no heterogeneity to give intervals of ('confint').");
        }

        if (Fit.StudyCount <= Fit.Coefficients.Count)
        {
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies,
                $"Intervals of the heterogeneity need more studies than coefficients; there are {Fit.StudyCount} and {Fit.Coefficients.Count}.");
        }

        if (Array.IndexOf(input.Variances, 0.0) >= 0)
        {
            throw InputChecks.ZeroVariance(input);
        }
    }
}

/// <summary>Confidence intervals of coefficients; element i belongs to name i.</summary>
/// <param name="Names">Their names.</param>
/// <param name="Estimates">Their estimates, transformed if that was asked for.</param>
/// <param name="Lower">Lower limits.</param>
/// <param name="Upper">Upper limits.</param>
public sealed record CoefficientIntervals(IReadOnlyList<string> Names, double[] Estimates, double[] Lower, double[] Upper);
