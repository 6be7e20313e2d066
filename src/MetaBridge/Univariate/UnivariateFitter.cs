using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>One fit, from checked arrays to the result.</summary>
internal sealed class UnivariateFitter
{
    /// <summary>A residual sum of squares below this counts as none, as in metafor.</summary>
    private const double NoResiduals = 2.220446049250313e-16;

    private readonly UnivariateInput input;
    private readonly UnivariateSettings settings;
    private readonly Design design;
    private readonly VarianceProfile profile;
    private readonly VarianceProfile heterogeneity;
    private readonly ProfilePoint? atZero;
    private readonly int k;
    private readonly int p;

    public UnivariateFitter(UnivariateInput input, UnivariateSettings settings, Design design)
    {
        this.input = input;
        this.settings = settings;
        this.design = design;
        k = input.EffectSizes.Length;
        p = design.Columns;
        profile = Profile(input, design, centred: design.SpansConstant);
        heterogeneity = settings.CentresEffectSizes && !design.SpansConstant ? Profile(input, design, centred: true) : profile;
        // With a zero variance the weights at τ² = 0 don't exist.
        atZero = Array.IndexOf(input.Variances, 0.0) < 0 ? heterogeneity.At(0) : null;
    }

    private bool IsSingle => k == 1 && p == 1;

    private bool IsEqualEffects => settings.Method == HeterogeneityMethod.EqualEffects;

    public UnivariateFit Fit()
    {
        var tau2 = EstimateTauSquared();
        if (tau2.Value == 0 && atZero is null)
        {
            throw InputChecks.ZeroVariance(input);
        }

        var at = profile.At(tau2.Value);
        tau2 = tau2 with { StandardError = IsEqualEffects || IsSingle ? double.NaN : StandardError(at) };
        var weights = settings.Weighted ? input.Weights : Ones(k);
        var estimates = new CoefficientEstimates(
            input.EffectSizes, profile.Residuals, input.Variances, tau2.Value, weights, design);
        var fit = Assemble(tau2, at, estimates, weights is null ? estimates.HalfLogDet : double.NaN);
        CheckRange(fit);
        CheckHeterogeneity(fit);
        return AddFurther(fit);
    }

    /// <summary>The data as functions of τ²; centred only where a constant is in the design's span, so that nothing changes but rounding.</summary>
    internal static VarianceProfile Profile(UnivariateInput input, Design design, bool centred)
    {
        var y = input.EffectSizes;
        var k = y.Length;
        var mean = 0.0;
        foreach (var value in y)
        {
            mean += value / k;
        }

        double crude = 0;
        var residuals = new double[k];
        for (var i = 0; i < k; i++)
        {
            residuals[i] = y[i] - mean;
            crude += residuals[i] * residuals[i] / k;
        }

        if (!centred)
        {
            y.CopyTo(residuals, 0);
        }

        // Twice, so that what is left of a large shift doesn't count.
        WeightedBasis.TakeOut(design.Qr.Q, k, design.Columns, residuals);
        WeightedBasis.TakeOut(design.Qr.Q, k, design.Columns, residuals);
        return new VarianceProfile(residuals, input.Variances, design, crude);
    }

    private TauSquaredEstimate EstimateTauSquared()
    {
        if (settings.EvaluateAtTauSquared is { } reference && !IsEqualEffects)
        {
            return new TauSquaredEstimate(reference, double.NaN, Optimality.Fixed);
        }

        if (IsEqualEffects || IsSingle)
        {
            return new TauSquaredEstimate(IsEqualEffects ? 0 : settings.TauSquared ?? 0, double.NaN, Optimality.Fixed);
        }

        if (settings.TauSquared is { } fixedValue)
        {
            return new TauSquaredEstimate(fixedValue, double.NaN, Optimality.Fixed);
        }

        if (atZero is null && !settings.Method.AllowsZeroVariance())
        {
            throw InputChecks.ZeroVariance(input);
        }

        var estimate = TauSquaredEstimators.Estimate(
            settings.Method, heterogeneity, atZero, design, input.Weights, settings.CancellationToken);
        if (double.IsNaN(estimate.Value))
        {
            throw atZero is null ? InputChecks.ZeroVariance(input) : Overflow("tau2");
        }

        return estimate;
    }

    private double StandardError(ProfilePoint at)
    {
        // Moment formulas need 1/v, which a zero variance doesn't have; no standard error then.
        var usable = k > p && (atZero is not null || settings.Method.AllowsZeroVariance());
        return usable ? TauSquaredEstimators.StandardError(settings.Method, heterogeneity, at, design, input.Weights) : double.NaN;
    }

    private UnivariateFit Assemble(TauSquaredEstimate tau2, ProfilePoint at, CoefficientEstimates estimates, double halfLogDet)
    {
        var test = IsSingle ? CoefficientTest.Normal : settings.Test;
        double df = test == CoefficientTest.Normal ? double.NaN : k - p;
        var scale = VarianceScale(test, at);
        foreach (ref var value in estimates.Covariance.AsSpan())
        {
            value *= scale;
        }

        var coefficients = WaldTests.Table(design.Names, estimates.Estimates, estimates.Covariance, df, settings.Level);
        var tested = TestedCoefficients();
        var measures = HeterogeneityMeasures.Of(atZero, tau2.Value, k, p, IsEqualEffects);
        var parameters = p + (IsEqualEffects || settings.TauSquared is not null ? 0 : 1);
        var (ml, reml) = Statistics(tau2.Value, estimates, halfLogDet, parameters);
        return new UnivariateFit
        {
            Engine = UnivariateEngine.EngineName,
            Method = settings.Method,
            Test = test,
            Measure = settings.Measure,
            Level = settings.Level,
            Coefficients = coefficients,
            Covariance = estimates.Covariance,
            TauSquared = tau2,
            ISquared = measures.ISquared,
            HSquared = measures.HSquared,
            RSquared = RSquared(tau2.Value),
            TypicalVariance = measures.TypicalVariance,
            ResidualHeterogeneity = measures.Test,
            OmnibusTest = WaldTests.Omnibus(estimates.Estimates, estimates.Covariance, tested, df),
            TestedCoefficients = tested,
            DegreesOfFreedom = df,
            VarianceScale = scale,
            MaximumLikelihood = ml,
            RestrictedLikelihood = reml,
            ParameterCount = parameters,
            HasIntercept = design.HasIntercept,
            Design = design.X,
            Weights = input.Weights,
            IsUnweighted = !settings.Weighted,
            Studies = new StudyTable(
                input.EffectSizes, input.Variances, input.Labels ?? new CountedLabels(k), input.Rows ?? Range(k), input.Dropped),
            DroppedColumns = design.Dropped,
        };
    }

    private double VarianceScale(CoefficientTest test, ProfilePoint at)
    {
        if (test is not (CoefficientTest.KnappHartung or CoefficientTest.KnappHartungAdHoc))
        {
            return 1;
        }

        var scale = at.YPy <= NoResiduals ? 0 : at.YPy / (k - p);
        return test == CoefficientTest.KnappHartungAdHoc ? Math.Max(1, scale) : scale;
    }

    private int[] TestedCoefficients()
    {
        if (settings.TestedCoefficients is { } given)
        {
            return [.. given.Select(index => index - 1).Distinct().Order()];
        }

        return design.HasIntercept && p > 1 ? Range(p)[1..] : Range(p);
    }

    private (FitStatistics Ml, FitStatistics Reml) Statistics(
        double tau2, CoefficientEstimates estimates, double halfLogDet, int parameters)
    {
        var logDetW = -LogSums.OfShifted(input.Variances, tau2);
        if (double.IsNaN(halfLogDet))
        {
            halfLogDet = new CoefficientEstimates(
                input.EffectSizes, profile.Residuals, input.Variances, tau2, null, design).HalfLogDet;
        }

        var (ml, reml) = VarianceProfile.LogLikelihoods(logDetW, halfLogDet, estimates.Rss, k, p);
        return (InformationCriteria.Of(ml, estimates.Rss + SaturationGap(tau2), parameters, k),
            InformationCriteria.Of(reml, -2 * reml, parameters, k - p));
    }

    /// <summary>−2 (ll of this τ² with no residuals − ll of the saturated model, which has none and τ² = 0).</summary>
    private double SaturationGap(double tau2) => tau2 == 0 || atZero is null
        ? 0
        : LogSums.OfShifted(input.Variances, tau2) - LogSums.OfShifted(input.Variances, 0);

    /// <summary>R² in percent: τ² explained by the moderators; for equal effects the adjusted R² of the weighted regression.</summary>
    private double RSquared(double tau2)
    {
        if (!design.SpansConstant || p == 1)
        {
            return double.NaN;
        }

        var constant = Design.Prepare(null, null, k);
        if (IsEqualEffects)
        {
            var total = Profile(input, constant, centred: true).At(0).YPy;
            var explained = 1 - (atZero!.Value.YPy / total * (k - 1) / (k - p));
            return 100 * Math.Max(0, explained);
        }

        var inner = settings with { TauSquared = null, EvaluateAtTauSquared = null };
        var without = new UnivariateFitter(input, inner, constant).EstimateTauSquared().Value;
        return without > 0 ? 100 * Math.Max(0, (without - tau2) / without) : 0;
    }

    private UnivariateFit AddFurther(UnivariateFit fit)
    {
        foreach (var further in settings.Also)
        {
            fit = further switch
            {
                FurtherResult.Predictions => fit with { Predictions = fit.Predict() },
                FurtherResult.HeterogeneityIntervals => fit with { HeterogeneityIntervals = Intervals(fit) },
                _ => throw new MetaBridgeException(
                    ErrorCode.NotSupported, $"'{Keywords<FurtherResult>.Of(further)}' is a table of UnivariateAnalysis and no part of a fit; a fit has predict and confint."),
            };
        }

        return fit;
    }

    private HeterogeneityIntervals Intervals(UnivariateFit fit)
    {
        if (IsEqualEffects)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid, "An equal-effects model has no heterogeneity to give intervals of ('confint').");
        }

        if (k == p)
        {
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies, $"Intervals of the heterogeneity need more studies than coefficients; there are {k} of each.");
        }

        return QProfile.Interval(profile, atZero ?? throw InputChecks.ZeroVariance(input), fit.TypicalVariance, settings.Level);
    }

    private static void CheckRange(UnivariateFit fit)
    {
        if (!double.IsFinite(fit.TauSquared.Value))
        {
            throw Overflow("tau2");
        }

        for (var i = 0; i < fit.Coefficients.Count; i++)
        {
            if (!double.IsFinite(fit.Coefficients.Estimates[i]) || !double.IsFinite(fit.Coefficients.StandardErrors[i]))
            {
                throw Overflow($"the coefficient '{fit.Coefficients.Names[i]}'");
            }

            // Without residuals Knapp and Hartung's variance is 0, and there is no statistic.
            if (fit.Coefficients.StandardErrors[i] > 0 && !double.IsFinite(fit.Coefficients.Statistics[i]))
            {
                throw Overflow($"the test statistic of the coefficient '{fit.Coefficients.Names[i]}'");
            }
        }

        if (!double.IsFinite(fit.MaximumLikelihood.LogLikelihood) || !double.IsFinite(fit.RestrictedLikelihood.LogLikelihood))
        {
            throw Overflow("the log-likelihood");
        }
    }

    /// <summary>
    /// A tiny variance beside ordinary ones takes 1/v out of range, or leaves of tr P = Σ w(1 − h) nothing but rounding, of either sign.
    /// </summary>
    private void CheckHeterogeneity(UnivariateFit fit)
    {
        if (double.IsInfinity(fit.TauSquared.StandardError))
        {
            throw Overflow("the standard error of tau2");
        }

        var exists = atZero is not null && k > p;
        if (exists && !(fit.TypicalVariance > 0 && double.IsFinite(fit.TypicalVariance)
            && double.IsFinite(fit.ISquared) && double.IsFinite(fit.HSquared) && double.IsFinite(fit.ResidualHeterogeneity.Statistic)))
        {
            throw Overflow("the heterogeneity statistics (QE, I2, H2)");
        }
    }

    private static MetaBridgeException Overflow(string what) => new(
        ErrorCode.NumericOverflow,
        $"While fitting, {what} left the range of floating-point numbers.",
        new Dictionary<string, object?> { ["quantity"] = what });

    private static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1.0);
        return ones;
    }

    private static int[] Range(int count)
    {
        var range = new int[count];
        for (var i = 0; i < count; i++)
        {
            range[i] = i;
        }

        return range;
    }
}
