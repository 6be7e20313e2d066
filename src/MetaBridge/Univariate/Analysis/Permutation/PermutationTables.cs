using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The word <c>permutest</c>.</summary>
internal static class PermutationTables
{
    /// <summary>The tables of one request.</summary>
    public static IEnumerable<FurtherTable> Of(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("exact", "iter", "seed", "permci", "alternative", "p2defn", "stat", "comptol", "cialt", "perms", "btt", "sets");
        if (options.Text("exact") == "i")
        {
            yield return new FurtherTable("permutest[i]", [""], [new FurtherColumn("iterations", [analysis.ExactPermutations()], FurtherKind.Value)]);
            yield break;
        }

        var how = Read(analysis, options);
        var test = analysis.Permute(how);
        var c = test.Coefficients;
        var reach = FurtherScales.Reach(c.Estimates, analysis.Fit.Coefficients.Lower, analysis.Fit.Coefficients.Upper);
        // A sample can't be compared with another engine's sample.
        var intervals = how.Intervals is null ? FurtherKind.Tail : FurtherKind.Searched;
        yield return new FurtherTable(
            "permutest",
            c.Names,
            [
                new FurtherColumn("estimate", c.Estimates),
                new FurtherColumn("se", c.StandardErrors),
                new FurtherColumn("zval", c.Statistics) { Scale = FurtherScales.Unit(c.Count) },
                new FurtherColumn("pval", c.PValues, FurtherKind.Searched) { IsNewInReference = !test.IsExact },
                new FurtherColumn("ci.lb", c.Lower, intervals) { Scale = reach, IsNewInReference = how.Intervals is not null },
                new FurtherColumn("ci.ub", c.Upper, intervals) { Scale = reach, IsNewInReference = how.Intervals is not null },
            ]);
        var omnibus = test.OmnibusTests;
        string[] sets = how.TestedSets is null ? [""] : [.. omnibus.Select(set => CoefficientSets.Text(set.Tested))];
        double[] Each(double value) => [.. omnibus.Select(_ => value)];
        yield return new FurtherTable(
            "permutest[QM]",
            sets,
            [
                new FurtherColumn("QM", [.. omnibus.Select(set => set.Statistic)]),
                new FurtherColumn("pval", [.. omnibus.Select(set => set.PValue)], FurtherKind.Searched) { IsNewInReference = !test.IsExact },
                new FurtherColumn("permutations", Each(test.Permutations), FurtherKind.Count),
                new FurtherColumn("exact", Each(test.IsExact ? 1 : 0), FurtherKind.Count),
                new FurtherColumn("failures", Each(test.Failures), FurtherKind.Count),
            ]);
        if (test.Distribution is { } all)
        {
            yield return Distribution(c.Names, sets.Length == 1 ? ["QM"] : [.. sets.Select(set => "QM " + set)], test.Permutations, all);
        }
    }

    private static PermutationOptions Read(UnivariateAnalysis analysis, FurtherOptions options)
    {
        var defaults = new PermutationOptions();
        return defaults with
        {
            Exact = options.Flag("exact", false),
            Iterations = options.Integer("iter") ?? defaults.Iterations,
            Seed = options.Integer("seed") ?? defaults.Seed,
            Alternative = options.Keyword("alternative", defaults.Alternative),
            TwoSided = options.Keyword("p2defn", defaults.TwoSided),
            Statistic = options.Keyword("stat", defaults.Statistic),
            ComparisonTolerance = options.Number("comptol") ?? defaults.ComparisonTolerance,
            Intervals = Intervals(analysis, options),
            TestedSets = HypothesisTables.Sets(analysis, options),
            IntervalsByTwoSidedTests = options.Text("cialt") switch
            {
                null or "one.sided" => false,
                "two.sided" => true,
                _ => throw options.Wrong("cialt", "one.sided or two.sided"),
            },
            KeepsDistribution = options.Flag("perms", false),
            CancellationToken = analysis.Settings.CancellationToken,
        };
    }

    private static int[]? Intervals(UnivariateAnalysis analysis, FurtherOptions options) => options.Texts("permci") switch
    {
        null or ["FALSE"] or ["false"] => null,
        ["TRUE"] or ["true"] => [.. Enumerable.Range(0, analysis.Fit.Coefficients.Count)],
        var items => CoefficientSets.Read(items, analysis.Fit.Coefficients.Names, "permci"),
    };

    private static FurtherTable Distribution(IReadOnlyList<string> names, string[] sets, int count, PermutationDistribution all) => new(
        "permutest[perm]",
        [.. Enumerable.Range(1, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        [
            .. names.Select((name, j) => new FurtherColumn($"zval {name}", all.Statistics[(j * count)..((j + 1) * count)], FurtherKind.Searched) { Scale = FurtherScales.Unit(count) }),
            .. names.Select((name, j) => new FurtherColumn($"beta {name}", all.Estimates[(j * count)..((j + 1) * count)], FurtherKind.Searched) { Scale = FurtherScales.Unit(count) }),
            .. sets.Select((name, s) => new FurtherColumn(name, all.Omnibus[(s * count)..((s + 1) * count)], FurtherKind.Searched) { Scale = FurtherScales.Unit(count) }),
        ]);
}
