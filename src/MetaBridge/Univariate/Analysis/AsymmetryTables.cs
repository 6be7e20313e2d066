using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Tables of asymmetry and bias: regression and rank tests, trim and fill, fail-safe N, excess significance.</summary>
internal static class AsymmetryTables
{
    private static readonly double[] One = [1];

    /// <summary>The words of this topic.</summary>
    public static IReadOnlyDictionary<FurtherResult, UnivariateAnswer> Known { get; } = new Dictionary<FurtherResult, UnivariateAnswer>
    {
        [FurtherResult.TrimAndFill] = TrimAndFill,
        [FurtherResult.RegressionTest] = RegressionTest,
        [FurtherResult.RankTest] = RankTest,
        [FurtherResult.FailSafeNumber] = FailSafeNumber,
        [FurtherResult.ExcessSignificance] = ExcessSignificance,
        [FurtherResult.HenmiCopas] = HenmiCopas,
    };

    private static IEnumerable<FurtherTable> TrimAndFill(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("side", "estimator", "maxiter", "ilim");
        var defaults = new TrimAndFillOptions();
        var limits = options.Numbers("ilim");
        if (limits is not null && (limits.Length != 2 || !(limits[0] <= limits[1])))
        {
            throw options.Wrong("ilim", "a lower and an upper limit");
        }

        var result = analysis.TrimAndFill(defaults with
        {
            Side = options.Has("side") ? options.Keyword("side", FunnelSide.Left) : null,
            Estimator = options.Keyword("estimator", defaults.Estimator),
            MaxIterations = options.Integer("maxiter") ?? defaults.MaxIterations,
            Limits = limits is null ? null : (limits[0], limits[1]),
        });
        var fit = result.Fit;
        yield return Row("trimfill",
        [
            Number("k0", result.MissingCount, FurtherKind.Searched),
            Number("se.k0", result.StandardError, FurtherKind.Searched),
            Number("p.k0", result.PValue, FurtherKind.Searched),
            Number("right", result.Side == FunnelSide.Right ? 1 : 0, FurtherKind.Searched),
            Number("k", fit.StudyCount, FurtherKind.Searched),
            .. Coefficient(fit, 0),
            Number("tau2", fit.TauSquared.Value, FurtherKind.Searched) with { Scale = [DiagnosticScales.OfTauSquared(fit)] },
            Number("se.tau2", fit.TauSquared.StandardError, FurtherKind.Searched),
            Number("QE", fit.ResidualHeterogeneity.Statistic, FurtherKind.Searched) with { Scale = [UnivariateScales.WeightedSumOfSquares(fit.Studies, 0)] },
            Number("QEp", fit.ResidualHeterogeneity.PValue, FurtherKind.Searched) with { Scale = [DiagnosticScales.PValue] },
            Number("I2", fit.ISquared, FurtherKind.Searched) with { Scale = [100] },
            Number("H2", fit.HSquared, FurtherKind.Searched) with { Scale = One },
        ]);
        if (result.MissingCount > 0)
        {
            var from = fit.StudyCount - result.MissingCount;
            yield return new FurtherTable("trimfill[filled]", [.. fit.Studies.Labels.Skip(from)],
            [
                new("yi", result.FilledEffects, FurtherKind.Searched) { Scale = Array.ConvertAll(result.FilledVariances, Math.Sqrt) },
                new("vi", result.FilledVariances, FurtherKind.Value),
            ]);
        }
    }

    private static IEnumerable<FurtherTable> RegressionTest(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("model", "predictor", "ni", "ret.fit");
        var sizes = options.Text("ni") is { } column
            ? (analysis.Data ?? throw new MetaBridgeException(ErrorCode.MissingColumn, $"The sample sizes '{column}' are a column, but the model came without data."))[column].ToNumbers()
            : null;
        var result = analysis.RegressionTest(
            options.Keyword("model", AsymmetryModel.MetaRegression), options.Keyword("predictor", AsymmetryPredictor.StandardError), sizes);
        var b = result.Fit.Coefficients;
        var reach = FurtherScales.Reach([result.Limit], [result.LimitLower], [result.LimitUpper]);
        yield return Row("regtest",
        [
            Number("zval", result.Statistic, FurtherKind.Searched) with { Scale = One },
            Number("pval", result.PValue, FurtherKind.Searched) with { Scale = [DiagnosticScales.PValue] },
            Number("dfs", result.DegreesOfFreedom, FurtherKind.Count),
            Number("est", result.Limit, FurtherKind.Searched) with { Scale = reach },
            Number("ci.lb", result.LimitLower, FurtherKind.Searched) with { Scale = reach },
            Number("ci.ub", result.LimitUpper, FurtherKind.Searched) with { Scale = reach },
        ]);
        yield return new FurtherTable("regtest[fit]", b.Names,
        [
            new("estimate", b.Estimates, FurtherKind.Searched) { Scale = b.StandardErrors },
            new("se", b.StandardErrors, FurtherKind.Searched),
            new("zval", b.Statistics, FurtherKind.Searched) { Scale = FurtherScales.Unit(b.Count) },
            new("pval", b.PValues, FurtherKind.Searched) { Scale = [.. b.PValues.Select(_ => DiagnosticScales.PValue)] },
        ]);
        if (options.Flag("ret.fit", false))
        {
            // What tells two maxima of the regression's likelihood apart.
            yield return Row("regtest[stats]",
            [
                Number("tau2", result.Fit.TauSquared.Value, FurtherKind.Searched) with { Scale = [DiagnosticScales.OfTauSquared(analysis.Fit)] },
                Number("ll", UnivariateAnalysis.StatisticsOf(result.Fit).LogLikelihood, FurtherKind.Searched) with { Scale = One },
            ]);
        }
    }

    private static IEnumerable<FurtherTable> RankTest(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown();
        var result = analysis.RankTest();
        yield return Row("ranktest", [Number("tau", result.Tau, FurtherKind.Count) with { Scale = One }, Number("pval", result.PValue, FurtherKind.Tail)]);
    }

    private static IEnumerable<FurtherTable> FailSafeNumber(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("type", "alpha", "target", "weighted");
        var defaults = new FailSafeOptions();
        var result = analysis.FailSafeNumber(defaults with
        {
            Type = options.Keyword("type", defaults.Type),
            Alpha = options.Number("alpha") ?? defaults.Alpha,
            Target = options.Number("target"),
            Weighted = options.Flag("weighted", defaults.Weighted),
        });
        var isNew = result.Type == FailSafeType.General;
        yield return Row("fsn", new FurtherColumn[]
        {
            Number("fsnum", result.Count, FurtherKind.Searched),
            Number("alpha", result.Alpha, FurtherKind.Count),
            Number("target", result.Target, FurtherKind.Value),
            Number("pval", result.PValue, isNew ? FurtherKind.Searched : FurtherKind.Tail),
            Number("est", result.Estimate, isNew ? FurtherKind.Searched : FurtherKind.Value),
            Number("tau2", result.TauSquared, FurtherKind.Searched),
            Number("est.fsn", result.EstimateWith, FurtherKind.Searched),
            Number("tau2.fsn", result.TauSquaredWith, FurtherKind.Searched),
            Number("pval.fsn", result.PValueWith, FurtherKind.Searched),
        }.Select(column => column with { IsNewInReference = isNew }));
    }

    private static IEnumerable<FurtherTable> ExcessSignificance(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown("H0", "alternative", "alpha", "theta", "tau2", "test", "tes.alternative", "tes.alpha");
        var defaults = new ExcessSignificanceOptions();
        var result = analysis.ExcessSignificance(defaults with
        {
            NullEffect = options.Number("H0") ?? 0,
            Alternative = options.Keyword("alternative", defaults.Alternative),
            Alpha = options.Number("alpha") ?? defaults.Alpha,
            Effect = options.Number("theta"),
            TauSquared = options.Number("tau2"),
            Test = options.Keyword("test", defaults.Test),
            Excess = options.Keyword("tes.alternative", defaults.Excess),
            LimitAlpha = options.Number("tes.alpha") ?? defaults.LimitAlpha,
        });
        var unit = FurtherScales.Unit(result.Power.Length);
        yield return Row("tes",
        [
            Number("O", result.Observed, FurtherKind.Count),
            Number("E", result.Expected, FurtherKind.Tail),
            Number("OEratio", result.Observed / result.Expected, FurtherKind.Tail),
            Number("X2", result.ChiSquared, FurtherKind.Tail) with { Scale = One },
            Number("pval", result.PValue, FurtherKind.Tail) with { Scale = [DiagnosticScales.PValue] },
            Number("theta", result.Effect, FurtherKind.Value) with { Scale = [analysis.Fit.Coefficients.StandardErrors[0]] },
            Number("theta.lim", result.Limit, FurtherKind.Searched),
            Number("theta.lim2", result.UpperLimit, FurtherKind.Searched),
        ]);
        yield return new FurtherTable("tes[studies]", analysis.Fit.Studies.Labels,
        [
            new("power", result.Power, FurtherKind.Tail) { Scale = unit },
            new("sig", [.. result.IsSignificant.Select(s => s ? 1.0 : 0)], FurtherKind.Count),
        ]);
    }

    private static IEnumerable<FurtherTable> HenmiCopas(UnivariateAnalysis analysis, FurtherOptions options)
    {
        options.RequireKnown();
        var result = analysis.HenmiCopasInterval();
        var reach = FurtherScales.Reach([result.Estimate], [result.Lower], [result.Upper]);
        yield return Row("hc",
        [
            Number("beta", result.Estimate, FurtherKind.Count) with { Scale = [result.StandardError] },
            Number("se", result.StandardError, FurtherKind.Count),
            Number("ci.lb", result.Lower, FurtherKind.Searched) with { Scale = reach },
            Number("ci.ub", result.Upper, FurtherKind.Searched) with { Scale = reach },
            Number("tau2", result.TauSquared, FurtherKind.Count) with { Scale = [DiagnosticScales.OfTauSquared(analysis.Fit)] },
        ]);
    }

    private static IEnumerable<FurtherColumn> Coefficient(UnivariateFit fit, int j)
    {
        var b = fit.Coefficients;
        var reach = FurtherScales.Reach([b.Estimates[j]], [b.Lower[j]], [b.Upper[j]]);
        return
        [
            Number("estimate", b.Estimates[j], FurtherKind.Searched) with { Scale = [b.StandardErrors[j]] },
            Number("se", b.StandardErrors[j], FurtherKind.Searched),
            Number("zval", b.Statistics[j], FurtherKind.Searched) with { Scale = One },
            Number("pval", b.PValues[j], FurtherKind.Searched) with { Scale = [DiagnosticScales.PValue] },
            Number("ci.lb", b.Lower[j], FurtherKind.Searched) with { Scale = reach },
            Number("ci.ub", b.Upper[j], FurtherKind.Searched) with { Scale = reach },
        ];
    }

    private static FurtherTable Row(string name, IEnumerable<FurtherColumn> columns) => new(name, [""], [.. columns]);

    private static FurtherColumn Number(string name, double value, FurtherKind kind) => new(name, [value], kind);
}
