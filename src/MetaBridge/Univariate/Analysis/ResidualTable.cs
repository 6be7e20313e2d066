using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>All residuals of a fit; element i belongs to study i.</summary>
public sealed record ResidualTable
{
    /// <summary>The studies.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>y − Xβ̂.</summary>
    public required double[] Raw { get; init; }

    /// <summary>Their standard errors: the roots of diag((I − H)M(I − H)').</summary>
    public required double[] StandardErrors { get; init; }

    /// <summary>Raw residuals over their standard errors (internally standardised).</summary>
    public required double[] Standardized { get; init; }

    /// <summary>Raw residuals over √(v + τ²). Since M is diagonal, the Cholesky residuals are the same.</summary>
    public required double[] Pearson { get; init; }

    /// <summary>Residuals from the studies' predicted true effects, v/(v + τ²) times the raw ones; NaN with weights other than the model's own.</summary>
    public required double[] Conditional { get; init; }

    /// <summary>Their standard errors.</summary>
    public required double[] ConditionalErrors { get; init; }

    /// <summary>y_i − x_i'β̂₍₋i₎ from the fit without the study; NaN where there is none.</summary>
    public required double[] Deleted { get; init; }

    /// <summary>Their standard errors.</summary>
    public required double[] DeletedErrors { get; init; }

    /// <summary>Deleted residuals over their standard errors (externally studentised).</summary>
    public double[] Studentized => [.. Deleted.Zip(DeletedErrors, (r, se) => r / se)];

    internal FurtherTable ToFurther()
    {
        var unit = FurtherScales.Unit(Raw.Length);
        return new FurtherTable(Keywords<FurtherResult>.Of(FurtherResult.Residuals), Labels,
        [
            new("resid", Raw) { Scale = StandardErrors },
            new("se", StandardErrors),
            new("z", Standardized) { Scale = unit },
            new("pearson", Pearson) { Scale = unit },
            new("cholesky", Pearson) { Scale = unit },
            new("conditional", Conditional) { Scale = StandardErrors },
            new("conditional.se", ConditionalErrors) { Scale = StandardErrors },
            new("deleted", Deleted, FurtherKind.Searched) { Scale = DeletedErrors },
            new("deleted.se", DeletedErrors, FurtherKind.Searched),
            new("deleted.z", Studentized, FurtherKind.Searched) { Scale = unit },
        ]);
    }
}
