using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The word <c>anova</c>: sets of coefficients, combinations of them, or a smaller model.</summary>
internal static class HypothesisTables
{
    /// <summary>The tables of one request.</summary>
    public static IEnumerable<FurtherTable> Of(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("btt", "sets", "X", "L", "rhs", "adjust", "reduced", "drop", "method", "refit");
        if (options.Has("X") || options.Has("L"))
        {
            return Combinations(analysis, options, options.Has("X") ? "X" : "L");
        }

        return options.Has("reduced") || options.Has("drop") || options.Has("method") ? LikelihoodRatio(analysis, options) : Coefficients(analysis, options);
    }

    /// <summary>Sets of coefficients: <c>btt=c(2,3)</c> is one, <c>sets=c("2:3","4")</c> are two; null when neither is given.</summary>
    public static IReadOnlyList<IReadOnlyList<int>>? Sets(UnivariateAnalysis analysis, FurtherOptions options)
    {
        var names = analysis.Fit.Coefficients.Names;
        return options.Texts("sets") is { } sets ? [.. sets.Select(set => CoefficientSets.Read(set.Split(','), names, "sets"))]
            : options.Texts("btt") is { } btt ? [CoefficientSets.Read(btt, names, "btt")] : null;
    }

    /// <summary>Joint tests.</summary>
    public static FurtherTable Joint(string name, IReadOnlyList<string> rows, IReadOnlyList<TestResult> tests) => new(
        name,
        rows,
        [
            new FurtherColumn("QM", [.. tests.Select(test => test.Statistic)]),
            new FurtherColumn("df1", [.. tests.Select(test => test.NumeratorDf)], FurtherKind.Count),
            new FurtherColumn("df2", [.. tests.Select(test => test.DenominatorDf)], FurtherKind.Count),
            new FurtherColumn("pval", [.. tests.Select(test => test.PValue)], FurtherKind.Tail),
        ]);

    private static IEnumerable<FurtherTable> Coefficients(UnivariateAnalysis analysis, FurtherOptions options)
    {
        var sets = Sets(analysis, options) ?? [analysis.Fit.TestedCoefficients];
        var tests = sets.Select(set => analysis.TestCoefficients(set)).ToArray();
        var table = Joint("anova", [.. sets.Select(CoefficientSets.Text)], tests);
        yield return options.Has("adjust")
            ? table with { Columns = [.. table.Columns, new FurtherColumn("pval.adj", Adjusted(tests.Select(test => test.PValue), options), FurtherKind.Tail)] }
            : table;
    }

    private static IEnumerable<FurtherTable> Combinations(UnivariateAnalysis analysis, FurtherOptions options, string name)
    {
        var (weights, p) = (options.Numbers(name)!, analysis.Fit.Coefficients.Count);
        if (weights.Length % p != 0)
        {
            throw options.Wrong(name, $"rows of {p} weights, one after the other");
        }

        var hypothesis = LinearHypothesis.Of([.. weights.Chunk(p)], options.Numbers("rhs"));
        var (rows, joint) = Tests(analysis, hypothesis);
        string[] names = [.. Enumerable.Range(1, hypothesis.Rows.Count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        yield return RegressionTables.Combinations("anova", names, rows, options.Has("adjust") ? options.Keyword("adjust", PValueAdjustment.None) : null);
        yield return Joint("anova[QM]", [""], [joint]);
    }

    // Rows that depend on each other have no joint test, but each has its own.
    private static (LinearHypothesisTest Rows, TestResult Joint) Tests(UnivariateAnalysis analysis, LinearHypothesis hypothesis)
    {
        try
        {
            var test = analysis.Test(hypothesis);
            return (test, test.Joint);
        }
        catch (MetaBridgeException dependent) when (dependent.Code == ErrorCode.RankDeficientDesign)
        {
            return (analysis.TestRows(hypothesis, null), new TestResult(double.NaN, hypothesis.Rows.Count, analysis.Fit.DegreesOfFreedom, double.NaN));
        }
    }

    private static IEnumerable<FurtherTable> LikelihoodRatio(UnivariateAnalysis analysis, FurtherOptions options)
    {
        var reduced = options.Text("reduced") is { } formula ? analysis.WithModerators(formula)
            : options.Texts("drop") is { } drop ? analysis.WithoutCoefficients(CoefficientSets.Read(drop, analysis.Fit.Coefficients.Names, "drop")) : analysis;
        var comparison = analysis.CompareWith(reduced.By(options.Keyword("method", reduced.Fit.Method)), options.Flag("refit", false));
        var (test, full, small) = (comparison.Test, comparison.Full, comparison.Reduced);
        yield return new FurtherTable(
            "anova[models]",
            ["Full", "Reduced"],
            [
                new FurtherColumn("df", [full.ParameterCount, small.ParameterCount], FurtherKind.Count),
                new FurtherColumn("AIC", [test.Full.Aic, test.Reduced.Aic], FurtherKind.Searched) { Scale = FurtherScales.Unit(2) },
                new FurtherColumn("BIC", [test.Full.Bic, test.Reduced.Bic], FurtherKind.Searched) { Scale = FurtherScales.Unit(2) },
                new FurtherColumn("AICc", [test.Full.Aicc, test.Reduced.Aicc], FurtherKind.Searched) { Scale = FurtherScales.Unit(2) },
                new FurtherColumn("logLik", [test.Full.LogLikelihood, test.Reduced.LogLikelihood], FurtherKind.Searched) { Scale = FurtherScales.Unit(2) },
                new FurtherColumn("QE", [full.ResidualHeterogeneity.Statistic, small.ResidualHeterogeneity.Statistic], FurtherKind.Searched),
                new FurtherColumn("tau2", [full.TauSquared.Value, small.TauSquared.Value], FurtherKind.Searched),
            ]);
        yield return new FurtherTable(
            "anova[LRT]",
            [""],
            [
                new FurtherColumn("LRT", [test.Statistic], FurtherKind.Searched) { Scale = FurtherScales.Unit(1) },
                new FurtherColumn("df", [test.Df], FurtherKind.Count),
                new FurtherColumn("pval", [test.ChiSquarePValue], FurtherKind.Searched),
                new FurtherColumn("pval.boundary", [test.PValue], FurtherKind.Searched) { IsNewInReference = true },
                new FurtherColumn("R2", [comparison.RSquared], FurtherKind.Searched) { Scale = [100] },
            ]);
    }

    private static double[] Adjusted(IEnumerable<double> values, FurtherOptions options) =>
        PValueAdjustments.Adjust([.. values], options.Keyword("adjust", PValueAdjustment.None));
}
