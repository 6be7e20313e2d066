using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Batch;

/// <summary>Arrays for fits of one size, and the fit on what stands in them; nothing is allocated after construction in the usual methods.</summary>
internal sealed class RefitCore
{
    private readonly UnivariateSettings settings;
    private readonly VarianceProfile profile;
    private readonly CoefficientEstimates coefficients;
    private readonly int[] tested;
    private readonly double[] work;
    private readonly int k;
    private readonly int p;

    /// <param name="k">How many studies.</param>
    /// <param name="design">A design with k rows; its arrays are written to when <see cref="Design"/> is replaced.</param>
    /// <param name="settings">What to estimate.</param>
    /// <param name="isWeighted">Whether there are custom weights.</param>
    /// <param name="centred">As for <see cref="VarianceProfile"/>.</param>
    public RefitCore(int k, Design design, UnivariateSettings settings, bool isWeighted, bool centred)
    {
        this.k = k;
        this.settings = settings;
        p = design.Columns;
        Design = design;
        Effects = new double[k];
        Variances = new double[k];
        Weights = isWeighted ? new double[k] : null;
        Ones = settings.Weighted ? null : VectorKernels.Ones(k);
        profile = new VarianceProfile(Effects, Variances, design, centred);
        coefficients = new CoefficientEstimates(k, design);
        tested = settings.TestedIn(design);
        work = new double[tested.Length * (tested.Length + 1)];
        StandardErrors = new double[p];
        Statistics = new double[p];
    }

    public Design Design { get; }

    /// <summary>Room for effect sizes.</summary>
    public double[] Effects { get; }

    public double[] Variances { get; }

    public double[]? Weights { get; }

    public double[] Estimates => coefficients.Estimates;

    public double[] Covariance => coefficients.Covariance;

    public double[] StandardErrors { get; }

    public double[] Statistics { get; }

    private double[]? Ones { get; }

    private bool IsEqualEffects => settings.Method == HeterogeneityMethod.EqualEffects;

    /// <summary>Takes note of new variances, for fits that leave them as they are.</summary>
    public void VariancesChanged() => profile.Restart(SampleSummary.Of(Effects), SampleSummary.Of(Variances));

    /// <summary>Fits the arrays.</summary>
    /// <param name="sameVariances">Whether only the effect sizes and rows of X have changed since the last fit.</param>
    public UnivariateRefit Fit(bool sameVariances) => Fit(Effects, sameVariances);

    /// <summary>Fits effect sizes that stand elsewhere.</summary>
    /// <param name="values">y.</param>
    /// <param name="sameVariances">Whether only the effect sizes and rows of X have changed since the last fit.</param>
    public UnivariateRefit Fit(double[] values, bool sameVariances)
    {
        var isSingle = k == 1 && p == 1;
        var estimates = !IsEqualEffects && settings.TauSquared is null;
        var test = isSingle ? CoefficientTest.Normal : settings.Test;
        if (k < p || (k == p && !isSingle && (estimates || test != CoefficientTest.Normal)))
        {
            return Missing(RefitStatus.TooFewStudies);
        }

        var effects = SampleSummary.Of(values);
        var isFinite = effects.IsFinite;
        profile.Restart(values, effects);
        if (!sameVariances)
        {
            var variances = SampleSummary.Of(Variances);
            isFinite &= variances.IsFinite;
            profile.Restart(effects, variances);
        }

        if (!isFinite)
        {
            return Missing(RefitStatus.NonFinite);
        }

        if (profile.VarianceRange.Smallest < 0)
        {
            return Missing(RefitStatus.NonPositiveVariance);
        }

        ProfilePoint? atZero = profile.VarianceRange.Smallest == 0 ? null : profile.At(0);
        var end = estimates && !isSingle ? Search(atZero) : new SearchEnd(IsEqualEffects ? 0 : settings.TauSquared ?? 0, Optimality.Fixed);
        if (double.IsNaN(end.TauSquared) || (end.TauSquared == 0 && atZero is null))
        {
            return Missing(atZero is null ? RefitStatus.NonPositiveVariance : RefitStatus.Overflow);
        }

        var at = end.At ?? (end.TauSquared == 0 ? atZero!.Value : profile.At(end.TauSquared));
        coefficients.Solve(values, profile, at, Ones ?? Weights, Design);
        return Assemble(end, at, atZero, test);
    }

    private UnivariateRefit Missing(RefitStatus status)
    {
        Array.Fill(Estimates, double.NaN);
        Array.Fill(Covariance, double.NaN);
        Array.Fill(StandardErrors, double.NaN);
        Array.Fill(Statistics, double.NaN);
        return UnivariateRefit.Missing(status);
    }

    private SearchEnd Search(ProfilePoint? atZero) => atZero is null && !settings.Method.AllowsZeroVariance()
        ? new SearchEnd(double.NaN, Optimality.Unknown)
        : TauSquaredEstimators.Estimate(settings.Method, profile, atZero, Design, Weights, settings.CancellationToken);

    private UnivariateRefit Assemble(in SearchEnd end, in ProfilePoint at, ProfilePoint? atZero, CoefficientTest test)
    {
        var scale = test.VarianceScale(at.YPy, k - p);
        foreach (ref var value in Covariance.AsSpan())
        {
            value *= scale;
        }

        for (var j = 0; j < p; j++)
        {
            StandardErrors[j] = Math.Sqrt(Covariance[(j * p) + j]);
            Statistics[j] = Estimates[j] / StandardErrors[j];
        }

        if (!WaldTests.TryQuadraticForm(Estimates, Covariance, tested, work, out var omnibus))
        {
            return Missing(RefitStatus.RankDeficient);
        }

        var (iSquared, hSquared) = atZero is not { } zero ? (double.NaN, double.NaN)
            : k == p ? (0, 1) : HeterogeneityMeasures.Ratios(zero, end.TauSquared, k - p, IsEqualEffects);
        return new UnivariateRefit
        {
            Status = RefitStatus.Fitted,
            Optimality = end.Optimality,
            TauSquared = end.TauSquared,
            Estimate = Estimates[0],
            StandardError = StandardErrors[0],
            Statistic = Statistics[0],
            OmnibusStatistic = test == CoefficientTest.Normal ? omnibus : omnibus / tested.Length,
            ResidualHeterogeneity = atZero is null ? double.NaN : k == p ? 0 : atZero.Value.YPy,
            ISquared = iSquared,
            HSquared = hSquared,
            VarianceScale = scale,
        }.Checked(atZero is not null && k > p);
    }
}
