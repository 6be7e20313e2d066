using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Tests.Univariate;

/// <summary>What deletion diagnostics, cumulative analyses and subsets must satisfy whatever the data.</summary>
public class DiagnosticsTests
{
    private const double Near = 1e-9;

    public static TheoryData<HeterogeneityMethod, CoefficientTest, int> Models => new()
    {
        { HeterogeneityMethod.Reml, CoefficientTest.Normal, 1 },
        { HeterogeneityMethod.Reml, CoefficientTest.KnappHartung, 2 },
        { HeterogeneityMethod.MaximumLikelihood, CoefficientTest.StudentT, 3 },
        { HeterogeneityMethod.DerSimonianLaird, CoefficientTest.KnappHartungAdHoc, 1 },
        { HeterogeneityMethod.EqualEffects, CoefficientTest.Normal, 2 },
        { HeterogeneityMethod.PauleMandel, CoefficientTest.Normal, 1 },
        { HeterogeneityMethod.SidikJonkman, CoefficientTest.Normal, 2 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void LeaveOneOut_AnyModel_IsTheFitOfTheReducedData(HeterogeneityMethod method, CoefficientTest test, int p)
    {
        var data = new StudyData(11, 9, p);
        var settings = new UnivariateSettings { Method = method, Test = test };
        var fits = UnivariateAnalysis.Of(data.All, settings).LeaveOneOut().Fits;
        for (var i = 0; i < data.K; i++)
        {
            var left = i;
            Same(UnivariateEngine.Fit(data.Take([.. Enumerable.Range(0, data.K).Where(j => j != left)]), settings), fits[i]!);
        }
    }

    [Fact]
    public void Cumulate_LastRow_IsTheFit()
    {
        var data = new StudyData(3, 8, 1);
        var analysis = UnivariateAnalysis.Of(data.All, new UnivariateSettings { Test = CoefficientTest.KnappHartung });
        Same(analysis.Fit, analysis.Cumulate().Fits[^1]!);
        var backwards = analysis.Cumulate([.. Enumerable.Range(0, data.K).Reverse()]);
        Same(analysis.Fit, backwards.Fits[^1]!);
        Assert.Equal(data.All.EffectSizes[^1], backwards.Fits[0]!.Coefficients.Estimates[0], Near);
        Assert.Equal(analysis.Fit.Studies.Labels[^1], backwards.Labels[0]);
    }

    [Fact]
    public void Cumulate_NotAnOrder_IsRefused()
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(3, 4, 1).All, new UnivariateSettings());
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => analysis.Cumulate([0, 1, 1, 3])).Code);
        var mods = UnivariateAnalysis.Of(new StudyData(3, 6, 2).All, new UnivariateSettings());
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => mods.Cumulate()).Code);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Influence_ShiftAndScale_ChangeNothingButUnits(HeterogeneityMethod method, CoefficientTest test, int p)
    {
        var data = new StudyData(23, 10, p);
        var settings = new UnivariateSettings { Method = method, Test = test };
        var plain = UnivariateAnalysis.Of(data.All, settings).Influence();
        var moved = UnivariateAnalysis.Of(data.Moved(shift: 5, factor: 3), settings).Influence();
        for (var i = 0; i < data.K; i++)
        {
            var (a, b) = (plain.Studies[i], moved.Studies[i]);
            Close(a.ExternallyStudentized, b.ExternallyStudentized);
            Close(a.Dffits, b.Dffits);
            Close(a.CookDistance, b.CookDistance);
            Close(a.Hat, b.Hat);
            Close(a.Weight, b.Weight);
            Close(9 * a.TauSquaredDeleted, b.TauSquaredDeleted);
            Close(a.ResidualHeterogeneityDeleted, b.ResidualHeterogeneityDeleted);
            Close(a.CovarianceRatio, b.CovarianceRatio);
            Assert.Equal(a.IsInfluential, b.IsInfluential);
        }
    }

    [Fact]
    public void Influence_Hat_SumsToTheNumberOfCoefficients()
    {
        var data = new StudyData(5, 12, 3);
        var influence = UnivariateAnalysis.Of(data.All, new UnivariateSettings()).Influence();
        Assert.Equal(3, influence.Studies.Sum(s => s.Hat), Near);
        Assert.Equal(100, influence.Studies.Sum(s => s.Weight), Near);
    }

    [Fact]
    public void Influence_FactorLevelOfOneStudy_HasNoFitWithoutIt()
    {
        var data = new StudyData(7, 6, 1);
        double[] x = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1];
        var analysis = UnivariateAnalysis.Of(data.All with { Design = x }, new UnivariateSettings());
        var alone = analysis.Influence().Studies[5];
        Assert.Null(analysis.LeaveOneOut().Fits[5]);
        Assert.True(double.IsNaN(alone.CookDistance) && double.IsNaN(alone.Dffits) && alone.Dfbetas.All(double.IsNaN));
        Assert.Equal(1, alone.Hat, Near);
        var residuals = analysis.Residuals();
        Assert.Equal((0, 0, 0), (residuals.Raw[5], residuals.StandardErrors[5], residuals.Standardized[5]));
        Assert.True(double.IsNaN(residuals.Deleted[5]) && double.IsNaN(analysis.Baujat().Influence[5]));
        Assert.All(analysis.Influence().Studies.Take(5), s => Assert.True(double.IsFinite(s.CookDistance)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Diagnostics_FewStudies_AreFinite(int k)
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(k, k, 1).All, new UnivariateSettings { Test = CoefficientTest.KnappHartung });
        Assert.All(analysis.Influence().Studies, s => Assert.True(double.IsFinite(s.Dffits) && double.IsFinite(s.CookDistance)));
        Assert.All(analysis.LeaveOneOut().Fits, fit => Assert.True(double.IsFinite(fit!.Coefficients.PValues[0])));
        Assert.Equal((1 << k) - 1, analysis.Subsets().Count);
    }

    [Fact]
    public void Baujat_EqualEffects_PartsSumToQ()
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(19, 9, 1).All, new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });
        Assert.Equal(analysis.Fit.ResidualHeterogeneity.Statistic, analysis.Baujat().Heterogeneity.Sum(), Near);
    }

    [Fact]
    public void BestPredictions_AreFittedValuePlusRandomEffect_AndWithoutHeterogeneityTheFit()
    {
        var data = new StudyData(29, 9, 2);
        var analysis = UnivariateAnalysis.Of(data.All, new UnivariateSettings { TauSquared = 0.3 });
        var fitted = analysis.Fit.Predict();
        var (u, t) = (analysis.RandomEffects(), analysis.BestPredictions());
        for (var i = 0; i < data.K; i++)
        {
            Close(fitted.Predicted[i] + u.Predicted[i], t.Predicted[i]);
            Close(data.All.EffectSizes[i] - t.Predicted[i], analysis.Residuals().Conditional[i]);
        }

        var none = UnivariateAnalysis.Of(data.All, new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });
        Assert.All(none.RandomEffects().StandardErrors, se => Assert.Equal(0, se));
        Assert.Equal(none.Fit.Predict().StandardErrors, none.BestPredictions().StandardErrors, (a, b) => Math.Abs(a - b) < Near);
    }

    [Fact]
    public void RandomEffects_OtherWeights_AreRefused()
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(1, 5, 1).All, new UnivariateSettings { Weighted = false });
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => analysis.RandomEffects()).Code);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Subsets_All_AreTheFitsOfTheirStudies(HeterogeneityMethod method, CoefficientTest test, int p)
    {
        var data = new StudyData(31, 7, p);
        var settings = new UnivariateSettings { Method = method, Test = test };
        var table = UnivariateAnalysis.Of(data.All, settings).Subsets();
        Assert.True(table.HasAllSubsets);
        Assert.Equal(7, table.Sizes[^1]);
        for (var s = 0; s < table.Count; s++)
        {
            var subset = s;
            int[] studies = [.. Enumerable.Range(0, data.K).Where(i => table.Contains(subset, i))];
            Assert.Equal(studies.Length, table.Sizes[s]);
            if (double.IsNaN(table.Estimates[s]))
            {
                Assert.Throws<MetaBridgeException>(() => UnivariateEngine.Fit(data.Take(studies), settings));
                continue;
            }

            var fit = UnivariateEngine.Fit(data.Take(studies), settings);
            Close(fit.TauSquared.Value, table.TauSquared[s]);
            Close(fit.ResidualHeterogeneity.Statistic, table.ResidualHeterogeneity[s]);
            Close(fit.Coefficients.Estimates[p - 1], table.Estimates[((p - 1) * table.Count) + s]);
        }
    }

    [Fact]
    public void Subsets_Sample_DependsOnTheSeedOnly()
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(37, 70, 1).All, new UnivariateSettings { Method = HeterogeneityMethod.DerSimonianLaird });
        SubsetTable Draw(long seed, int threads) => analysis.Subsets(new SubsetOptions { MaxSubsets = 3000, Seed = seed, MaxParallel = threads });
        var (one, many, other) = (Draw(5, 1), Draw(5, 4), Draw(6, 4));
        Assert.False(one.HasAllSubsets);
        Assert.Equal(3000, one.Count);
        Assert.Equal(one.Estimates, many.Estimates);
        Assert.NotEqual(one.Estimates, other.Estimates);
        // Every study is in half of the subsets: 3000 draws have a standard error of 27.
        Assert.All(Enumerable.Range(0, 70), i => Assert.InRange(Enumerable.Range(0, 3000).Count(s => one.Contains(s, i)), 1350, 1650));
    }

    [Fact]
    public void Subsets_Cancelled_Stop()
    {
        var analysis = UnivariateAnalysis.Of(new StudyData(41, 16, 1).All, new UnivariateSettings());
        using var stop = new CancellationTokenSource();
        var progress = new Stopper(stop);
        var stopped = Assert.Throws<MetaBridgeException>(() => analysis.Subsets(new SubsetOptions { Progress = progress, CancellationToken = stop.Token, MaxParallel = 1 }));
        Assert.Equal(ErrorCode.Cancelled, stopped.Code);
        Assert.InRange(progress.Last, 0.0001, 0.9);
    }

    private static void Same(UnivariateFit fit, ReducedFit reduced)
    {
        Close(fit.TauSquared.Value, reduced.TauSquared);
        Close(fit.ResidualHeterogeneity.Statistic, reduced.ResidualHeterogeneity.Statistic);
        Close(fit.ResidualHeterogeneity.PValue, reduced.ResidualHeterogeneity.PValue);
        Close(fit.ISquared, reduced.ISquared);
        Close(fit.HSquared, reduced.HSquared);
        for (var j = 0; j < fit.Coefficients.Count; j++)
        {
            Close(fit.Coefficients.Estimates[j], reduced.Coefficients.Estimates[j]);
            Close(fit.Coefficients.StandardErrors[j], reduced.Coefficients.StandardErrors[j]);
            Close(fit.Coefficients.PValues[j], reduced.Coefficients.PValues[j]);
            Close(fit.Coefficients.Lower[j], reduced.Coefficients.Lower[j]);
        }
    }

    private static void Close(double expected, double found) =>
        Assert.True(Math.Abs(expected - found) <= Near * Math.Max(1, Math.Abs(expected)), $"{expected} expected, {found} found.");

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<double>
    {
        public double Last { get; private set; }

        public void Report(double value)
        {
            Last = value;
            stop.Cancel();
        }
    }
}
