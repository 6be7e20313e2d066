using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Fits without each case in turn.</summary>
/// <param name="Names">The cases: rows or clusters.</param>
/// <param name="Coefficients">Names of the coefficients.</param>
/// <param name="Components">Names of the components: <c>sigma2.1</c>, <c>tau2.1</c>, <c>rho.1</c>, …</param>
/// <param name="Cases">One result per case.</param>
/// <param name="Residuals">Deleted residuals of all outcomes, in their order.</param>
/// <param name="IsByCluster">Whether cases are clusters.</param>
public sealed record LeaveOneOutTable(
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Coefficients,
    IReadOnlyList<string> Components,
    IReadOnlyList<CaseWithout> Cases,
    IReadOnlyList<DeletedResidual> Residuals,
    bool IsByCluster)
{
    internal IEnumerable<FurtherTable> ToFurther()
    {
        var word = Keywords<FurtherResult>.Of(FurtherResult.LeaveOneOut);
        double[] unit = FurtherScales.Unit(Cases.Count);
        List<FurtherColumn> columns =
        [
            .. Coefficients.Select((name, j) => Column($"beta.{name}", c => c.Estimates[j], [.. Cases.Select(c => c.StandardErrors[j])])),
            .. Coefficients.Select((name, j) => Column($"se.{name}", c => c.StandardErrors[j])),
            .. Components.Select((name, j) => Column(name, c => j < c.Components.Count && c.Components.Count == Components.Count ? c.Components[j] : double.NaN)),
            Column("QE", c => c.ResidualHeterogeneity) with { Kind = FurtherKind.Value },
            Column("cook.d", c => c.Cook, [.. Cases.Select(c => Math.Sqrt(Math.Abs(c.Cook)))]),
            .. Coefficients.Select((name, j) => Column($"dfbs.{name}", c => c.Dfbetas[j], unit)),
        ];
        if (IsByCluster)
        {
            columns.Add(Column("deleted.X2", c => c.Statistic, unit));
        }

        yield return new FurtherTable(word, Names, columns);
        double[] errors = [.. Residuals.Select(r => r.StandardError)];
        yield return new FurtherTable($"{word}[residuals]", [.. Residuals.Select(r => r.Label)],
        [
            new("deleted", [.. Residuals.Select(r => r.Value)], FurtherKind.Searched) { Scale = errors },
            new("deleted.se", errors, FurtherKind.Searched),
            new("deleted.z", [.. Residuals.Select(r => r.Studentized)], FurtherKind.Searched) { Scale = FurtherScales.Unit(errors.Length) },
        ]);
    }

    private FurtherColumn Column(string name, Func<CaseWithout, double> value, double[]? scale = null) =>
        new(name, [.. Cases.Select(value)], FurtherKind.Searched) { Scale = scale };
}

/// <summary>The fit without a case.</summary>
/// <param name="Estimates">β̂₍₋c₎; NaN where the rest could not be fitted.</param>
/// <param name="StandardErrors">Their standard errors.</param>
/// <param name="Components">Variances and correlations by kind; fewer where the rest has fewer.</param>
/// <param name="ResidualHeterogeneity">QE of the rest.</param>
/// <param name="Cook">Cook's distance.</param>
/// <param name="Dfbetas">DFBETAS, one per coefficient.</param>
/// <param name="Statistic">d'Var(d)⁻¹d of the case's deleted residuals.</param>
/// <param name="Residuals">The deleted residuals of the case's rows.</param>
/// <param name="Problem">Why the rest could not be fitted or the search not finished; null when all is well.</param>
public sealed record CaseWithout(
    IReadOnlyList<double> Estimates,
    IReadOnlyList<double> StandardErrors,
    IReadOnlyList<double> Components,
    double ResidualHeterogeneity,
    double Cook,
    IReadOnlyList<double> Dfbetas,
    double Statistic,
    IReadOnlyList<DeletedResidual> Residuals,
    string? Problem);

/// <summary>A deleted residual.</summary>
/// <param name="Label">The outcome.</param>
/// <param name="Value">y_i − x_i'β̂₍₋c₎.</param>
/// <param name="StandardError">Its standard error.</param>
public sealed record DeletedResidual(string Label, double Value, double StandardError)
{
    /// <summary>The residual over its standard error.</summary>
    public double Studentized => Value / StandardError;
}
