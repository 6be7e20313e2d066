using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>Case deletion against fits of the remaining data; p_loo and residuals against their definitions.</summary>
public class BayesDiagnosticsTests
{
    private static readonly BayesSpec Moderated = SchoolCalendar.Spec with { Moderators = "~ year", StandardizeContinuous = false, PriorModerators = Prior.Normal(0, 0.01) };

    [Theory]
    [InlineData("clustered", 0)]
    [InlineData("clustered", 48)]
    [InlineData("two-level", 32)]
    [InlineData("positive effect", 5)]
    [InlineData("gamma effect", 32)]
    [InlineData("moderator", 20)]
    public void Studies_AgainstRefit_Agree(string model, int study)
    {
        var spec = Spec(model);
        var full = BayesEngine.Fit(spec, SchoolCalendar.Data);
        var row = full.Posterior!.Diagnostics().Influence[study];
        var rest = BayesEngine.Fit(spec, Without(i => i == study));
        AssertDeleted(full, rest, row);
        AssertDffits(full, rest, row, study);
    }

    [Theory]
    [InlineData("clustered", 6)]
    [InlineData("positive effect", 0)]
    [InlineData("moderator", 3)]
    public void Clusters_AgainstRefit_Agree(string model, int cluster)
    {
        var spec = Spec(model);
        var full = BayesEngine.Fit(spec, SchoolCalendar.Data);
        var row = full.Posterior!.ClusterDiagnostics().Influence[cluster];
        var district = SchoolCalendar.Data["district"].ToNumbers();
        var rest = BayesEngine.Fit(spec, Without(i => district[i].ToString(System.Globalization.CultureInfo.InvariantCulture) == full.ClusterNames[cluster]));
        Assert.Equal(full.ClusterNames[cluster], row.Unit);
        AssertDeleted(full, rest, row);
    }

    /// <summary>The probability below y is the place of y among the predictions of a fit without the study.</summary>
    [Theory]
    [InlineData("two-level", 32)]
    [InlineData("two-level", 0)]
    [InlineData("gamma effect", 7)]
    public void Studentized_AgainstPredictionOfRefit_Agrees(string model, int study)
    {
        var spec = Spec(model) with { ClusterColumn = null };
        var row = BayesEngine.Fit(spec, SchoolCalendar.Data).Posterior!.Diagnostics().Residuals[study];
        var tail = Math.Min(row.PredictedProbability.Value, 1 - row.PredictedProbability.Value);
        var posterior = BayesEngine.Fit(spec with { Level = 100 * (1 - (2 * tail)) }, Without(i => i == study)).Posterior!;
        var v = SchoolCalendar.Data["vi"].ToNumbers()[study];
        var prediction = posterior.Predict(PredictionKind.NewObservation, v);
        var limit = row.PredictedProbability.Value < 0.5 ? prediction.Lower : prediction.Upper;
        Assert.Equal(SchoolCalendar.Data["yi"].ToNumbers()[study], limit.Value, 1e-6);
        Assert.Equal(-MetaBridge.Numerics.Distributions.NormalUpperQuantile(row.PredictedProbability.Value), row.Studentized.Value, 1e-8);
    }

    [Fact]
    public void Residuals_AreDistancesFromThePosteriorMeans()
    {
        var posterior = SchoolCalendar.Fit.Posterior!;
        var rows = posterior.Diagnostics().Residuals;
        var yi = SchoolCalendar.Data["yi"].ToNumbers();
        var (average, effects, clusters) = (posterior.PredictStudies(PredictionKind.Average), posterior.StudyEffects(), posterior.ClusterEffects());
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal(yi[i] - average[i].Mean.Value, rows[i].Marginal.Value, 1e-12);
            Assert.Equal(yi[i] - effects[i].Mean.Value, rows[i].Estimate!.Value.Value, 1e-12);
        }

        Assert.Equal(yi[0] - clusters[0].Effect.Mean.Value, rows[0].Cluster!.Value.Value, 1e-12);
    }

    /// <summary>Without heterogeneity and with a nearly flat prior the model is linear regression, whose diagnostics have closed forms.</summary>
    [Fact]
    public void KnownVariance_NearlyFlatPrior_IsLinearRegression()
    {
        double[] y = [0.1, 0.5, -0.2, 0.9], v = [0.02, 0.03, 0.01, 0.05];
        var spec = SchoolCalendar.Spec with { ClusterColumn = null, PriorEffect = Prior.Normal(0, 1e4), PriorHeterogeneity = Prior.Point(0) };
        var posterior = BayesEngine.Fit(spec, SchoolCalendar.Table(y, v)).Posterior!;
        var (diagnostics, loo) = (posterior.Diagnostics(), posterior.LeaveOneOut());
        var w = v.Select(x => 1 / x).ToArray();
        double sum = w.Sum(), mean = w.Zip(y, (a, b) => a * b).Sum() / sum, parameters = 0;
        for (var i = 0; i < y.Length; i++)
        {
            var (rest, without) = (sum - w[i], ((mean * sum) - (w[i] * y[i])) / (sum - w[i]));
            Assert.Equal((y[i] - without) / Math.Sqrt(v[i] + (1 / rest)), diagnostics.Residuals[i].Studentized.Value, 1e-6);
            Assert.Equal((y[i] - mean) / Math.Sqrt(v[i]), diagnostics.Residuals[i].Standardized.Value, 1e-6);
            Assert.Equal((mean - without) * Math.Sqrt(rest), diagnostics.Influence[i].Dffits.Value, 1e-6);
            Assert.Equal((mean - without) * (mean - without) * sum, diagnostics.Influence[i].CooksDistance.Value, 1e-6);
            Assert.Equal(sum / rest, diagnostics.Influence[i].CovarianceRatio.Value, 1e-6);
            parameters += Log(y[i] - mean, v[i] + (1 / sum)) - Log(y[i] - without, v[i] + (1 / rest));
        }

        Assert.Equal(parameters, loo.EffectiveParameters.Value, 1e-6);

        static double Log(double distance, double variance) => -0.5 * (Math.Log(2 * Math.PI * variance) + (distance * distance / variance));
    }

    /// <summary>The fitted density of a study is its predictive density once more: the ratio of marginal likelihoods with the study twice and once, clusters aside.</summary>
    [Fact]
    public void LogFitted_TwoLevel_IsTheRatioWithTheStudyTwice()
    {
        var spec = SchoolCalendar.Spec with { ClusterColumn = null, PriorEffect = Prior.Gamma(2, 8) };
        var fit = BayesEngine.Fit(spec, SchoolCalendar.Data);
        var loo = fit.Posterior!.LeaveOneOut();
        foreach (var i in new[] { 0, 32 })
        {
            var twice = BayesEngine.Fit(spec, SchoolCalendar.Data.Take([.. Enumerable.Range(0, 56), i]));
            Assert.Equal(twice.LogMarginalLikelihood.Value - fit.LogMarginalLikelihood.Value, loo.LogFitted[i].Value, 1e-7);
        }

        Assert.Equal(loo.EffectiveParameters.Value, loo.LogFitted.Sum(x => x.Value) - loo.Elpd.Value, 1e-10);
        Assert.InRange(loo.EffectiveParameters.Value, 0.5, 5);
        Assert.Equal(2 * loo.StandardError, loo.LooicStandardError);
    }

    [Fact]
    public void Weighted_RandomEffectResiduals_AreAbsent()
    {
        var data = SchoolCalendar.Data.With(new NumberColumn("weight", [.. Enumerable.Range(0, 56).Select(i => 0.5 + (i % 4 / 4.0))]));
        var row = BayesEngine.Fit(SchoolCalendar.Spec with { WeightColumn = "weight" }, data).Posterior!.Diagnostics().Residuals[0];
        Assert.Null(row.Cluster);
        Assert.Null(row.Estimate);
        Assert.True(double.IsFinite(row.Studentized.Value));
    }

    [Fact]
    public void OneUnit_IsRefused()
    {
        var posterior = BayesEngine.Fit(
            SchoolCalendar.Spec with { ClusterColumn = "cluster" }, SchoolCalendar.Table([0.1], [0.02])).Posterior!;
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => posterior.Diagnostics()).Code);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => posterior.ClusterDiagnostics()).Code);
    }

    private static BayesSpec Spec(string model) => model switch
    {
        "two-level" => SchoolCalendar.Spec with { ClusterColumn = null },
        "positive effect" => SchoolCalendar.Spec with { PriorEffect = Prior.HalfNormal(0.3) },
        "gamma effect" => SchoolCalendar.Spec with { PriorEffect = Prior.Gamma(2, 8) },
        "moderator" => Moderated,
        _ => SchoolCalendar.Spec,
    };

    private static Dataset Without(Func<int, bool> isLeftOut) => SchoolCalendar.Data.Take([.. Enumerable.Range(0, 56).Where(i => !isLeftOut(i))]);

    private static void AssertDeleted(BayesFit full, BayesFit rest, InfluenceRow row)
    {
        Assert.Equal(rest.Posterior!.Summarize("tau").Mean.Value, row.Tau.Value, 1e-6);
        if (row.Rho is { } rho)
        {
            Assert.Equal(rest.Posterior.Summarize("rho").Mean.Value, rho.Value, 1e-6);
        }

        var names = full.Posterior!.Parameters.Coefficients;
        for (var j = 0; j < names.Count; j++)
        {
            var (before, after) = (full.Posterior.Summarize(names[j]), rest.Posterior.Summarize(names[j]));
            Assert.Equal((before.Mean.Value - after.Mean.Value) / after.Sd.Value, row.DfBetas[j].Value, 1e-5);
            if (names.Count == 1)
            {
                Assert.Equal(Math.Pow((before.Mean.Value - after.Mean.Value) / before.Sd.Value, 2), row.CooksDistance.Value, 1e-5);
                Assert.Equal(Math.Pow(after.Sd.Value / before.Sd.Value, 2), row.CovarianceRatio.Value, 1e-5);
            }
        }
    }

    private static void AssertDffits(BayesFit full, BayesFit rest, InfluenceRow row, int study)
    {
        var at = SchoolCalendar.Data.Take([study]);
        var (before, after) = (full.Posterior!.PredictAt(at, PredictionKind.Average)[0], rest.Posterior!.PredictAt(at, PredictionKind.Average)[0]);
        Assert.Equal((before.Mean.Value - after.Mean.Value) / after.Sd.Value, row.Dffits.Value, 1e-5);
    }
}
