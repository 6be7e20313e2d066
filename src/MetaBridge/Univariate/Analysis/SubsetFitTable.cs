using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Fits to parts of the studies, one per row: without a study, or up to a study.</summary>
public sealed record SubsetFitTable
{
    private readonly string word;
    private readonly UnivariateFit whole;
    private readonly bool isInterceptOnly;

    internal SubsetFitTable(string word, IReadOnlyList<string> labels, IReadOnlyList<ReducedFit?> fits, UnivariateAnalysis analysis)
    {
        this.word = word;
        whole = analysis.Fit;
        isInterceptOnly = analysis.IsInterceptOnly;
        Labels = labels;
        Fits = fits;
    }

    /// <summary>The study left out, or the last one that came in.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The fits; null where there is none.</summary>
    public IReadOnlyList<ReducedFit?> Fits { get; }

    /// <summary>The table with metafor's columns; with moderators the columns of the coefficients carry their names.</summary>
    /// <param name="transformation">Applied to estimates and limits, whose standard errors are NaN then; null for none.</param>
    internal FurtherTable ToFurther(Func<double, double>? transformation = null)
    {
        List<FurtherColumn> columns = [];
        for (var j = 0; j < whole.Coefficients.Count; j++)
        {
            AddCoefficient(columns, j, isInterceptOnly ? "" : "." + whole.Coefficients.Names[j], transformation);
        }

        columns.Add(Column("Q", fit => fit.ResidualHeterogeneity.Statistic, FurtherKind.Value) with { Scale = Constant(WeightedSumOfSquares()) });
        columns.Add(Column("Qp", fit => fit.ResidualHeterogeneity.PValue, FurtherKind.Tail));
        if (whole.Method != HeterogeneityMethod.EqualEffects)
        {
            columns.Add(Column("tau2", fit => fit.TauSquared) with { Scale = Constant(DiagnosticScales.OfTauSquared(whole)) });
        }

        columns.Add(Column("I2", fit => fit.ISquared) with { Scale = Constant(100) });
        columns.Add(Column("H2", fit => fit.HSquared) with { Scale = Constant(1) });
        return new FurtherTable(word, Labels, columns);
    }

    private void AddCoefficient(List<FurtherColumn> columns, int j, string suffix, Func<double, double>? transformation)
    {
        (double Value, double Lower, double Upper) Interval(ReducedFit fit) =>
            Transformed.Interval(transformation, fit.Coefficients.Estimates[j], fit.Coefficients.Lower[j], fit.Coefficients.Upper[j]);
        var se = Column("se" + suffix, fit => transformation is null ? fit.Coefficients.StandardErrors[j] : double.NaN);
        var lower = Column("ci.lb" + suffix, fit => Interval(fit).Lower);
        var upper = Column("ci.ub" + suffix, fit => Interval(fit).Upper);
        var estimate = Column("estimate" + suffix, fit => Interval(fit).Value);
        var reach = FurtherScales.Reach(estimate.Values, lower.Values, upper.Values);
        estimate = estimate with { Scale = transformation is null ? se.Values : reach };
        columns.AddRange(
        [
            estimate,
            se,
            Column("zval" + suffix, fit => fit.Coefficients.Statistics[j]) with { Scale = Constant(1) },
            Column("pval" + suffix, fit => fit.Coefficients.PValues[j]) with { Scale = Constant(DiagnosticScales.PValue) },
            lower with { Scale = reach },
            upper with { Scale = reach },
        ]);
    }

    private double WeightedSumOfSquares() => UnivariateScales.WeightedSumOfSquares(whole.Studies, 0);

    private double[] Constant(double value)
    {
        var scale = new double[Fits.Count];
        Array.Fill(scale, value);
        return scale;
    }

    private FurtherColumn Column(string name, Func<ReducedFit, double> value, FurtherKind kind = FurtherKind.Searched) =>
        new(name, [.. Fits.Select(fit => fit is null ? double.NaN : value(fit))], kind);
}
