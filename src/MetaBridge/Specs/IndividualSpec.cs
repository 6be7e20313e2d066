using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>A two-stage meta-analysis of individual data: a regression in every study, then the univariate model on its estimates.</summary>
public sealed record IndividualSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "individual";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>The column of studies.</summary>
    public required string Study { get; init; }

    /// <summary>The column of treatments: 0 and 1, FALSE and TRUE, or a factor or text with two levels, the first being the control.</summary>
    public required string Treatment { get; init; }

    /// <summary>The column of outcomes: a number, 0 or 1, or a time.</summary>
    public required string Outcome { get; init; }

    /// <summary>What the outcome is.</summary>
    public required OutcomeType Type { get; init; }

    /// <summary>For times: the column that is 1 where the event happened; null when it always did.</summary>
    public string? Event { get; init; }

    /// <summary>Columns that every study's regression adjusts for; numbers.</summary>
    public IReadOnlyList<string> Covariates { get; init; } = [];

    /// <summary>The column, a number, by which the treatment effect may differ between people; null for none.</summary>
    public string? Modifier { get; init; }

    /// <summary>A column that says how many people a row stands for; null for one. Not for partial likelihoods.</summary>
    public string? Frequency { get; init; }

    /// <summary>The model of times.</summary>
    public HazardModel Hazard { get; init; }

    /// <summary>Equal times.</summary>
    public TieMethod Ties { get; init; }

    /// <summary>Studies without a finite estimate.</summary>
    public SeparationRule Separation { get; init; }

    /// <summary>How τ² of the second stage is estimated.</summary>
    public HeterogeneityMethod Method { get; init; } = HeterogeneityMethod.Reml;

    /// <summary>How its coefficients are tested.</summary>
    public CoefficientTest Test { get; init; } = CoefficientTest.Normal;

    /// <summary>Confidence level in percent.</summary>
    public double Level { get; init; } = 95;
}
