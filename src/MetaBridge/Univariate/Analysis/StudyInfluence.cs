using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>How much a single study matters (Viechtbauer &amp; Cheung, 2010); NaN where the fit without it doesn't exist.</summary>
/// <remarks>
/// With ₍₋i₎ for the fit without study i, τ² estimated again, w the weights and M = diag(v + τ²₍₋i₎): the standard errors of all studies' coefficients at
/// τ²₍₋i₎ are the roots of diag((X'WX)⁻¹X'WMWX(X'WX)⁻¹), times Knapp and Hartung's factor of the reduced fit.
/// </remarks>
public sealed record StudyInfluence
{
    /// <summary>The study.</summary>
    public required string Label { get; init; }

    /// <summary>The externally studentised residual: y_i − x_i'β̂₍₋i₎ over its standard error.</summary>
    public required double ExternallyStudentized { get; init; }

    /// <summary>x_i'(β̂ − β̂₍₋i₎) in standard errors: the root of h_i(v_i + τ²₍₋i₎), for weights other than the model's own that of x_i'Var(β̂)x_i at τ²₍₋i₎.</summary>
    public required double Dffits { get; init; }

    /// <summary>Cook's distance (β̂ − β̂₍₋i₎)'Var(β̂)⁻¹(β̂ − β̂₍₋i₎).</summary>
    public required double CookDistance { get; init; }

    /// <summary>det Var(β̂₍₋i₎) / det Var(β̂).</summary>
    public required double CovarianceRatio { get; init; }

    /// <summary>τ²₍₋i₎.</summary>
    public required double TauSquaredDeleted { get; init; }

    /// <summary>QE of the other studies.</summary>
    public required double ResidualHeterogeneityDeleted { get; init; }

    /// <summary>h_i, the diagonal element of the hat matrix.</summary>
    public required double Hat { get; init; }

    /// <summary>The weight in percent.</summary>
    public required double Weight { get; init; }

    /// <summary>β̂ − β̂₍₋i₎ in standard errors, one per coefficient.</summary>
    public required IReadOnlyList<double> Dfbetas { get; init; }

    /// <summary>
    /// Whether one of these holds: |DFFITS| &gt; 3√(p/(k − p)); the part of χ²_p below Cook's distance is more than one half; h &gt; 3p/k; a |DFBETAS| &gt; 1.
    /// </summary>
    public required bool IsInfluential { get; init; }
}

/// <summary>The influence of every study.</summary>
/// <param name="Coefficients">Names of the coefficients.</param>
/// <param name="Studies">One row per study.</param>
public sealed record InfluenceTable(IReadOnlyList<string> Coefficients, IReadOnlyList<StudyInfluence> Studies)
{
    internal FurtherTable ToFurther(UnivariateFit whole)
    {
        var unit = FurtherScales.Unit(Studies.Count);
        double[] variance = [.. unit.Select(_ => DiagnosticScales.OfTauSquared(whole))];
        double[] squares = [.. unit.Select(_ => UnivariateScales.WeightedSumOfSquares(whole.Studies, 0))];
        return new FurtherTable(Keywords<FurtherResult>.Of(FurtherResult.Influence), [.. Studies.Select(s => s.Label)],
        [
            Column("rstudent", s => s.ExternallyStudentized, unit),
            Column("dffits", s => s.Dffits, unit),
            Column("cook.d", s => s.CookDistance, unit),
            Column("cov.r", s => s.CovarianceRatio),
            Column("tau2.del", s => s.TauSquaredDeleted, variance),
            Column("QE.del", s => s.ResidualHeterogeneityDeleted, squares) with { Kind = FurtherKind.Value },
            Column("hat", s => s.Hat) with { Kind = FurtherKind.Value },
            Column("weight", s => s.Weight) with { Kind = FurtherKind.Value },
            .. Coefficients.Select((name, j) => Column($"dfbs.{name}", s => s.Dfbetas[j], unit)),
            Column("inf", s => s.IsInfluential ? 1 : 0),
        ]);
    }

    private FurtherColumn Column(string name, Func<StudyInfluence, double> value, double[]? scale = null) =>
        new(name, [.. Studies.Select(value)], FurtherKind.Searched) { Scale = scale };
}
