using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Tests.Univariate;

/// <summary>Hypotheses, comparisons, slopes, permutation tests and variance inflation of univariate fits; their numbers are compared with metafor's in the golden cases.</summary>
public class RegressionTests
{
    private const double Exact = 1e-10;

    private static readonly double[] Effects = [-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, -1.62, 0.01, -0.47, -1.37, -0.34, 0.45, -0.02];
    private static readonly double[] Variances = [0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.22, 0.004, 0.056, 0.073, 0.012, 0.53, 0.07];
    private static readonly double[] Latitudes = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33];
    private static readonly string[] Groups = ["a", "a", "a", "a", "b", "b", "a", "b", "b", "c", "c", "c", "c"];

    [Fact]
    public void Test_OneCoefficient_IsTheFitsOwnTest()
    {
        foreach (var test in Enum.GetValues<CoefficientTest>())
        {
            var analysis = Analyse("~ x", test: test);

            var own = analysis.Test(LinearHypothesis.Of([[0, 1]])).Combinations;

            Assert.Equal(analysis.Fit.Coefficients.Statistics[1], own.Statistics[0], Exact);
            Assert.Equal(analysis.Fit.Coefficients.PValues[1], own.PValues[0], Exact);
            Assert.Equal(analysis.Fit.OmnibusTest.Statistic, analysis.TestCoefficients(1).Statistic, Exact);
        }
    }

    [Fact]
    public void CompareWith_MaximumLikelihood_IsTwiceTheDifference()
    {
        var full = Analyse("~ x", HeterogeneityMethod.MaximumLikelihood);
        var reduced = full.WithModerators(null);

        var comparison = full.CompareWith(reduced);

        Assert.Equal(2 * (full.Fit.MaximumLikelihood.LogLikelihood - reduced.Fit.MaximumLikelihood.LogLikelihood), comparison.Test.Statistic, Exact);
        Assert.Equal(1, comparison.Test.Df);
        Assert.Equal(LikelihoodRatioReference.ChiSquare, comparison.Test.Reference);
        Assert.Equal(comparison.Test.Statistic, full.CompareWith(full.WithoutCoefficients(1)).Test.Statistic, Exact);
    }

    [Fact]
    public void CompareWith_EqualEffects_HalvesThePValue()
    {
        var full = Analyse("~ x");

        var test = full.CompareWith(full.By(HeterogeneityMethod.EqualEffects)).Test;

        Assert.Equal(LikelihoodRatioReference.Mixture, test.Reference);
        Assert.Equal(test.ChiSquarePValue / 2, test.PValue, Exact);
    }

    [Fact]
    public void CompareWith_WhatDoesNotCompare_IsRefused()
    {
        var reml = Analyse("~ x");
        var ml = reml.By(HeterogeneityMethod.MaximumLikelihood);
        var other = UnivariateAnalysis.Of(Input([.. Effects.Select(y => y + 1)]), new UnivariateSettings());

        Assert.Equal(ErrorCode.InvalidOption, Refused(() => reml.CompareWith(reml.WithModerators(null))));
        Assert.Equal(ErrorCode.InvalidOption, Refused(() => ml.WithModerators(null).CompareWith(ml)));
        Assert.Equal(ErrorCode.InvalidOption, Refused(() => reml.CompareWith(other)));
        Assert.Equal(ErrorCode.InvalidOption, Refused(() => Analyse("~ x", HeterogeneityMethod.DerSimonianLaird).CompareWith(reml.WithModerators(null))));
        Assert.Equal(ErrorCode.InvalidOption, Refused(() => ml.CompareWith(ml.WithModerators("~ g"))));
        Assert.True(reml.CompareWith(reml.WithModerators(null), refit: true).Test.WasRefitted);
    }

    [Fact]
    public void Compare_ModelTable_WeightsSumToOne()
    {
        var ml = Analyse("~ x", HeterogeneityMethod.MaximumLikelihood);

        var rows = UnivariateAnalysis.Compare(("x", ml), ("none", ml.WithModerators(null)), ("g", ml.WithModerators("~ g")));

        Assert.Equal(1, rows.Sum(row => row.Weight), Exact);
        Assert.Contains(rows, row => row.Difference == 0);
    }

    [Fact]
    public void SimpleSlopes_OfAnInteraction_AreSlopesOfShiftedModels()
    {
        var analysis = Analyse("~ x * z");
        var slopes = analysis.SimpleSlopes("x", "z", ["0", "2"]).Combinations;

        var shifted = Analyse("~ x * I(z - 2)");

        Assert.Equal(analysis.Fit.Coefficients.Estimates[1], slopes.Estimates[0], Exact);
        Assert.Equal(shifted.Fit.Coefficients.Estimates[1], slopes.Estimates[1], 1e-7);
        Assert.Equal(shifted.Fit.Coefficients.StandardErrors[1], slopes.StandardErrors[1], 1e-7);
    }

    [Fact]
    public void SimpleSlopes_ByFactor_AreSlopesOfReleveledModels()
    {
        var slopes = Analyse("~ x * g").SimpleSlopes("x", "g").Combinations;

        var other = Analyse("~ x * relevel(factor(g), ref = \"c\")").Fit.Coefficients;

        Assert.Equal(["x | g = a", "x | g = b", "x | g = c"], slopes.Names);
        Assert.Equal(other.Estimates[1], slopes.Estimates[2], 1e-7);
        Assert.Equal(other.StandardErrors[1], slopes.StandardErrors[2], 1e-7);
    }

    [Fact]
    public void SimpleSlopes_OfAPolynomial_IsRefused() =>
        Assert.Equal(ErrorCode.NotSupported, Refused(() => Analyse("~ x + I(x^2)").SimpleSlopes("x")));

    [Fact]
    public void SimpleSlopes_WhereAColumnIsRedundant_AreRefusedThereAndNotElsewhere()
    {
        // One study alone has level c, so its slope on x cannot be told.
        var data = new Dataset("few", [
            new NumberColumn("yi", [0.1, 0.4, 0.2, 0.7, 0.3]), new NumberColumn("vi", [0.01, 0.02, 0.01, 0.03, 0.02]),
            new NumberColumn("x", [1, 2, 1, 3, 2]), new TextColumn("g", ["a", "a", "b", "b", "c"])]);
        var analysis = MetaAnalysis.Analyse(
            new UnivariateSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Moderators = "~ x * g", Method = HeterogeneityMethod.EqualEffects }, data);

        Assert.Equal(ErrorCode.NotSupported, Refused(() => analysis.SimpleSlopes("x", "g")));
        Assert.Equal(2, analysis.SimpleSlopes("x", "g", ["a", "b"]).Combinations.Count);
    }

    [Fact]
    public void FactorContrasts_WhoseColumnIsNoIndicator_AreRefused()
    {
        var data = new Dataset("sums", [new TextColumn("g", ["1", "2", "3", "1", "2", "3"])]);
        var input = new UnivariateInput
        {
            EffectSizes = [0.1, 0.4, 0.2, 0.7, 0.3, 0.5], Variances = [0.01, 0.02, 0.01, 0.03, 0.02, 0.01],
            Design = [1, 1, 1, 1, 1, 1, 1, 0, -1, 1, 0, -1, 0, 1, -1, 0, 1, -1], ColumnNames = ["intrcpt", "g1", "g2"],
        };

        Assert.Equal(ErrorCode.NotSupported, Refused(() => UnivariateAnalysis.Of(input, new UnivariateSettings(), data).FactorContrasts("g")));
        Assert.Equal(ErrorCode.LengthMismatch, Refused(() => UnivariateAnalysis.Of(input, new UnivariateSettings(), data.Take([0, 1]))));
    }

    [Fact]
    public void FactorContrasts_AreTheSameInEveryCoding()
    {
        var treatment = Analyse("~ g").FactorContrasts("g");
        var means = Analyse("~ g - 1").FactorContrasts("g");

        Assert.Equal(["b - a", "c - a", "c - b"], treatment.Combinations.Names);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(treatment.Combinations.Estimates[i], means.Combinations.Estimates[i], 1e-8);
            Assert.Equal(treatment.Combinations.StandardErrors[i], means.Combinations.StandardErrors[i], 1e-8);
        }

        Assert.Equal(treatment.Joint.Statistic, means.Joint.Statistic, 1e-7);
        Assert.Equal(2, treatment.Joint.NumeratorDf);
    }

    [Fact]
    public void VarianceInflation_OfUnrelatedModerators_IsOne()
    {
        var data = new Dataset("four", [
            new NumberColumn("y", [1, 2, 3, 5, 4, 2, 1, 0]), new NumberColumn("v", [1, 1, 1, 1, 1, 1, 1, 1]),
            new NumberColumn("p", [1, 1, -1, -1, 1, 1, -1, -1]), new NumberColumn("q", [1, -1, 1, -1, 1, -1, 1, -1])]);
        var analysis = MetaAnalysis.Analyse(Spec("y", "v") with { Moderators = "~ p + q" }, data);

        Assert.All(analysis.VarianceInflation(), factor => Assert.Equal(1, factor.Factor, Exact));
    }

    [Fact]
    public void VarianceInflation_OfASet_DoesNotDependOnItsCoding()
    {
        var a = Analyse("~ x + g").VarianceInflation([[2, 3]])[0];
        var b = Analyse("~ x + relevel(factor(g), ref = \"b\")").VarianceInflation([[2, 3]])[0];

        Assert.Equal(a.Factor, b.Factor, 1e-7);
        Assert.True(a.Factor > 1);
    }

    [Fact]
    public void Permute_AllSigns_AreSymmetricAndCounted()
    {
        var test = Analyse(null).Permute(new PermutationOptions { Exact = true, KeepsDistribution = true });

        Assert.Equal(8192, test.Permutations);
        Assert.Equal(0, test.Distribution!.Statistics.Sum(), 1e-6);
        Assert.Equal(test.Coefficients.PValues[0], test.OmnibusPValue);
    }

    [Fact]
    public void Permute_EqualRows_CountsDistinctOrders()
    {
        var analysis = Analyse("~ g", HeterogeneityMethod.DerSimonianLaird, rows: 7);

        // 5 of a, 2 of b.
        Assert.Equal(21, analysis.Permute(new PermutationOptions { Exact = true }).Permutations);
        Assert.True(analysis.Permute(new PermutationOptions { Iterations = 100 }).IsExact);
        Assert.False(analysis.Permute(new PermutationOptions { Iterations = 20 }).IsExact);
    }

    [Fact]
    public void Permute_AnyNumberOfThreads_GivesTheSameNumbers()
    {
        var analysis = Analyse("~ x + z");
        var options = new PermutationOptions { Iterations = 1500, Seed = 11, KeepsDistribution = true };

        var one = analysis.Permute(options with { Threads = 1 });
        var four = analysis.Permute(options with { Threads = 4 });

        Assert.Equal(one.Distribution!.Statistics, four.Distribution!.Statistics);
        Assert.Equal(one.Coefficients.PValues, four.Coefficients.PValues);
        Assert.NotEqual(one.Distribution.Statistics, analysis.Permute(options with { Seed = 12 }).Distribution!.Statistics);
    }

    [Fact]
    public void Permute_SampledAgainstExact_AgreesWithinItsError()
    {
        var analysis = Analyse(null);
        var exact = analysis.Permute(new PermutationOptions { Exact = true, Alternative = PermutationAlternative.Less }).Coefficients.PValues[0];

        var sampled = analysis.Permute(new PermutationOptions { Iterations = 5000, Alternative = PermutationAlternative.Less }).Coefficients.PValues[0];

        Assert.InRange(sampled, exact - (4 * Math.Sqrt(exact * (1 - exact) / 5000)) - 0.001, exact + (4 * Math.Sqrt(exact * (1 - exact) / 5000)) + 0.001);
    }

    [Fact]
    public void Permute_Interval_IsWhereTheTestStopsRejecting()
    {
        var options = new PermutationOptions { Exact = true, Intervals = [0] };
        var upper = Analyse(null).Permute(options).Coefficients.Upper[0];

        Assert.True(PValueAt(upper + 1e-6) <= 0.025);
        Assert.True(PValueAt(upper - 1e-6) > 0.025);

        double PValueAt(double shift) => UnivariateAnalysis.Of(Input([.. Effects.Select(y => y - shift)]), new UnivariateSettings())
            .Permute(new PermutationOptions { Exact = true, Alternative = PermutationAlternative.Less }).Coefficients.PValues[0];
    }

    [Fact]
    public void Permute_TooManyOrders_IsRefused() =>
        Assert.Equal(ErrorCode.InvalidOption, Refused(() => Analyse("~ x + z").Permute(new PermutationOptions { Exact = true })));

    [Fact]
    public void Permute_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Equal(ErrorCode.Cancelled, Refused(() => Analyse(null).Permute(new PermutationOptions { CancellationToken = cancelled.Token })));
    }

    [Fact]
    public void Robust_EveryStudyACluster_DoesNotNeedData()
    {
        var plain = UnivariateAnalysis.Of(Input(Effects), new UnivariateSettings());

        Assert.Equal(13, plain.Robust(null).ClusterCount);
        Assert.Equal(ErrorCode.SpecificationInvalid, Refused(() => plain.Robust("g")));
    }

    [Theory]
    [InlineData("anova(btt=9)", ErrorCode.InvalidOption)]
    [InlineData("anova(X=c(1,2,3))", ErrorCode.InvalidOption)]
    [InlineData("anova(b=1)", ErrorCode.UnknownName)]
    [InlineData("anova(btt=\"nothing\")", ErrorCode.InvalidOption)]
    [InlineData("slopes", ErrorCode.SpecificationInvalid)]
    [InlineData("slopes(of=q)", ErrorCode.InvalidOption)]
    [InlineData("contrasts(of=x)", ErrorCode.InvalidOption)]
    [InlineData("permutest(alternative=both)", ErrorCode.UnknownName)]
    [InlineData("permutest(iter=0)", ErrorCode.InvalidOption)]
    [InlineData("vif(btt=1)", ErrorCode.InvalidOption)]
    [InlineData("robust(cluster=nothing)", ErrorCode.MissingColumn)]
    public void Tables_UselessRequests_AreRefused(string request, ErrorCode code) =>
        Assert.Equal(code, Refused(() => Analyse("~ x").Tables(FurtherRequest.Parse(request))));

    [Fact]
    public void PValueAdjustments_Order_IsKept()
    {
        double[] p = [0.04, 0.001, double.NaN, 0.02, 0.3];

        var (holm, hommel, hochberg) = (Adjusted(PValueAdjustment.Holm), Adjusted(PValueAdjustment.Hommel), Adjusted(PValueAdjustment.Hochberg));

        double[] expected = [0.08, 0.004, double.NaN, 0.06, 0.3];
        for (var i = 0; i < p.Length; i++)
        {
            Assert.Equal(expected[i], holm[i], 1e-15);
        }

        for (var i = 0; i < p.Length; i++)
        {
            Assert.True(double.IsNaN(p[i]) || (hommel[i] <= hochberg[i] + 1e-15 && hochberg[i] <= holm[i] + 1e-15));
        }

        double[] Adjusted(PValueAdjustment how) => PValueAdjustments.Adjust(p, how);
    }

    private static ErrorCode Refused(Action action) => Assert.Throws<MetaBridgeException>(action).Code;

    private static UnivariateInput Input(double[] effects) => new() { EffectSizes = effects, Variances = Variances };

    private static UnivariateSpec Spec(string yi, string vi) => new() { Effect = new EffectSpec { Yi = yi, Vi = vi } };

    private static UnivariateAnalysis Analyse(
        string? moderators, HeterogeneityMethod method = HeterogeneityMethod.Reml, CoefficientTest test = CoefficientTest.Normal, int rows = 13)
    {
        var data = new Dataset("studies", [
            new NumberColumn("y", Effects), new NumberColumn("v", Variances), new NumberColumn("x", Latitudes),
            new NumberColumn("z", [.. Enumerable.Range(0, 13).Select(i => (i * i % 7) + (i / 10.0))]), new TextColumn("g", Groups)]);
        return MetaAnalysis.Analyse(Spec("y", "v") with { Moderators = moderators, Method = method, Test = test }, data.Take([.. Enumerable.Range(0, rows)]));
    }
}
