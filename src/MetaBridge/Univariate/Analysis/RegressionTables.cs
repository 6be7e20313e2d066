using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of meta-regression: hypotheses, slopes, permutation tests, variance inflation, robust tests.</summary>
internal static class RegressionTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
        [FurtherResult.LinearHypotheses] = HypothesisTables.Of,
        [FurtherResult.SimpleSlopes] = Slopes,
        [FurtherResult.FactorContrasts] = Contrasts,
        [FurtherResult.PermutationTests] = PermutationTables.Of,
        [FurtherResult.VarianceInflation] = Inflation,
        [FurtherResult.Robust] = Robust,
    };

    /// <summary>Combinations of coefficients, each with its test; <paramref name="adjustment"/> is null for no adjusted p-values.</summary>
    public static FurtherTable Combinations(string name, IReadOnlyList<string> rows, LinearHypothesisTest test, PValueAdjustment? adjustment)
    {
        var c = test.Combinations;
        var reach = FurtherScales.Reach(c.Estimates, c.Lower, c.Upper);
        // An estimate is a sum of terms that may cancel; its error is relative to its standard error.
        var size = c.Estimates.Select((estimate, i) => Math.Abs(estimate) + c.StandardErrors[i]).ToArray();
        return new FurtherTable(
            name,
            rows,
            [
                new FurtherColumn("estimate", c.Estimates) { Scale = size },
                new FurtherColumn("se", c.StandardErrors),
                new FurtherColumn("zval", c.Statistics) { Scale = FurtherScales.Unit(c.Count) },
                new FurtherColumn("df", test.DegreesOfFreedom, FurtherKind.Count),
                new FurtherColumn("pval", c.PValues, FurtherKind.Tail),
                new FurtherColumn("ci.lb", c.Lower, FurtherKind.Tail) { Scale = reach },
                new FurtherColumn("ci.ub", c.Upper, FurtherKind.Tail) { Scale = reach },
                .. adjustment is { } how ? [new FurtherColumn("pval.adj", PValueAdjustments.Adjust(c.PValues, how), FurtherKind.Tail)] : (FurtherColumn[])[],
            ]);
    }

    private static IEnumerable<FurtherTable> Slopes(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("of", "at", "values", "adjust");
        var test = analysis.SimpleSlopes(Needed(options, "of"), options.Text("at"), options.Texts("values"));
        yield return Combinations("slopes", test.Combinations.Names, test, AdjustmentOf(options));
        yield return HypothesisTables.Joint("slopes[QM]", [""], [test.Joint]);
    }

    private static IEnumerable<FurtherTable> Contrasts(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("of", "at", "values", "adjust");
        var test = analysis.FactorContrasts(Needed(options, "of"), options.Text("at"), options.Texts("values"));
        yield return Combinations("contrasts", test.Combinations.Names, test, options.Keyword("adjust", PValueAdjustment.Holm));
        yield return HypothesisTables.Joint("contrasts[QM]", [""], [test.Joint]);
    }

    private static IEnumerable<FurtherTable> Inflation(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("btt", "sets", "intercept", "reestimate", "sim", "seed", "threads", "sims", "mods");
        var sets = HypothesisTables.Sets(analysis, options);
        var (intercept, refits) = (options.Flag("intercept", false), options.Flag("reestimate", false));
        var simulation = Simulation(options);
        var factors = simulation is null ? analysis.VarianceInflation(sets, intercept, refits) : analysis.SimulateVarianceInflation(simulation, sets, intercept, refits);
        var kind = refits ? FurtherKind.Searched : FurtherKind.Value;
        string[] names = [.. factors.Select(factor => sets is null ? factor.Names[0] : CoefficientSets.Text(factor.Coefficients))];
        yield return new FurtherTable(
            "vif",
            names,
            [
                new FurtherColumn("m", [.. factors.Select(factor => (double)factor.Coefficients.Count)], FurtherKind.Count),
                new FurtherColumn("vif", [.. factors.Select(factor => factor.Factor)], kind),
                new FurtherColumn("sif", [.. factors.Select(factor => factor.StandardErrorFactor)], kind),
                .. simulation is null ? (FurtherColumn[])[] : [new FurtherColumn("prop", [.. factors.Select(factor => factor.Proportion)], FurtherKind.Searched) { IsNewInReference = true }],
            ]);
        if (simulation is not null && options.Flag("sims", false))
        {
            yield return new FurtherTable(
                "vif[sim]",
                [.. Enumerable.Range(1, simulation.Iterations).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))],
                [.. factors.Select((factor, set) => new FurtherColumn(names[set], [.. factor.Simulated!], FurtherKind.Searched) { IsNewInReference = true })]);
        }
    }

    // sim=TRUE stands for 1000, as in metafor.
    private static InflationSimulation? Simulation(FurtherOptions options)
    {
        if (options.Text("sim") is null or "FALSE" or "false")
        {
            return null;
        }

        var defaults = new InflationSimulation();
        return defaults with
        {
            Iterations = options.Text("sim") is "TRUE" or "true" ? defaults.Iterations : options.Integer("sim")!.Value,
            Seed = options.Integer("seed") ?? defaults.Seed,
            Threads = options.Integer("threads"),
            Moderators = options.Text("mods"),
        };
    }

    private static IEnumerable<FurtherTable> Robust(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("cluster", "estimator", "reference");
        ClusterRobustReference? reference = options.Has("reference") ? options.Keyword("reference", ClusterRobustReference.Residual) : null;
        return RobustTables.Of(analysis.Robust(options.Text("cluster"), options.Keyword("estimator", ClusterRobustEstimator.Cr2), reference));
    }

    private static PValueAdjustment? AdjustmentOf(FurtherOptions options) =>
        options.Has("adjust") ? options.Keyword("adjust", PValueAdjustment.None) : null;

    private static string Needed(FurtherOptions options, string name) => options.Text(name) ?? throw new Errors.MetaBridgeException(
        Errors.ErrorCode.SpecificationInvalid,
        $"'{Keywords<FurtherResult>.Of(options.Asked)}' needs the option '{name}'.",
        new Dictionary<string, object?> { ["option"] = name });
}
