using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Numerics.Sampling;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>A sampled posterior answers what an integrated one answers, each number within four of its own standard errors.</summary>
public class SampledPosteriorTests
{
    private const double Limit = 4;

    private static readonly Dictionary<string, BayesSpec> Models = new()
    {
        ["clustered"] = SchoolCalendar.Spec,
        ["gamma effect"] = SchoolCalendar.Spec with { PriorEffect = Prior.Gamma(2, 8) },
        ["log-normal effect, two-level"] = SchoolCalendar.Spec with { PriorEffect = Prior.LogNormal(-2, 0.7), ClusterColumn = null },
        ["inverse gamma effect"] = SchoolCalendar.Spec with { PriorEffect = Prior.InverseGamma(2, 0.3), ClusterColumn = null },
        ["beta effect, truncated slope"] = SchoolCalendar.Spec with
        {
            Moderators = "~ year",
            ClusterColumn = null,
            PriorCoefficients = new Dictionary<string, Prior> { ["intercept"] = Prior.BetaOf(2, 8), ["year"] = Prior.Cauchy(0, 0.2).Truncated(-0.3, 0.05) },
        },
        ["scale"] = SchoolCalendar.Spec with { ScaleModerators = "~ year", ClusterColumn = null },
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Answers_AgainstQuadrature_WithinFourStandardErrors(string model)
    {
        var (exact, sampled) = Both(model);
        foreach (var name in exact.ParameterNames)
        {
            Row(exact.Summarize(name), sampled.Summarize(name), name);
            var median = exact.Summarize(name).Median.Value;
            Within(exact.Density(name, median), sampled.Density(name, median), name + " density");
            Within(exact.Probability(name, median), sampled.Probability(name, median), name + " probability");
        }

        foreach (var kind in Enum.GetValues<PredictionKind>())
        {
            Row(exact.Predict(kind, 0.01), sampled.Predict(kind, 0.01), kind.ToString());
            Row(exact.PredictStudies(kind)[3], sampled.PredictStudies(kind)[3], kind + " of study 4");
        }

        var newData = new Dataset("new", [new NumberColumn("year", [1990])]);
        Row(exact.PredictAt(newData, PredictionKind.NewStudy)[0], sampled.PredictAt(newData, PredictionKind.NewStudy)[0], "new row");
        Rows(exact.StudyEffects(), sampled.StudyEffects());
        foreach (var (e, s) in exact.ClusterEffects().Zip(sampled.ClusterEffects()))
        {
            Assert.Equal((e.Cluster, e.StudyCount), (s.Cluster, s.StudyCount));
            Row(e.Effect, s.Effect, e.Cluster);
            Row(e.Deviation, s.Deviation, e.Cluster + " deviation");
            Row(e.NewStudy, s.NewStudy, e.Cluster + " new study");
        }

        Within(exact.LogMarginalLikelihood, sampled.LogMarginalLikelihood, "logml");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LeaveOneOutAndDiagnostics_AgainstQuadrature_WithinFourStandardErrors(string model)
    {
        var (exact, sampled) = Both(model);
        Compare(exact.LeaveOneOut(), sampled.LeaveOneOut());
        var (e, s) = (exact.Diagnostics(), sampled.Diagnostics());
        foreach (var (a, b) in e.Residuals.Zip(s.Residuals))
        {
            Within(a.Marginal, b.Marginal, a.Study + " residual");
            Within(a.Cluster!.Value, b.Cluster!.Value, a.Study + " residual of the cluster");
            Within(a.Estimate!.Value, b.Estimate!.Value, a.Study + " residual of the study");
            Within(a.Standardized, b.Standardized, a.Study + " standardized");
            Within(a.Studentized, b.Studentized, a.Study + " studentized");
        }

        foreach (var (a, b) in e.Influence.Zip(s.Influence))
        {
            Within(a.Tau, b.Tau, a.Unit + " tau");
            Within(a.Dffits, b.Dffits, a.Unit + " dffits");
            Within(a.CovarianceRatio, b.CovarianceRatio, a.Unit + " covratio");
            Assert.All(a.DfBetas.Zip(b.DfBetas), pair => Within(pair.First, pair.Second, a.Unit + " dfbetas"));
        }

        if (Models[model].ClusterColumn is not null)
        {
            Compare(exact.LeaveOneClusterOut(), sampled.LeaveOneClusterOut());
            foreach (var (a, b) in exact.ClusterDiagnostics().Influence.Zip(sampled.ClusterDiagnostics().Influence))
            {
                Within(a.Rho!.Value, b.Rho!.Value, a.Unit + " rho");
                Within(a.Dffits, b.Dffits, a.Unit + " dffits");
            }
        }
    }

    [Fact]
    public void Fit_BeyondTheLattice_IsSampledAndAnswers()
    {
        var spec = SchoolCalendar.Spec with
        {
            Moderators = "~ year",
            ScaleModerators = "~ year",
            PriorEffect = Prior.Gamma(2, 8),
            PriorModerators = Prior.StudentT(0, 0.2, 3).Truncated(-0.5, 0.5),
        };
        var fit = BayesEngine.Fit(spec, SchoolCalendar.Data);
        Assert.Null(fit.Quadrature);
        Assert.True(fit.Posterior!.IsSampled);
        Assert.Equal(56, fit.Posterior.StudyEffects().Count);
        Assert.Equal(11, fit.Posterior.LeaveOneClusterOut().LogDensities.Count);
        var loo = fit.Posterior.LeaveOneOut();
        Assert.Equal(loo.ParetoK.Max() <= loo.ParetoKLimit, loo.IsReliable);
        Assert.True(loo.ParetoK.Count(k => k > loo.ParetoKLimit) <= 1);
        Assert.All(fit.Posterior.ClusterEffects(), effect => Assert.True(effect.Effect.Mean.Error > 0 && double.IsFinite(effect.Effect.Upper.Error)));
    }

    [Fact]
    public void Average_SampledModels_IsThatOfIntegratedOnes()
    {
        var spec = SchoolCalendar.Spec with { Moderators = "~ year", PriorModerators = Prior.StudentT(0, 0.2, 3) };
        var average = BayesEngine.Average(spec with { PriorEffect = Prior.StudentT(0, 0.4, 3), ScaleModerators = "~ year" }, SchoolCalendar.Data);
        Assert.Contains(average.Models, model => model.Fit.Sampling is not null);
        Assert.Contains(average.Models, model => model.Fit.Quadrature is not null);
        Assert.Equal(1, average.Models.Sum(model => model.PosteriorProbability.Value), 1e-12);
        Assert.All(average.Estimates, row => Assert.True(row.Lower.Value <= row.Median.Value && row.Median.Value <= row.Upper.Value && double.IsFinite(row.Mean.Error)));
    }

    /// <summary>Quantiles of a generalised Pareto distribution have its shape; the prior draws k a little towards one half.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.7)]
    [InlineData(-0.3)]
    public void ParetoFit_ExactQuantiles_HaveTheirShape(double k)
    {
        const int n = 2000;
        var sorted = Enumerable.Range(0, n).Select(i => 3 / k * (Math.Pow(1 - ((i + 0.5) / n), -k) - 1)).ToArray();
        var (shape, scale) = ParetoSmoothing.Fit(sorted);
        Assert.Equal(((n * k) + 5) / (n + 10), shape, 0.01);
        Assert.Equal(3, scale, 0.05);
    }

    [Fact]
    public void Smooth_EqualWeights_StayEqual()
    {
        var (logs, k) = ParetoSmoothing.Smooth([.. Enumerable.Repeat(3.0, 500)]);
        Assert.All(logs, log => Assert.Equal(0, log));
        Assert.Equal(0, k);
    }

    private static (BayesPosterior Exact, BayesPosterior Sampled) Both(string model)
    {
        var exact = BayesEngine.Fit(Models[model], SchoolCalendar.Data);
        var sampled = BayesEngine.Sample(Models[model], SchoolCalendar.Data, new SamplerOptions { Seed = 3 });
        Assert.NotNull(exact.Quadrature);
        Assert.True(exact.Converged);
        Assert.True(sampled.Converged);
        return (exact.Posterior!, sampled.Posterior!);
    }

    private static void Compare(LeaveOneOutResult exact, LeaveOneOutResult sampled)
    {
        Assert.Equal(exact.Units, sampled.Units);
        Assert.Empty(exact.ParetoK);
        Assert.Equal(sampled.Units.Count, sampled.ParetoK.Count);
        for (var u = 0; u < exact.Units.Count; u++)
        {
            Within(exact.LogFitted[u], sampled.LogFitted[u], exact.Units[u] + " fitted");
            // An unreliable weight says so itself; a reliable one is within its error.
            if (sampled.ParetoK[u] < 0.5)
            {
                Within(exact.LogDensities[u], sampled.LogDensities[u], exact.Units[u]);
            }
        }

        if (sampled.IsReliable)
        {
            Within(exact.Elpd, sampled.Elpd, "elpd");
            Within(exact.EffectiveParameters, sampled.EffectiveParameters, "p_loo");
        }
    }

    private static void Rows(IReadOnlyList<PosteriorRow> exact, IReadOnlyList<PosteriorRow> sampled)
    {
        Assert.Equal(exact.Select(row => row.Name), sampled.Select(row => row.Name));
        foreach (var (e, s) in exact.Zip(sampled))
        {
            Row(e, s, e.Name);
        }
    }

    private static void Row(PosteriorRow exact, PosteriorRow sampled, string what)
    {
        Within(exact.Mean, sampled.Mean, what + " mean");
        Within(exact.Sd, sampled.Sd, what + " sd");
        Within(exact.Lower, sampled.Lower, what + " lower");
        Within(exact.Median, sampled.Median, what + " median");
        Within(exact.Upper, sampled.Upper, what + " upper");
    }

    private static void Within(Estimate exact, Estimate sampled, string what)
    {
        var allowed = (Limit * sampled.Error) + exact.Error + (1e-9 * (1 + Math.Abs(exact.Value)));
        Assert.True(
            Math.Abs(exact.Value - sampled.Value) <= allowed,
            $"{what}: {sampled.Value} but the quadrature has {exact.Value} (error {exact.Error}), standard error {sampled.Error}, z {(sampled.Value - exact.Value) / sampled.Error}");
    }
}
