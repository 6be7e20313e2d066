using System.Text;
using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>The one JSON form of a model specification; docs/specification.md lists the members.</summary>
/// <remarks>
/// Members carry metafor's names. A member that nobody knows is refused with its place, so that a misspelt option never passes
/// silently. What has its default is not written, so equal specifications have equal texts.
/// </remarks>
public static class SpecJson
{
    private static readonly string[] Families =
    [
        UnivariateSpec.FamilyName, StratifiedSpec.FamilyName, MultilevelSpec.FamilyName, BayesSpec.FamilyName,
        IndividualSpec.FamilyName, WithinBetweenSpec.FamilyName, ControlRateSpec.FamilyName,
    ];

    /// <summary>Reads a specification.</summary>
    /// <param name="json">The text of a JSON object.</param>
    /// <param name="source">What to call it in messages, such as its file name.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.JsonMalformed"/>, <see cref="ErrorCode.SpecificationInvalid"/> or <see cref="ErrorCode.UnknownName"/>,
    /// with the place.
    /// </exception>
    public static ModelSpec Read(string json, string source = "specification")
    {
        using var document = JsonMembers.Parse(json, source);
        return Read(document.RootElement, $"{source}: $");
    }

    /// <summary>The specification as JSON text.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="indented">Whether to break lines, for people.</param>
    public static string Write(ModelSpec spec, bool indented = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Options(indented)))
        {
            Write(writer, spec);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes the specification as a JSON object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="spec">The specification.</param>
    public static void Write(Utf8JsonWriter writer, ModelSpec spec)
    {
        writer.WriteStartObject();
        writer.WriteString("family", spec.Family);
        switch (spec)
        {
            case UnivariateSpec univariate:
                UnivariateSpecJson.WriteMembers(writer, univariate);
                break;
            case StratifiedSpec stratified:
                StratifiedSpecJson.WriteMembers(writer, stratified);
                break;
            case MultilevelSpec multilevel:
                MultilevelSpecJson.WriteMembers(writer, multilevel);
                break;
            case BayesSpec bayes:
                BayesSpecJson.WriteMembers(writer, bayes);
                break;
            case IndividualSpec individual:
                PeopleSpecJson.WriteMembers(writer, individual);
                break;
            case WithinBetweenSpec slopes:
                PeopleSpecJson.WriteMembers(writer, slopes);
                break;
            case ControlRateSpec controlRate:
                PeopleSpecJson.WriteMembers(writer, controlRate);
                break;
            default:
                throw new MetaBridgeException(
                    ErrorCode.NotSupported, $"The model family '{spec.Family}' has no JSON form.");
        }

        writer.WriteEndObject();
    }

    internal static ModelSpec Read(JsonElement element, string place)
    {
        var members = new JsonMembers(element, place, ErrorCode.SpecificationInvalid);
        var family = members.RequiredText("family");
        ModelSpec spec = family switch
        {
            UnivariateSpec.FamilyName => UnivariateSpecJson.Read(members),
            StratifiedSpec.FamilyName => StratifiedSpecJson.Read(members),
            MultilevelSpec.FamilyName => MultilevelSpecJson.Read(members),
            BayesSpec.FamilyName => BayesSpecJson.Read(members),
            IndividualSpec.FamilyName => PeopleSpecJson.ReadIndividual(members),
            WithinBetweenSpec.FamilyName => PeopleSpecJson.ReadWithinBetween(members),
            ControlRateSpec.FamilyName => PeopleSpecJson.ReadControlRate(members),
            _ => throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"{members.PlaceOf("family")}: unknown family '{family}'; known are {string.Join(", ", Families)}.",
                new Dictionary<string, object?> { ["family"] = family }),
        };
        members.RejectUnknown();
        return spec;
    }
}
