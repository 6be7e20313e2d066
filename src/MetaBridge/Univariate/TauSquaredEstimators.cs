using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>Estimators of τ² and their standard errors.</summary>
internal static class TauSquaredEstimators
{
    /// <summary>Estimates τ².</summary>
    /// <param name="method">The estimator, not equal effects.</param>
    /// <param name="profile">The data.</param>
    /// <param name="atZero">The profile at 0; null when a variance is 0.</param>
    /// <param name="design">The design.</param>
    /// <param name="weights">Weights of GENQ.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static SearchEnd Estimate(
        HeterogeneityMethod method,
        VarianceProfile profile,
        ProfilePoint? atZero,
        Design design,
        double[]? weights,
        CancellationToken cancellation)
    {
        if (method.IsLikelihood())
        {
            return LikelihoodSearch.Run(profile, method == HeterogeneityMethod.Reml, atZero, cancellation);
        }

        if (method.IsQRoot())
        {
            var target = method == HeterogeneityMethod.PauleMandelMedian
                ? Distributions.ChiSquaredQuantile(0.5, profile.ResidualDf)
                : profile.ResidualDf;
            return new SearchEnd(QEquation.Solve(profile, atZero ?? profile.At(SmallStart(profile)), target), Optimality.Proven);
        }

        if (method == HeterogeneityMethod.GeneralizedQMedian)
        {
            cancellation.ThrowIfCancellationRequested();
            return new SearchEnd(new GeneralizedQ(Given(weights), profile, design).Solve(0.5), Optimality.Proven);
        }

        return new SearchEnd(Math.Max(0, Moment(method, profile, atZero, design, weights)), Optimality.ClosedForm);
    }

    /// <summary>The standard error of an estimate, by the formula that belongs to the estimator.</summary>
    public static double StandardError(
        HeterogeneityMethod method, VarianceProfile profile, ProfilePoint at, Design design, double[]? weights)
    {
        double k = profile.Count, df = profile.ResidualDf;
        var v = profile.Variances;
        var t = at.TauSquared;
        if (method.IsQRoot())
        {
            return Math.Sqrt(2 * k * k / df) / at.SumW;
        }

        return method switch
        {
            HeterogeneityMethod.MaximumLikelihood => Math.Sqrt(2 / at.SumWw),
            HeterogeneityMethod.Reml => Math.Sqrt(2 / at.TrPp),
            HeterogeneityMethod.Hedges => Spread(Unit(profile), profile, design, t) / df,
            HeterogeneityMethod.DerSimonianLaird => Spread(Inverse(v), profile, design, t) / Forms(Inverse(v), profile, design).Trace(),
            HeterogeneityMethod.HunterSchmidt => Spread(Inverse(v), profile, design, t) / Inverse(v).Sum(),
            HeterogeneityMethod.HunterSchmidtCorrected => k / df * Spread(Inverse(v), profile, design, t) / Inverse(v).Sum(),
            HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian => Spread(Given(weights), profile, design, t) / Forms(Given(weights), profile, design).Trace(),
            HeterogeneityMethod.SidikJonkman => SidikJonkmanSpread(profile, design, t),
            _ => double.NaN,
        };
    }

    private static double Moment(
        HeterogeneityMethod method, VarianceProfile profile, ProfilePoint? atZero, Design design, double[]? weights)
    {
        double k = profile.Count, df = profile.ResidualDf;
        switch (method)
        {
            case HeterogeneityMethod.DerSimonianLaird:
                return (atZero!.Value.YPy - df) / atZero.Value.TrP;
            case HeterogeneityMethod.HunterSchmidt:
                return (atZero!.Value.YPy - k) / atZero.Value.SumW;
            case HeterogeneityMethod.HunterSchmidtCorrected:
                return ((k / df * atZero!.Value.YPy) - k) / atZero.Value.SumW;
            case HeterogeneityMethod.Hedges:
                return (profile.ResidualSquares - profile.UnweightedTrace) / df;
            case HeterogeneityMethod.GeneralizedQ:
                var general = Forms(Given(weights), profile, design);
                return (general.YPy - general.Trace(profile.Variances)) / general.Trace();
            case HeterogeneityMethod.SidikJonkman:
                var start = profile.CrudeVariance;
                return start > 0 ? start * profile.At(start).YPy / df : 0;
            default:
                throw new MetaBridgeException(ErrorCode.NotSupported, $"The estimator {Keywords<HeterogeneityMethod>.Of(method)} has no formula.");
        }
    }

    private static double SidikJonkmanSpread(VarianceProfile profile, Design design, double tau2)
    {
        var start = profile.CrudeVariance;
        var weights = Array.ConvertAll(profile.Variances, v => 1 / (v + start));
        return start * Spread(weights, profile, design, tau2) / profile.ResidualDf;
    }

    /// <summary>The standard deviation of y'P_a y at τ².</summary>
    private static double Spread(double[] weights, VarianceProfile profile, Design design, double tau2) =>
        Math.Sqrt(2 * Forms(weights, profile, design).TraceOfSquare(profile.Variances, tau2));

    private static WeightedForms Forms(double[] weights, VarianceProfile profile, Design design) =>
        new(weights, profile.Residuals, design.Qr.Q, design.Columns);

    private static double[] Unit(VarianceProfile profile)
    {
        var ones = new double[profile.Count];
        Array.Fill(ones, 1.0);
        return ones;
    }

    private static double[] Inverse(double[] v) => Array.ConvertAll(v, x => 1 / x);

    private static double[] Given(double[]? weights) => weights ?? throw new MetaBridgeException(
        ErrorCode.SpecificationInvalid, "The estimators GENQ and GENQM need weights: name their column in 'weights'.");

    /// <summary>Where to start when a variance is 0: far below any root that matters.</summary>
    private static double SmallStart(VarianceProfile profile) => 1e-14 * Math.Max(profile.CrudeVariance, double.Epsilon / 1e-14);
}
