using System.Text.Json;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Bayesian models: fits and answers questions in one call, since nothing is kept between calls.</summary>
internal static unsafe class BayesDoor
{
    /// <summary>Fits the model of <c>mb_brma</c> and delivers its tables.</summary>
    public static void Fit(byte* spec, byte* data, byte* ask, TableBuffers* output, Poll poll)
    {
        TableDelivery.Require(output);
        var model = SpecJson.Read(Utf8Text.Read(spec, "spec")) as BayesSpec ?? throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid, "mb_brma takes specifications of the family 'bayes'; mb_fit_json takes the others.");
        var dataset = Dataset.ParseJson(Utf8Text.Read(data, "data"));
        using var questions = Parse(Utf8Text.ReadOptional(ask) ?? "{}");
        var root = questions.RootElement;
        var tables = Interruptible.Run(cancellation => BayesAnswers.Of(model, dataset, new BayesQuestions(root, "ask"), cancellation), poll);
        TableDelivery.Deliver(tables, output);
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException inner)
        {
            throw new MetaBridgeException(ErrorCode.JsonMalformed, "The questions are not valid JSON.", innerException: inner);
        }
    }
}
