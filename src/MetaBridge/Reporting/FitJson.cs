using System.Text;
using System.Text.Json;
using MetaBridge.Bayes;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Stratified;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>Results as JSON, in metafor's words: written for users and golden files, and read back.</summary>
/// <remarks>
/// Numbers are written in the shortest form that reads back to the same double (at most 17 digits); NaN is <c>null</c>, the
/// infinities are the texts <c>"Inf"</c> and <c>"-Inf"</c>.
/// </remarks>
public static class FitJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a result.</summary>
    public static string Write(FitResult fit)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            Write(fit, writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes a result as one JSON object into a document.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/> for an unknown family.</exception>
    public static void Write(FitResult fit, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(writer);
        switch (fit)
        {
            case UnivariateFit univariate:
                UnivariateFitWriter.Write(univariate, writer);
                break;
            case StratifiedFit stratified:
                StratifiedFitWriter.Write(stratified, writer);
                break;
            case MultilevelFit multilevel:
                MultilevelFitWriter.Write(multilevel, writer);
                break;
            case BayesFit bayes:
                BayesFitWriter.Write(bayes, writer);
                break;
            case PeopleFit people:
                PeopleFitJson.Write(people, writer);
                break;
            default:
                throw new MetaBridgeException(ErrorCode.NotSupported, $"Results of the family '{fit.Family}' have no JSON form.");
        }
    }

    /// <summary>Reads a result that <see cref="Write(FitResult)"/> wrote.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.JsonMalformed"/>, naming the place.</exception>
    public static FitResult Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw new MetaBridgeException(
                ErrorCode.JsonMalformed,
                $"The JSON of a result breaks at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}.",
                innerException: broken);
        }
    }

    /// <summary>Reads a result from an element of a larger document.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.JsonMalformed"/>, naming the member.</exception>
    public static FitResult Read(JsonElement element)
    {
        var reader = new ResultMembers(element, "result");
        var family = reader.Text("family");
        return family switch
        {
            Specs.UnivariateSpec.FamilyName => UnivariateFitReader.Read(reader),
            Specs.StratifiedSpec.FamilyName => StratifiedFitReader.Read(reader),
            Specs.MultilevelSpec.FamilyName => MultilevelFitReader.Read(reader),
            Specs.BayesSpec.FamilyName => BayesFitReader.Read(reader),
            Specs.IndividualSpec.FamilyName or Specs.WithinBetweenSpec.FamilyName or Specs.ControlRateSpec.FamilyName => PeopleFitJson.Read(reader),
            _ => throw new MetaBridgeException(ErrorCode.JsonMalformed, $"The member 'family' of a result is '{family}', which is not known."),
        };
    }
}
