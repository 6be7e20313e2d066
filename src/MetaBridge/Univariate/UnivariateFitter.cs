using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>One fit, from checked arrays to the result.</summary>
internal sealed class UnivariateFitter
{
    private readonly UnivariateInput input;
    private readonly UnivariateSettings settings;
    private readonly Design design;
    private readonly VarianceProfile profile;
    private readonly VarianceProfile heterogeneity;
    private readonly ProfilePoint? atZero;
    private readonly SampleSummary effects;
    private readonly SampleSummary variances;
    private readonly int k;
    private readonly int p;

    public UnivariateFitter(
        UnivariateInput input, UnivariateSettings settings, Design design, in SampleSummary effects, in SampleSummary variances)
    {
        this.input = input;
        this.settings = settings;
        this.design = design;
        (this.effects, this.variances) = (effects, variances);
        k = input.EffectSizes.Length;
        p = design.Columns;
        profile = new VarianceProfile(input.EffectSizes, input.Variances, design, design.SpansConstant, effects, variances);
        heterogeneity = settings.CentresEffectSizes && !design.SpansConstant
            ? new VarianceProfile(input.EffectSizes, input.Variances, design, centred: true)
            : profile;
        // With a zero variance the weights at τ² = 0 don't exist.
        atZero = profile.VarianceRange.Smallest == 0 ? null : heterogeneity.At(0);
    }

    private bool IsSingle => k == 1 && p == 1;

    private bool IsEqualEffects => settings.Method == HeterogeneityMethod.EqualEffects;

    public UnivariateFit Fit()
    {
        var end = FindTauSquared();
        if (end.TauSquared == 0 && atZero is null)
        {
            throw InputChecks.ZeroVariance(input);
        }

        var at = profile == heterogeneity && end.At is { } last ? last : profile.At(end.TauSquared);
        var weights = settings.Weighted ? input.Weights : VectorKernels.Ones(k);
        var estimates = new CoefficientEstimates(k, design);
        estimates.Solve(input.EffectSizes, profile, at, weights, design);
        var fit = Assemble(end, at, estimates);
        CheckRange(fit);
        CheckHeterogeneity(fit);
        return AddFurther(fit);
    }

    private SearchEnd FindTauSquared()
    {
        if (settings.EvaluateAtTauSquared is { } reference && !IsEqualEffects)
        {
            return new SearchEnd(reference, Optimality.Fixed);
        }

        if (IsEqualEffects || IsSingle)
        {
            return new SearchEnd(IsEqualEffects ? 0 : settings.TauSquared ?? 0, Optimality.Fixed);
        }

        if (settings.TauSquared is { } fixedValue)
        {
            return new SearchEnd(fixedValue, Optimality.Fixed);
        }

        if (atZero is null && !settings.Method.AllowsZeroVariance())
        {
            throw InputChecks.ZeroVariance(input);
        }

        var end = TauSquaredEstimators.Estimate(
            settings.Method, heterogeneity, atZero, design, input.Weights, settings.CancellationToken);
        if (double.IsNaN(end.TauSquared))
        {
            throw atZero is null ? InputChecks.ZeroVariance(input) : Overflow("tau2");
        }

        return end;
    }

    private double StandardError(ProfilePoint at)
    {
        // Moment formulas need 1/v, which a zero variance doesn't have; no standard error then.
        var usable = k > p && (atZero is not null || settings.Method.AllowsZeroVariance());
        return usable ? TauSquaredEstimators.StandardError(settings.Method, heterogeneity, at, design, input.Weights) : double.NaN;
    }

    private TauSquaredEstimate Describe(SearchEnd end, ProfilePoint at, (double Ml, double Reml) logLikelihoods)
    {
        var searches = settings.Method.IsLikelihood() && end.Optimality != Optimality.Fixed;
        var only = settings.Method == HeterogeneityMethod.Reml ? logLikelihoods.Reml : logLikelihoods.Ml;
        return new TauSquaredEstimate(
            end.TauSquared, IsEqualEffects || IsSingle ? double.NaN : StandardError(at), end.Optimality)
        {
            Iterations = heterogeneity.Evaluations,
            Score = end.Score,
            StationaryPoints = end.Points ?? (searches ? [new StationaryPoint(end.TauSquared, only)] : []),
        };
    }

    private UnivariateFit Assemble(SearchEnd end, ProfilePoint at, CoefficientEstimates estimates)
    {
        var test = IsSingle ? CoefficientTest.Normal : settings.Test;
        double df = test == CoefficientTest.Normal ? double.NaN : k - p;
        var scale = test.VarianceScale(at.YPy, k - p);
        foreach (ref var value in estimates.Covariance.AsSpan())
        {
            value *= scale;
        }

        var coefficients = WaldTests.Table(design.Names, estimates.Estimates, estimates.Covariance, df, settings.Level);
        var tested = settings.TestedIn(design);
        var measures = HeterogeneityMeasures.Of(atZero, end.TauSquared, k, p, IsEqualEffects);
        var parameters = p + (IsEqualEffects || settings.TauSquared is not null ? 0 : 1);
        var logDets = profile.LogDeterminants(end.TauSquared);
        var (ml, reml) = Statistics(logDets, estimates, parameters);
        var without = WithoutModerators();
        var tau2 = Describe(end, at, VarianceProfile.LogLikelihoods(-logDets.At, estimates.HalfLogDet, at.YPy, k, p));
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
            RSquared = RSquared(tau2.Value, without),
            TauSquaredWithoutModerators = without,
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
            DesignSource = design,
            Weights = input.Weights,
            IsUnweighted = !settings.Weighted,
            Studies = new StudyTable(
                input.EffectSizes, input.Variances, input.Labels ?? new CountedLabels(k), input.Rows, input.Dropped),
            DroppedColumns = design.Dropped,
        };
    }

    private (FitStatistics Ml, FitStatistics Reml) Statistics((double At, double AtZero) logDets, CoefficientEstimates estimates, int parameters)
    {
        var (ml, reml) = VarianceProfile.LogLikelihoods(-logDets.At, estimates.HalfLogDet, estimates.Rss, k, p);
        // −2 (ll of this τ² with no residuals − ll of the saturated model, which has none and τ² = 0).
        var gap = atZero is null ? 0 : logDets.At - logDets.AtZero;
        return (InformationCriteria.Of(ml, estimates.Rss + gap, parameters, k),
            InformationCriteria.Of(reml, -2 * reml, parameters, k - p));
    }

    /// <summary>R² in percent: τ² explained by the moderators; for equal effects the adjusted R² of the weighted regression.</summary>
    private double RSquared(double tau2, double without)
    {
        if (!design.SpansConstant || p == 1)
        {
            return double.NaN;
        }

        if (IsEqualEffects)
        {
            var total = new VarianceProfile(input.EffectSizes, input.Variances, Design.Prepare(null, null, k), centred: true).At(0).YPy;
            var explained = 1 - (atZero!.Value.YPy / total * (k - 1) / (k - p));
            return 100 * Math.Max(0, explained);
        }

        return without > 0 ? 100 * Math.Max(0, (without - tau2) / without) : 0;
    }

    /// <summary>τ² of the intercept alone; NaN where R² does not exist or is not made of it.</summary>
    private double WithoutModerators()
    {
        if (!design.SpansConstant || p == 1 || IsEqualEffects)
        {
            return double.NaN;
        }

        var inner = settings with { TauSquared = null, EvaluateAtTauSquared = null };
        return new UnivariateFitter(input, inner, Design.Prepare(null, null, k), effects, variances).FindTauSquared().TauSquared;
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

        var start = atZero ?? throw InputChecks.ZeroVariance(input);
        return QProfile.Interval(profile, profile == heterogeneity ? start : profile.At(0), fit.TypicalVariance, settings.Level);
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
        if (double.IsInfinity(fit.TauSquared.StandardError) || fit.TauSquared.StandardError < 0)
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
}
