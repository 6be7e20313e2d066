using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>The slopes of a moderator within and between studies, from effect sizes of groups of people, several per study.</summary>
public sealed record WithinBetweenSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "within-between";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>Where effect sizes and variances come from.</summary>
    public required EffectSpec Effect { get; init; }

    /// <summary>The column of studies.</summary>
    public required string Study { get; init; }

    /// <summary>The moderator, different in the rows of a study.</summary>
    public required string Covariate { get; init; }

    /// <summary>A column of group sizes by which a study's mean is weighted; null for plain means.</summary>
    public string? Size { get; init; }

    /// <summary>How the variance between studies is estimated: REML, ML, or EE for none.</summary>
    public HeterogeneityMethod Method { get; init; } = HeterogeneityMethod.Reml;

    /// <summary>How coefficients are tested.</summary>
    public CoefficientTest Test { get; init; } = CoefficientTest.StudentT;

    /// <summary>Confidence level in percent.</summary>
    public double Level { get; init; } = 95;
}
