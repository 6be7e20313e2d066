using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Tests.Univariate;

/// <summary>Options of the tools after a fit: clusters, groups, transformations, sets of coefficients, simulated inflation, named and adjusted predictions, methods in turn.</summary>
public class ToolOptionTests
{
    private const double Near = 1e-9;
    private static readonly double[] Effects = [-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, -1.62, 0.01, -0.47, -1.37, -0.34, 0.45, -0.02];
    private static readonly double[] Variances = [0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.22, 0.004, 0.056, 0.073, 0.012, 0.53, 0.07];
    private static readonly double[] Latitudes = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33];
    private static readonly double[] Years = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976];
    private static readonly string[] Groups = ["b", "a", "a", "a", "b", "b", "a", "b", "b", "c", "c", "c", "c"];

    [Theory]
    [InlineData("leave1out(cluster=g)", new[] { "a", "b", "c" })]
    [InlineData("leave1out(cluster=f)", new[] { "c", "a", "b" })]
    [InlineData("leave1out(cluster=\"x > 40\")", new[] { "0", "1" })]
    public void LeaveOneOut_Clusters_AreTheFitsWithoutEach(string request, string[] clusters)
    {
        var analysis = Analyse(null);
        var table = analysis.Tables(FurtherRequest.Parse(request))[0];

        Assert.Equal(clusters, table.RowNames);
        var first = Enumerable.Range(0, 13).Where(i => clusters.Length == 2 ? Latitudes[i] > 40 : Groups[i] != clusters[0]).ToArray();
        Assert.Equal(FitOf(first).Coefficients.Estimates[0], table["estimate"][0], Near);
        Assert.Equal(FitOf(first).TauSquared.Value, table["tau2"][0], Near);
    }

    [Fact]
    public void LeaveOneOut_EveryStudyItsOwnCluster_IsLeaveOneOut()
    {
        var analysis = Analyse("~ x");

        Assert.Equal(
            analysis.LeaveOneOut().Fits.Select(fit => fit!.Coefficients.Estimates[1]),
            analysis.LeaveOneClusterOut([.. Enumerable.Range(0, 13)]).Fits.Select(fit => fit!.Coefficients.Estimates[1]));
    }

    [Fact]
    public void Cumulate_Collapsed_HasARowPerValue()
    {
        var analysis = Analyse(null);
        var one = analysis.Tables(FurtherRequest.Parse("cumul(order=year)"))[0];
        var all = analysis.Tables(FurtherRequest.Parse("cumul(order=year, collapse=TRUE)"))[0];

        // Two studies are of 1973.
        Assert.Equal(13, one.RowNames.Count);
        Assert.Equal(12, all.RowNames.Count);
        Assert.Equal("1973", all.RowNames[7]);
        Assert.Equal(one["estimate"][8], all["estimate"][7], Near);
        Assert.Equal(one["estimate"][12], all["estimate"][11], Near);
    }

    [Fact]
    public void Cumulate_MissingValues_ComeLastAndOneByOne()
    {
        var table = Analyse(null).Tables(FurtherRequest.Parse("cumul(order=m, collapse=TRUE)"))[0];

        Assert.Equal(["1", "2", "12", "13"], table.RowNames);
    }

    [Fact]
    public void Cumulate_Factor_GoesByItsLevels() =>
        Assert.Equal(["c", "a", "b"], Analyse(null).Tables(FurtherRequest.Parse("cumul(order=f, collapse=TRUE)"))[0].RowNames);

    [Theory]
    [InlineData("cumul", "cumul(transf=exp)")]
    [InlineData("leave1out", "leave1out(transf=exp)")]
    public void Tables_Transformed_HaveNoStandardErrors(string plain, string transformed)
    {
        var (a, b) = (Analyse(null).Tables(FurtherRequest.Parse(plain))[0], Analyse(null).Tables(FurtherRequest.Parse(transformed))[0]);

        Assert.Equal(a["ci.lb"].Select(Math.Exp), b["ci.lb"]);
        Assert.Equal(a["zval"], b["zval"]);
        Assert.All(b["se"], se => Assert.True(double.IsNaN(se)));
    }

    [Fact]
    public void Tables_DecreasingTransformation_KeepsLimitsInOrder()
    {
        var table = Analyse(null).LeaveOneOut().ToFurther(value => -value);

        Assert.All(Enumerable.Range(0, 13), i => Assert.True(table["ci.lb"][i] < table["estimate"][i] && table["estimate"][i] < table["ci.ub"][i]));
    }

    [Fact]
    public void Permute_Sets_AreThoseOfFitsWithThatBtt()
    {
        var options = new PermutationOptions { Iterations = 500, Seed = 3, KeepsDistribution = true, TestedSets = [[1], [2], [1, 2]] };
        var several = Analyse("~ x + year", test: CoefficientTest.KnappHartung).Permute(options);

        for (var set = 0; set < 3; set++)
        {
            var own = Analyse("~ x + year", btt: [.. options.TestedSets[set].Select(j => j + 1)], test: CoefficientTest.KnappHartung).Permute(options with { TestedSets = null });
            Assert.Equal(own.OmnibusPValue, several.OmnibusTests[set].PValue);
            Assert.Equal(own.OmnibusTests[0].Statistic, several.OmnibusTests[set].Statistic, Near);
            Assert.Equal(own.Distribution!.Omnibus[499], several.Distribution!.Omnibus[(set * 500) + 499], 1e-7);
        }
    }

    [Fact]
    public void ExactPermutations_IsTheCountOfTheExactTest()
    {
        Assert.Equal(8192, Analyse(null).ExactPermutations());
        Assert.Equal(13 * 12 * 11 * 10 * 9 * 8 * 7 * 6.0 * 5 * 4 * 3 * 2, Analyse("~ x + year").ExactPermutations());
        // 4 of a, 5 of b, 4 of c.
        Assert.Equal(90090, Analyse("~ g").ExactPermutations());
    }

    [Fact]
    public void VarianceInflation_SimulatedWithEqualVariances_HasTheDistributionOfAllOrders()
    {
        double[] x = [1, 2, 4, 8, 9, 15], z = [3, 1, 5, 9, 2, 7];
        var input = new UnivariateInput { EffectSizes = [0.1, 0.4, 0.2, 0.9, -0.3, 0.5], Variances = [1, 1, 1, 1, 1, 1], Design = [1, 1, 1, 1, 1, 1, .. x, .. z] };
        var analysis = UnivariateAnalysis.Of(input, new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });

        const int count = 20_000;
        var found = analysis.SimulateVarianceInflation(new InflationSimulation { Iterations = count, Seed = 5 })[0];

        double[] all = [.. Orders([0, 1, 2, 3, 4, 5]).Select(order => Inflation(x, [.. order.Select(i => z[i])]))];
        Assert.Equal(720, all.Length);
        Assert.Equal(Inflation(x, z), found.Factor, Near);
        foreach (var cut in new[] { 1.01, 1.1, 1.5, found.Factor * (1 - 1e-12) })
        {
            var share = all.Count(value => value < cut) / 720.0;
            Assert.InRange(found.Simulated!.Count(value => value < cut) / (double)count, share - (4 * Math.Sqrt(share * (1 - share) / count)), share + (4 * Math.Sqrt(share * (1 - share) / count)));
        }

        Assert.Equal(found.Simulated!.Count(value => value < found.Factor * (1 - 1e-12)) / (double)count, found.Proportion);
    }

    [Fact]
    public void VarianceInflation_AnyNumberOfThreads_GivesTheSameNumbers()
    {
        var analysis = Analyse("~ x * g");
        var options = new InflationSimulation { Iterations = 300, Seed = 8 };

        var one = analysis.SimulateVarianceInflation(options with { Threads = 1 });
        var four = analysis.SimulateVarianceInflation(options with { Threads = 4 });

        Assert.Equal(one.Select(factor => factor.Simulated), four.Select(factor => factor.Simulated));
        Assert.NotEqual(one[0].Simulated, analysis.SimulateVarianceInflation(options with { Seed = 9 })[0].Simulated);
    }

    [Fact]
    public void VarianceInflation_VariablesOfAFormula_AreReshuffledWhole()
    {
        // The only moderator is a factor: what inflates its two coefficients is the factor itself, in any order of the studies when all weigh the same.
        var analysis = Analyse("~ g", method: HeterogeneityMethod.EqualEffects, equalVariances: true);
        var single = analysis.SimulateVarianceInflation(new InflationSimulation { Iterations = 50 });
        Assert.All(single, factor => Assert.All(factor.Simulated!, value => Assert.Equal(factor.Factor, value, Near)));
        Assert.All(single, factor => Assert.Equal(0, factor.Proportion));

        // Columns by themselves are other models.
        var plain = UnivariateAnalysis.Of(
            new UnivariateInput { EffectSizes = analysis.Fit.Studies.EffectSizes, Variances = analysis.Fit.Studies.Variances, Design = analysis.Fit.Design },
            new UnivariateSettings { Method = HeterogeneityMethod.EqualEffects });
        Assert.True(plain.SimulateVarianceInflation(new InflationSimulation { Iterations = 50 })[0].Simulated!.Distinct().Count() > 2);
    }

    [Fact]
    public void VarianceInflation_RefittedAndSimulated_UsesFitsOfEachSetAlone()
    {
        var analysis = Analyse("~ x + year");
        var found = analysis.SimulateVarianceInflation(new InflationSimulation { Iterations = 20 }, refits: true);

        Assert.Equal(analysis.VarianceInflation(refits: true).Select(factor => factor.Factor), found.Select(factor => factor.Factor));
        // With τ² estimated again a factor may be below 1, as the covariance of one fit alone can't be.
        Assert.All(analysis.SimulateVarianceInflation(new InflationSimulation { Iterations = 20 })[0].Simulated!, value => Assert.True(value > 1 - Near));
        Assert.NotEqual(found[0].Simulated, analysis.SimulateVarianceInflation(new InflationSimulation { Iterations = 20 })[0].Simulated);
    }

    [Fact]
    public void VarianceInflation_RedundantAfterShuffling_IsInfinite()
    {
        // A product of two rare conditions is zero for all studies in most orders.
        var found = Analyse("~ I(x > 50) * I(year < 1950)").SimulateVarianceInflation(new InflationSimulation { Iterations = 40 }, [[1]]);

        Assert.Contains(double.PositiveInfinity, found[0].Simulated!);
    }

    [Theory]
    [InlineData("vif(sim=1)", ErrorCode.InvalidOption)]
    [InlineData("vif(sim=some)", ErrorCode.InvalidOption)]
    [InlineData("vif(sim=5, mods=\"~ year\")", ErrorCode.InvalidOption)]
    [InlineData("permutest(sets=c(\"9\"))", ErrorCode.InvalidOption)]
    [InlineData("leave1out(cluster=nothing)", ErrorCode.MissingColumn)]
    [InlineData("leave1out(cluster=m)", ErrorCode.SpecificationInvalid)]
    [InlineData("leave1out(cluster=\"0 * x\")", ErrorCode.InvalidOption)]
    [InlineData("leave1out(transf=nothing)", ErrorCode.InvalidOption)]
    [InlineData("predict(newmods=c(nothing=1))", ErrorCode.InvalidOption)]
    [InlineData("predict(newmods=c(x=1, y=2))", ErrorCode.InvalidOption)]
    public void Tables_UselessRequests_AreRefused(string request, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => Analyse("~ x").Tables(FurtherRequest.Parse(request))).Code);

    [Fact]
    public void VarianceInflation_DroppedModerators_IsRefused() => Assert.Equal(
        ErrorCode.InvalidOption, Assert.Throws<MetaBridgeException>(() => Analyse("~ x + I(2 * x) + year").SimulateVarianceInflation(new InflationSimulation())).Code);

    [Theory]
    [InlineData("predict(newmods=c(year=1960, x=30))")]
    [InlineData("predict(newmods=c(y=1960, x=30))")]
    [InlineData("predict(newmods=c(ear=1960, x=30))")]
    [InlineData("predict(newmods=c(1960,30), names=c(year,x))")]
    public void Predict_NamedValues_GoToTheirModerators(string request)
    {
        var analysis = Analyse("~ x + year");

        Assert.Equal(analysis.Predict([30, 1960], 1).Predicted[0], analysis.Tables(FurtherRequest.Parse(request))[0]["pred"][0]);
    }

    [Fact]
    public void Predict_Adjusted_IsTheLevelOfEach()
    {
        var analysis = Analyse("~ x");
        var adjusted = analysis.Predict([10, 20, 30, 40], 4, new PredictionOptions { Adjust = true, Level = 90 });
        var level = analysis.Predict([10, 20, 30, 40], 4, new PredictionOptions { Level = 97.5 });

        Assert.Equal(level.Lower, adjusted.Lower);
        Assert.Equal(level.PredictionUpper, adjusted.PredictionUpper);
    }

    [Fact]
    public void Methods_InTurn_AreReadAndWritten()
    {
        const string Json = """{"family":"univariate","effect":{"measure":"GEN","yi":"y","vi":"v"},"method":["REML","DL"]}""";
        var spec = Assert.IsType<UnivariateSpec>(SpecJson.Read(Json));

        Assert.Equal(HeterogeneityMethod.Reml, spec.Method);
        Assert.Equal([HeterogeneityMethod.DerSimonianLaird], spec.Fallbacks!);
        Assert.Equal(spec.Fallbacks!, Assert.IsType<UnivariateSpec>(SpecJson.Read(SpecJson.Write(spec))).Fallbacks!);
        Assert.Equal([HeterogeneityMethod.Reml, HeterogeneityMethod.DerSimonianLaird], MethodSequence.Parse("REML, DL"));
        Assert.Equal(ErrorCode.UnknownName, Assert.Throws<MetaBridgeException>(() => MethodSequence.Parse("REML,")).Code);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => SpecJson.Read(Json.Replace("[\"REML\",\"DL\"]", "[]", StringComparison.Ordinal))).Code);
        Assert.Equal(Analyse(null).Fit.TauSquared.Value, MetaAnalysis.Fit(spec with { Effect = spec.Effect }, Data(false)) is UnivariateFit fit ? fit.TauSquared.Value : double.NaN);
    }

    private static double Inflation(double[] x, double[] z)
    {
        var (mx, mz) = (x.Average(), z.Average());
        var r = x.Zip(z, (a, b) => (a - mx) * (b - mz)).Sum() / Math.Sqrt(x.Sum(a => (a - mx) * (a - mx)) * z.Sum(b => (b - mz) * (b - mz)));
        return 1 / (1 - (r * r));
    }

    private static IEnumerable<int[]> Orders(int[] items) => items.Length == 0 ? [[]]
        : items.SelectMany(first => Orders([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));

    private static UnivariateFit FitOf(int[] studies) => UnivariateEngine.Fit(
        new UnivariateInput { EffectSizes = [.. studies.Select(i => Effects[i])], Variances = [.. studies.Select(i => Variances[i])] }, new UnivariateSettings());

    private static Dataset Data(bool equalVariances) => new(
        "trials",
        [
            new NumberColumn("y", Effects),
            new NumberColumn("v", equalVariances ? [.. Variances.Select(_ => 0.1)] : Variances),
            new NumberColumn("x", Latitudes),
            new NumberColumn("year", Years),
            new TextColumn("g", Groups),
            new FactorColumn("f", [.. Groups.Select(group => Array.IndexOf(["c", "a", "b"], group))], ["c", "a", "b"]),
            new NumberColumn("m", [.. Enumerable.Range(0, 13).Select(i => i > 10 ? double.NaN : 1 + (i % 2))]),
        ]);

    private static UnivariateAnalysis Analyse(
        string? mods, int[]? btt = null, CoefficientTest test = CoefficientTest.Normal, HeterogeneityMethod method = HeterogeneityMethod.Reml, bool equalVariances = false) =>
        MetaAnalysis.Analyse(
            new UnivariateSpec { Effect = new EffectSpec { Yi = "y", Vi = "v" }, Moderators = mods, TestedCoefficients = btt, Test = test, Method = method }, Data(equalVariances));
}
