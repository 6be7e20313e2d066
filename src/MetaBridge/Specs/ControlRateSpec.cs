using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>The regression of the log odds ratio on the true log odds of the control group (baseline risk).</summary>
public sealed record ControlRateSpec : ModelSpec
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "control-rate";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Family => FamilyName;

    /// <summary>The columns of the 2 × 2 tables, as for the measure OR; treated first.</summary>
    public required EffectSpec Effect { get; init; }

    /// <summary>Confidence level in percent.</summary>
    public double Level { get; init; } = 95;
}
