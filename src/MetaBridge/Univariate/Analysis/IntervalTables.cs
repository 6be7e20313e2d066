using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of intervals: of the heterogeneity, of predictions, of R².</summary>
internal static class IntervalTables
{
    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
        [FurtherResult.HeterogeneityIntervals] = Intervals,
        [FurtherResult.Predictions] = Predictions,
        [FurtherResult.ExplainedHeterogeneity] = Explained,
        [FurtherResult.HeterogeneitySplit] = Split,
    };

    /// <summary>The name of the table of an interval type, with the level where one was asked for: <c>confint[PL, 90]</c>.</summary>
    public static string NameOf(HeterogeneityIntervalType type, FurtherOptions options) =>
        $"confint[{Keywords<HeterogeneityIntervalType>.Of(type)}{(options.Number("level") is { } level ? ", " + level.ToString(CultureInfo.InvariantCulture) : "")}]";

    private static IEnumerable<FurtherTable> Intervals(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("type", "level", "fixed", "random", "transf");
        var level = options.Number("level");
        if (options.Flag("random", true))
        {
            var type = options.Has("type") ? options.Keyword("type", HeterogeneityIntervalType.QProfile) : analysis.DefaultIntervalType;
            var found = analysis.HeterogeneityIntervals(type, level);
            var kind = type is HeterogeneityIntervalType.Wald or HeterogeneityIntervalType.WaldLog or HeterogeneityIntervalType.WaldSqrt or HeterogeneityIntervalType.HigginsThompson
                ? FurtherKind.Tail
                : FurtherKind.Searched;
            var estimate = analysis.Fit.TauSquared.Value;
            yield return new FurtherTable(NameOf(type, options), ["tau^2", "tau", "I^2(%)", "H^2"],
            [
                new("estimate", [estimate, Math.Sqrt(estimate), analysis.Fit.ISquared, analysis.Fit.HSquared]),
                new("ci.lb", [found.TauSquaredLower, found.Tau.Lower, found.ISquared.Lower, found.HSquared.Lower], kind),
                new("ci.ub", [found.TauSquaredUpper, found.Tau.Upper, found.ISquared.Upper, found.HSquared.Upper], kind),
            ]);
            yield return new FurtherTable($"{NameOf(type, options)}.kind", [""],
            [
                new("lb", [(double)found.LowerKind], FurtherKind.Count),
                new("ub", [(double)found.UpperKind], FurtherKind.Count),
            ]);
        }

        if (options.Flag("fixed", false))
        {
            var found = analysis.CoefficientIntervals(level, StudyKeys.Transformation(options));
            yield return new FurtherTable("confint[fixed]", found.Names,
            [
                new("estimate", found.Estimates), new("ci.lb", found.Lower, FurtherKind.Tail), new("ci.ub", found.Upper, FurtherKind.Tail),
            ]);
        }
    }

    private static IEnumerable<FurtherTable> Predictions(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("newmods", "intercept", "level", "predtype", "pi.type", "newvi", "transf", "addx", "adjust", "names");
        var fit = analysis.Fit;
        var how = new PredictionOptions
        {
            Level = options.Number("level"),
            IntervalType = options.Keyword(options.Has("predtype") ? "predtype" : "pi.type", PredictionIntervalType.Default),
            NewVariances = options.Numbers("newvi"),
            WithIntercept = options.Flag("intercept", true),
            Adjust = options.Flag("adjust", false),
            Transformation = StudyKeys.Transformation(options),
        };
        var (x, rows, names) = Rows(fit, options, how);
        var table = fit.Predict(x, rows, how);
        var reach = table.StandardErrors.Select((se, i) => Math.Abs(table.Predicted[i]) + (double.IsFinite(se) ? se : 0)).ToArray();
        FurtherColumn[] columns =
        [
            new("pred", table.Predicted) { Scale = reach },
            new("se", table.StandardErrors),
            new("ci.lb", table.Lower, FurtherKind.Tail) { Scale = reach },
            new("ci.ub", table.Upper, FurtherKind.Tail) { Scale = reach },
            new("pi.lb", table.PredictionLower, FurtherKind.Tail) { Scale = reach },
            new("pi.ub", table.PredictionUpper, FurtherKind.Tail) { Scale = reach },
        ];
        var values = options.Flag("addx", false)
            ? fit.Coefficients.Names.Select((name, j) => new FurtherColumn("X." + name, x[(j * rows)..((j + 1) * rows)], FurtherKind.Count))
            : [];
        yield return new FurtherTable(how.IntervalType == PredictionIntervalType.Default ? "predict" : $"predict[{Keywords<PredictionIntervalType>.Of(how.IntervalType)}]", names, [.. columns, .. values]);
    }

    private static (double[] X, int Rows, IReadOnlyList<string> Names) Rows(UnivariateFit fit, FurtherOptions options, PredictionOptions how)
    {
        var p = fit.Coefficients.Count;
        var isMean = p == 1 && fit.HasIntercept;
        if (options.Numbers("newmods") is { } given)
        {
            // As R's matrix(newmods, ncol = number of moderators).
            var moderators = Math.Max(1, fit.HasIntercept ? p - 1 : p);
            var rows = given.Length % moderators == 0 && !isMean ? given.Length / moderators : throw options.Wrong(
                "newmods", isMean ? "left out, as the model has no moderators" : $"{moderators} values for each prediction, by columns");
            given = options.Texts("names") is { } named ? InOrder(fit, given, rows, named) : given;
            return (UnivariatePrediction.DesignOf(fit, given, rows, how).ToArray(), rows, [.. Enumerable.Range(1, rows).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        }

        return isMean ? ([1.0], 1, [""]) : (fit.Design, fit.StudyCount, fit.Studies.Labels);
    }

    // Columns that come with names, in any order, go to the moderators that the names, or parts of them, belong to, as metafor's named newmods.
    private static double[] InOrder(UnivariateFit fit, double[] given, int rows, IReadOnlyList<string> names)
    {
        string[] moderators = [.. fit.Coefficients.Names.Skip(fit.HasIntercept ? 1 : 0)];
        var ordered = new double[given.Length];
        var seen = new bool[moderators.Length];
        if (names.Count != moderators.Length)
        {
            throw Named($"there are {names.Count} names for the {moderators.Length} moderators {string.Join(", ", moderators)}", names);
        }

        for (var column = 0; column < names.Count; column++)
        {
            var to = PositionOf(moderators, names[column], names);
            if (seen[to])
            {
                throw Named($"'{moderators[to]}' is named twice", names);
            }

            seen[to] = true;
            given.AsSpan(column * rows, rows).CopyTo(ordered.AsSpan(to * rows));
        }

        return ordered;
    }

    private static int PositionOf(string[] moderators, string name, IReadOnlyList<string> names)
    {
        if (Array.IndexOf(moderators, name) is >= 0 and var exact)
        {
            return exact;
        }

        // A beginning before a part: 'a' is ablat, not year.
        int[] Where(Func<string, bool> fits) => [.. Enumerable.Range(0, moderators.Length).Where(j => name.Length > 0 && fits(moderators[j]))];
        var found = Where(moderator => moderator.StartsWith(name, StringComparison.Ordinal)) is { Length: > 0 } begins
            ? begins : Where(moderator => moderator.Contains(name, StringComparison.Ordinal));
        return found.Length == 1 ? found[0] : throw Named(
            found.Length == 0 ? $"no moderator's name has '{name}' in it; they are {string.Join(", ", moderators)}"
            : $"'{name}' may be {string.Join(" or ", found.Select(j => moderators[j]))}",
            names);
    }

    private static MetaBridgeException Named(string what, IReadOnlyList<string> names) => new(
        ErrorCode.InvalidOption, $"The names of the option 'newmods': {what}.", new Dictionary<string, object?> { ["option"] = "newmods", ["value"] = string.Join(", ", names) });

    private static IEnumerable<FurtherTable> Explained(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("bootstrap", "seed", "level");
        var replicates = options.Integer("bootstrap") ?? 0;
        var found = analysis.ExplainedHeterogeneity(replicates == 0 ? null : new ExplainedBootstrap
        {
            Replicates = replicates, Seed = options.Integer("seed") ?? 1, Level = options.Number("level"),
        });
        double[] percent = [100];
        double[] typical = [analysis.Fit.TypicalVariance];
        FurtherColumn[] columns =
        [
            new("tau2.without", [found.TauSquaredWithout], FurtherKind.Searched) { Scale = typical },
            new("tau2", [found.TauSquared], FurtherKind.Searched) { Scale = typical },
            new("R2", [found.RSquared], FurtherKind.Searched) { Scale = percent },
            new("I2.without", [found.ISquaredWithout], FurtherKind.Searched) { Scale = percent },
            new("I2", [found.ISquared], FurtherKind.Searched) { Scale = percent },
            new("I2.explained", [found.ExplainedISquared], FurtherKind.Searched) { Scale = percent },
        ];
        yield return new FurtherTable("r2", [""], columns);
        if (found is { RSquaredInterval: { } r, ExplainedISquaredInterval: { } i })
        {
            yield return new FurtherTable("r2[bootstrap]", ["R2", "I2.explained"],
            [
                new("ci.lb", [r.Lower, i.Lower], FurtherKind.Searched) { IsNewInReference = true },
                new("ci.ub", [r.Upper, i.Upper], FurtherKind.Searched) { IsNewInReference = true },
            ]);
        }
    }

    private static IEnumerable<FurtherTable> Split(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown();
        var found = analysis.HeterogeneitySplit();
        TestResult[] parts = [found.Total, found.Explained, found.Residual];
        yield return new FurtherTable("hetsplit", ["total", "explained", "residual"],
        [
            new("Q", [.. parts.Select(part => part.Statistic)]) { Scale = [found.Total.Statistic, found.Total.Statistic, found.Total.Statistic] },
            new("df", [.. parts.Select(part => part.NumeratorDf)], FurtherKind.Count),
            new("pval", [.. parts.Select(part => part.PValue)], FurtherKind.Tail),
        ]);
    }
}
