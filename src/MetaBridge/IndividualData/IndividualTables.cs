using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>Results as tables of numbers, for text, JSON and other languages.</summary>
public static class IndividualTables
{
    private const double Percent = 100;
    private static readonly string[] Slopes = ["within", "between", "between - within"];

    /// <summary>Both stages: <c>studies</c>, <c>effect</c>, and where there are any <c>interaction</c>, <c>regression</c> and <c>slopes</c>; then <c>heterogeneity</c>.</summary>
    public static IReadOnlyList<FurtherTable> Tables(this IndividualFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var tables = new List<FurtherTable> { Studies(fit.Studies), Coefficients("effect", fit.Effect.Coefficients) };
        if (fit.Interaction is { } interaction)
        {
            tables.Add(Coefficients("interaction", interaction.Coefficients));
        }

        if (fit.Regression is { } regression)
        {
            tables.Add(Coefficients("regression", regression.Coefficients));
        }

        if (fit.Slopes is { } slopes)
        {
            double[] errors = [slopes.WithinError, slopes.BetweenError, slopes.Difference.StandardErrors[0]];
            tables.Add(new FurtherTable(
                "slopes",
                Slopes,
                [
                    new FurtherColumn("estimate", [slopes.Within, slopes.Between, slopes.Difference.Estimates[0]]) { Scale = errors },
                    new FurtherColumn("se", errors),
                    new FurtherColumn("pval", [fit.Interaction!.Coefficients.PValues[0], fit.Regression!.Coefficients.PValues[1], slopes.Difference.PValues[0]], FurtherKind.Tail),
                ]));
        }

        tables.Add(Heterogeneity(fit));
        return tables;
    }

    /// <summary>The regression on the true control risk, the bivariate model, the naive regression and the studies with the structure of their errors.</summary>
    public static IReadOnlyList<FurtherTable> Tables(this ControlRateFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return
        [
            Coefficients("control-rate", fit.Coefficients),
            Coefficients("log odds", fit.Model.Coefficients),
            new FurtherTable(
                "components",
                [""],
                [
                    new FurtherColumn("var.control", [fit.Model.TauSquared[0].Value], FurtherKind.Searched),
                    new FurtherColumn("var.treated", [fit.Model.TauSquared[1].Value], FurtherKind.Searched),
                    new FurtherColumn("rho", [fit.Model.Rho[0].Value], FurtherKind.Searched),
                    new FurtherColumn("treated.slope", [fit.TreatedSlope], FurtherKind.Searched),
                    new FurtherColumn("residual", [fit.ResidualVariance], FurtherKind.Searched) { Scale = [fit.Model.TauSquared[1].Value] },
                    new FurtherColumn("naive.tau2", [fit.Naive.TauSquared.Value], FurtherKind.Searched) { Scale = [fit.Naive.TypicalVariance] },
                ]),
            Coefficients("naive", fit.Naive.Coefficients),
            Arms(fit.Studies),
        ];
    }

    /// <summary>Both slopes and their difference.</summary>
    public static IReadOnlyList<FurtherTable> Tables(this WithinBetweenFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return
        [
            Coefficients("slopes", fit.Model.Coefficients),
            Coefficients(Slopes[2], fit.Comparison.Combinations with { Names = [Slopes[2]] }),
            new FurtherTable(
                "components",
                [""],
                [
                    new FurtherColumn("sigma2", [fit.Model.SigmaSquared is [var between, ..] ? between.Value : 0], FurtherKind.Searched),
                    new FurtherColumn("k", [fit.Model.StudyCount], FurtherKind.Count),
                ]),
        ];
    }

    private static FurtherTable Studies(IReadOnlyList<StudyEstimate> studies)
    {
        return new(
        PeopleFit.StudyTableName,
        [.. studies.Select(study => study.Study)],
        [
            new FurtherColumn("n", [.. studies.Select(study => study.People)], FurtherKind.Count),
            new FurtherColumn("events", [.. studies.Select(study => study.Events)], FurtherKind.Count),
            new FurtherColumn("yi", [.. studies.Select(study => study.Effect)]) { Scale = Root(study => study.EffectVariance) },
            new FurtherColumn("vi", [.. studies.Select(study => study.EffectVariance)]),
            new FurtherColumn("interaction", [.. studies.Select(study => study.Interaction)]) { Scale = Root(study => study.InteractionVariance) },
            new FurtherColumn("interaction.vi", [.. studies.Select(study => study.InteractionVariance)]),
            new FurtherColumn("covariance", [.. studies.Select(study => study.EffectInteractionCovariance)]) { Scale = Root(study => study.EffectVariance * study.InteractionVariance) },
            new FurtherColumn("mean", [.. studies.Select(study => study.ModifierMean)]),
        ]);

        // Signs of estimates are free, so that their errors are relative to standard errors; a study without one has no scale.
        double[] Root(Func<StudyEstimate, double> variance) => [.. studies.Select(study => double.IsFinite(variance(study)) ? Math.Sqrt(variance(study)) : 0)];
    }

    private static FurtherTable Arms(IReadOnlyList<ControlRateStudy> studies) => new(
        PeopleFit.StudyTableName,
        [.. studies.Select(study => study.Study)],
        [
            new FurtherColumn("control", [.. studies.Select(study => study.Control)]) { Scale = [.. studies.Select(study => Math.Sqrt(study.ControlVariance))] },
            new FurtherColumn("control.vi", [.. studies.Select(study => study.ControlVariance)]),
            new FurtherColumn("treated", [.. studies.Select(study => study.Treated)]) { Scale = [.. studies.Select(study => Math.Sqrt(study.TreatedVariance))] },
            new FurtherColumn("treated.vi", [.. studies.Select(study => study.TreatedVariance)]),
            new FurtherColumn("yi", [.. studies.Select(study => study.Effect)]) { Scale = [.. studies.Select(study => Math.Sqrt(study.EffectVariance))] },
            new FurtherColumn("vi", [.. studies.Select(study => study.EffectVariance)]),
            new FurtherColumn("covariance", [.. studies.Select(study => study.Covariance)]),
        ]);

    private static FurtherTable Coefficients(string name, CoefficientTable table) => new(
        name,
        table.Names,
        [
            new FurtherColumn("estimate", table.Estimates) { Scale = table.StandardErrors },
            new FurtherColumn("se", table.StandardErrors),
            new FurtherColumn("zval", table.Statistics) { Scale = FurtherScales.Unit(table.Count) },
            new FurtherColumn("pval", table.PValues, FurtherKind.Tail),
            new FurtherColumn("ci.lb", table.Lower, FurtherKind.Tail) { Scale = FurtherScales.Reach(table.Estimates, table.Lower, table.Upper) },
            new FurtherColumn("ci.ub", table.Upper, FurtherKind.Tail) { Scale = FurtherScales.Reach(table.Estimates, table.Lower, table.Upper) },
        ]);

    // Q is a difference from Σ y²/v.
    private static double Squares(StudyTable studies) => studies.EffectSizes.Zip(studies.Variances, (y, v) => y * y / v).Sum();

    private static FurtherTable Heterogeneity(IndividualFit fit)
    {
        (string Name, UnivariateFit Fit)[] fits =
        [
            ("effect", fit.Effect),
            .. fit.Interaction is { } interaction ? [("interaction", interaction)] : ((string, UnivariateFit)[])[],
            .. fit.Regression is { } regression ? [("regression", regression)] : ((string, UnivariateFit)[])[],
        ];
        return new FurtherTable(
            "heterogeneity",
            [.. fits.Select(entry => entry.Name)],
            [
                new FurtherColumn("k", [.. fits.Select(entry => (double)entry.Fit.StudyCount)], FurtherKind.Count),
                new FurtherColumn("tau2", [.. fits.Select(entry => entry.Fit.TauSquared.Value)], FurtherKind.Searched) { Scale = [.. fits.Select(entry => entry.Fit.TypicalVariance)] },
                new FurtherColumn("I2", [.. fits.Select(entry => entry.Fit.ISquared)], FurtherKind.Searched) { Scale = [.. fits.Select(_ => Percent)] },
                new FurtherColumn("QE", [.. fits.Select(entry => entry.Fit.ResidualHeterogeneity.Statistic)]) { Scale = [.. fits.Select(entry => Squares(entry.Fit.Studies))] },
                new FurtherColumn("QEp", [.. fits.Select(entry => entry.Fit.ResidualHeterogeneity.PValue)], FurtherKind.Tail),
            ]);
    }
}
