using System.Text.Json.Serialization;

namespace MetaBridge.Specs;

/// <summary>What to fit, and nothing of how: one immutable record per model family with one JSON form.</summary>
/// <remarks>
/// The C# API, the command line, a golden case, the C interface and the R package all speak it, and the R call that a fit is
/// compared with is generated from it. JSON members use metafor's words (<c>mods</c>, <c>method</c>, <c>test</c>, <c>btt</c>);
/// the member <c>family</c> says which record it is.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "family", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(UnivariateSpec), UnivariateSpec.FamilyName)]
[JsonDerivedType(typeof(StratifiedSpec), StratifiedSpec.FamilyName)]
[JsonDerivedType(typeof(BayesSpec), BayesSpec.FamilyName)]
[JsonDerivedType(typeof(MultilevelSpec), MultilevelSpec.FamilyName)]
[JsonDerivedType(typeof(IndividualSpec), IndividualSpec.FamilyName)]
[JsonDerivedType(typeof(WithinBetweenSpec), WithinBetweenSpec.FamilyName)]
[JsonDerivedType(typeof(ControlRateSpec), ControlRateSpec.FamilyName)]
public abstract record ModelSpec
{
    /// <summary>The family's name in JSON, on the command line and in golden folders.</summary>
    [JsonIgnore]
    public abstract string Family { get; }
}
