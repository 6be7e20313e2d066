using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Analysis;

/// <summary>What there is after a fit: closed forms, rules that must hold, published values, and bad questions.</summary>
public sealed class AfterFitTests
{
    [Fact]
    public void RandomEffect_OfAClusterOfOne_IsTheShrunkenResidual()
    {
        // Every study by itself: û_i = τ²/(τ² + v_i) (y_i − μ̂), Var = τ² − τ⁴/(τ² + v_i) + (τ²/(τ² + v_i))² Var(μ̂) (Raudenbush & Bryk, 1985).
        var analysis = Nested("~ 1 | study");
        var (tau2, mu) = (analysis.Fit.SigmaSquared[0].Value, analysis.Fit.Coefficients.Estimates[0]);
        var table = Assert.Single(analysis.RandomEffects());
        Assert.Equal("study", table.Term);
        for (var i = 0; i < table.Values.Length; i++)
        {
            var v = analysis.Fit.Studies.Variances[i];
            var shrink = tau2 / (tau2 + v);
            Assert.Equal(shrink * (analysis.Fit.Studies.EffectSizes[i] - mu), table.Values[i], 10);
            Assert.Equal(Math.Sqrt((tau2 * (1 - shrink)) + (shrink * shrink * analysis.Fit.Covariance[0])), table.StandardErrors[i], 10);
        }
    }

    [Fact]
    public void RandomEffects_OfEveryTerm_SumToZeroWeightedByTheirPrecision()
    {
        // X'M⁻¹r = 0, and û = σ²Z'M⁻¹r: with an intercept in X the effects of each term of independent levels sum to zero.
        foreach (var table in Nested("~ 1 | district/school").RandomEffects())
        {
            Assert.Equal(0, table.Values.Sum(), 10);
        }
    }

    [Fact]
    public void RandomEffects_Expanded_HaveOneRowPerOutcome()
    {
        var analysis = Nested("~ 1 | district/school");
        var (table, expanded) = (analysis.RandomEffects()[0], analysis.RandomEffects()[0].Expand());
        var district = analysis.Data["district"];
        for (var i = 0; i < analysis.Fit.StudyCount; i++)
        {
            Assert.Equal(district.TextAt(i), expanded.Names[i]);
            Assert.Equal(table.Values[table.Names.ToList().IndexOf(expanded.Names[i])], expanded.Values[i]);
        }
    }

    [Fact]
    public void Heterogeneity_OfKonstantopoulos_IsThePublishedSplit()
    {
        // metafor's site, "I² for multilevel and multivariate models": 95.19 in all, 63.32 between districts, 31.86 within.
        var split = Nested("~ 1 | district/school").Heterogeneity();
        Assert.Equal(95.19, split.Total.ISquared, 2);
        Assert.Equal(63.32, split.Terms[0].ISquared, 2);
        Assert.Equal(31.86, split.Terms[1].ISquared, 2);
        Assert.Equal(1 / (1 - (split.Total.ISquared / 100)), split.HSquared, 8);
    }

    [Fact]
    public void Prediction_InAKnownCluster_IsTheMeanAndItsEffects()
    {
        var analysis = Nested("~ 1 | district/school");
        var tables = analysis.RandomEffects();
        var (district, school) = (tables[0].Names.ToList().IndexOf("71"), tables[1].Names.ToList().IndexOf("71/2"));
        var known = new PredictionTarget { Cluster = new Dictionary<string, string> { ["district"] = "71", ["district/school"] = "71/2" } };
        var inDistrict = known with { Cluster = new Dictionary<string, string> { ["district"] = "71" } };
        var (whole, part, fresh) = (analysis.Predict([known]).Table, analysis.Predict([inDistrict]).Table, analysis.Predict().Table);
        var mean = analysis.Fit.Coefficients.Estimates[0];
        Assert.Equal(mean + tables[0].Values[district] + tables[1].Values[school], Middle(whole), 10);
        Assert.Equal(mean + tables[0].Values[district], Middle(part), 10);
        // The more is known, the narrower.
        Assert.True(Width(whole) < Width(part) && Width(part) < Width(fresh));
        // A new observation is less certain than a new true outcome.
        Assert.True(Width(analysis.Predict([known with { SamplingVariance = 0.1 }]).Table) > Width(whole));
    }

    [Fact]
    public void Prediction_UnderCompoundSymmetry_IsThatOfTheNestedModel()
    {
        var nested = Nested("~ 1 | district/school");
        var cs = Nested("~ school | district");
        var cluster = new Dictionary<string, string> { ["district"] = "12" };
        var expected = nested.Predict([new PredictionTarget { Cluster = cluster }]).Table;
        // A new school of a known district: no inner level is named.
        var actual = cs.Predict([new PredictionTarget { Cluster = cluster }]).Table;
        Assert.Equal(Middle(expected), Middle(actual), 6);
        Assert.Equal(Width(expected), Width(actual), 6);
    }

    [Fact]
    public void Prediction_AtNewModerators_LeavesTheInterceptOutOrTakesIt()
    {
        var analysis = Nested("~ 1 | district/school", "~ year");
        var (without, with) = (analysis.Predict([new PredictionTarget { Moderators = [1990] }]), analysis.Predict([new PredictionTarget { Moderators = [1, 1990] }]));
        Assert.Equal(without.Table.Predicted, with.Table.Predicted);
        var b = analysis.Fit.Coefficients.Estimates;
        Assert.Equal(b[0] + (1990 * b[1]), without.Table.Predicted[0], 9);
        var exponential = without.Transform(Math.Exp).Table;
        Assert.Equal(Math.Exp(without.Table.PredictionUpper[0]), exponential.PredictionUpper[0]);
        Assert.True(double.IsNaN(exponential.StandardErrors[0]));
    }

    [Fact]
    public void Prediction_ThatMakesNoSense_IsRefused()
    {
        var analysis = Nested("~ 1 | district/school", "~ year");
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => analysis.Predict([new PredictionTarget { Moderators = [1, 2, 3] }])));
        Assert.Equal(ErrorCode.NonFiniteValue, Code(() => analysis.Predict([new PredictionTarget { Moderators = [double.NaN] }])));
        Assert.Equal(ErrorCode.UnknownName, Code(() => analysis.Predict([In("country", "x")])));
        Assert.Equal(ErrorCode.UnknownName, Code(() => analysis.Predict([In("district", "no such")])));
        Assert.Equal(ErrorCode.MissingColumn, Code(() => analysis.Influence("country")));

        PredictionTarget In(string term, string level) => new() { Moderators = [1990], Cluster = new Dictionary<string, string> { [term] = level } };
    }

    [Fact]
    public void LeaveOneOut_IsTheFitOfTheOtherRows_WhateverTheNumberOfThreads()
    {
        var analysis = Nested("~ 1 | district/school");
        var one = analysis.LeaveOneOut("district", maxParallel: 1);
        var many = analysis.LeaveOneOut("district", maxParallel: 4);
        Assert.Equal(one.Cases.Select(Numbers), many.Cases.Select(Numbers));
        for (var c = 0; c < one.Names.Count; c++)
        {
            var direct = MetaAnalysis.Fit(analysis.Spec with { Subset = $"district != {one.Names[c]}" }, analysis.Data, MultilevelMatrices.None);
            Assert.Equal(direct.Coefficients.Estimates[0], one.Cases[c].Estimates[0], 8);
            Assert.Equal(direct.Coefficients.StandardErrors[0], one.Cases[c].StandardErrors[0], 8);
            Assert.Equal(direct.SigmaSquared[0].Value, one.Cases[c].Components[0], 7);
            Assert.Equal(direct.ResidualHeterogeneity.Statistic, one.Cases[c].ResidualHeterogeneity, 8);
            Assert.Null(one.Cases[c].Problem);
        }

        static string Numbers(CaseWithout c) => string.Join(' ', c.Estimates.Concat(c.Components).Append(c.Cook).Append(c.Statistic).Concat(c.Dfbetas)
            .Select(x => x.ToString("R", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void LeaveOneOut_ThatCannotBeFitted_SaysWhy()
    {
        // Only one district has this value: without it the coefficient is gone.
        var analysis = Nested("~ 1 | district/school", "~ I(district == 71)");
        var table = analysis.LeaveOneOut("district");
        var gone = table.Cases[table.Names.ToList().IndexOf("71")];
        Assert.NotNull(gone.Problem);
        Assert.True(double.IsNaN(gone.Cook));
        Assert.True(double.IsNaN(analysis.Influence("district").Cook[table.Names.ToList().IndexOf("71")]));
        Assert.Equal(table.Cases.Count - 1, table.Cases.Count(c => c.Problem is null));
    }

    [Fact]
    public void LeaveOneOut_Stopped_IsCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Equal(ErrorCode.Cancelled, Code(() => Nested("~ 1 | district/school").LeaveOneOut("district", cancellation: source.Token)));
    }

    [Fact]
    public void LeaveOneOut_WithComponentsKept_IsInfluence()
    {
        // All components fixed: nothing is estimated again, and refits and downdating must agree.
        var golden = Load("konstantopoulos-all-fixed");
        var analysis = MetaAnalysis.Analyse((MultilevelSpec)golden.Case.Spec, golden.Data);
        var (influence, refits) = (analysis.Influence("district"), analysis.LeaveOneOut("district"));
        var residuals = analysis.Residuals("district");
        for (var c = 0; c < influence.Names.Count; c++)
        {
            Assert.Equal(influence.Cook[c], refits.Cases[c].Cook, 10);
            Assert.Equal(influence.Dfbetas[c], refits.Cases[c].Dfbetas[0], 10);
            Assert.Equal(residuals.Clusters!.External[c], refits.Cases[c].Statistic, 9);
        }

        Assert.Equal(residuals.Deleted, refits.Residuals.Select(r => r.Value), (a, b) => Math.Abs(a - b) < 1e-10);
    }

    [Fact]
    public void Shift_OfAllOutcomes_ChangesNoDiagnostic()
    {
        var golden = Load("konstantopoulos-nested-reml");
        var shifted = golden.Data.With(new NumberColumn("yi", [.. golden.Data["yi"].ToNumbers().Select(y => y + 7)]));
        var scaled = golden.Data.With(new NumberColumn("yi", [.. golden.Data["yi"].ToNumbers().Select(y => 3 * y)]))
            .With(new NumberColumn("vi", [.. golden.Data["vi"].ToNumbers().Select(v => 9 * v)]));
        var spec = (MultilevelSpec)golden.Case.Spec;
        var (plain, moved, larger) = (Tables(golden.Data), Tables(shifted), Tables(scaled));
        foreach (var other in new[] { moved, larger })
        {
            Near(plain.Influence.Cook, other.Influence.Cook);
            Near(plain.Influence.Dfbetas, other.Influence.Dfbetas);
            Near(plain.Residuals.Standardized, other.Residuals.Standardized);
            Near(plain.Residuals.Cholesky, other.Residuals.Cholesky);
            Near(plain.Residuals.Studentized, other.Residuals.Studentized);
        }

        (MultilevelInfluence Influence, MultilevelResiduals Residuals) Tables(Dataset data)
        {
            var analysis = MetaAnalysis.Analyse(spec, data);
            return (analysis.Influence(), analysis.Residuals());
        }

        static void Near(double[] a, double[] b) => Assert.All(a.Zip(b), pair => Assert.True(Math.Abs(pair.First - pair.Second) < 1e-6));
    }

    [Fact]
    public void Weights_MakeTheEstimate()
    {
        var analysis = Nested("~ 1 | district/school");
        var weights = analysis.Weights();
        Assert.Equal(100, weights.Diagonal.Sum(), 9);
        Assert.Equal(analysis.Fit.Coefficients.Estimates[0], weights.RowSum!.Zip(analysis.Fit.Studies.EffectSizes, (w, y) => w * y / 100).Sum(), 10);
        Assert.Null(Nested("~ 1 | district/school", "~ year").Weights().RowSum);
    }

    [Fact]
    public void Fit_WithTables_AsJson_ReadsBackTheSame()
    {
        var golden = Load("konstantopoulos-nested-year");
        var spec = (MultilevelSpec)golden.Case.Spec with
        {
            Also = [FurtherResult.Predictions, FurtherResult.RandomEffects, FurtherResult.Residuals, FurtherResult.Influence, FurtherResult.LeaveOneOut, FurtherResult.Weights, FurtherResult.Heterogeneity],
            ClusterColumn = "district",
        };
        var fit = MetaAnalysis.Fit(spec, golden.Data, MultilevelMatrices.None);
        var text = FitJson.Write(fit);
        Assert.Equal(text, FitJson.Write(FitJson.Read(text)));
        var report = fit.ToText();
        Assert.All(fit.Further, table => Assert.Contains(table.Name + ":", report, StringComparison.Ordinal));
        Assert.Equal(ErrorCode.UnknownName, Code(() => _ = fit.Further[0]["no such"]));
        Assert.Equal(spec.Also, ((MultilevelSpec)SpecJson.Read(SpecJson.Write(spec), "spec")).Also);
        Assert.Equal("district", ((MultilevelSpec)SpecJson.Read(SpecJson.Write(spec), "spec")).ClusterColumn);
    }

    [Fact]
    public void Also_WhatAFamilyLacks_IsRefused()
    {
        var golden = Load("konstantopoulos-nested-reml");
        var spec = new UnivariateSpec { Effect = golden.Case.Spec is MultilevelSpec m ? m.Effect : new EffectSpec(), Also = [FurtherResult.Profiles] };
        Assert.Equal(ErrorCode.NotSupported, Code(() => MetaAnalysis.Fit(spec, golden.Data)));
    }

    private static double Middle(MetaBridge.Univariate.PredictionTable table) => (table.PredictionLower[0] + table.PredictionUpper[0]) / 2;

    private static double Width(MetaBridge.Univariate.PredictionTable table) => table.PredictionUpper[0] - table.PredictionLower[0];

    private static MultilevelAnalysis Nested(string random, string? mods = null)
    {
        var golden = Load("konstantopoulos-nested-reml");
        var spec = (MultilevelSpec)golden.Case.Spec with { Random = [random], Moderators = mods };
        return MetaAnalysis.Analyse(spec, golden.Data);
    }

    private static ErrorCode Code(Action action) => Assert.Throws<MetaBridgeException>(action).Code;

    private static Golden Load(string id) => Goldens.Load(Goldens.Paths.Single(p => Path.GetFileName(p) == id + ".case.json"));
}
