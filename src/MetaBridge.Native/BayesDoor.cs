using System.Text.Json;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Bayesian models: fits and answers questions in one call, since nothing is kept between calls.</summary>
internal static unsafe class BayesDoor
{
    [ThreadStatic]
    private static double[]? pendingNumbers;

    /// <summary>Fits the model of <c>mb_brma</c> and delivers its tables.</summary>
    public static void Fit(byte* spec, byte* data, byte* ask, BayesBuffers* output, Poll poll)
    {
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(BayesBuffers), "out");
        var model = SpecJson.Read(Utf8Text.Read(spec, "spec")) as BayesSpec ?? throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid, "mb_brma takes specifications of the family 'bayes'; mb_fit_json takes the others.");
        var dataset = Dataset.ParseJson(Utf8Text.Read(data, "data"));
        using var questions = Parse(Utf8Text.ReadOptional(ask) ?? "{}");
        var root = questions.RootElement;
        var tables = Interruptible.Run(cancellation => BayesAnswers.Of(model, dataset, new BayesQuestions(root, "ask"), cancellation), poll);
        var numbers = tables.Numbers;
        output->NumbersNeeded = numbers.Length;
        pendingNumbers = numbers;
        // The text is delivered last: when either does not fit, both wait.
        if (numbers.Length > output->NumbersCapacity)
        {
            PendingText.Deliver(tables.Index, null, 0, &output->TextNeeded);
        }

        PendingText.Deliver(tables.Index, output->Text, output->TextCapacity, &output->TextNeeded);
        CopyNumbers(output);
    }

    /// <summary>Delivers what the last call on this thread could not.</summary>
    public static void Take(BayesBuffers* output)
    {
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(BayesBuffers), "out");
        if (pendingNumbers is null || pendingNumbers.Length > output->NumbersCapacity)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidHandle, pendingNumbers is null ? "No tables are waiting on this thread." : $"The tables hold {pendingNumbers.Length} numbers.");
        }

        PendingText.Take(output->Text, output->TextCapacity);
        CopyNumbers(output);
    }

    private static void CopyNumbers(BayesBuffers* output)
    {
        var numbers = pendingNumbers!;
        if (numbers.Length > 0)
        {
            numbers.CopyTo(Buffers.Require(output->Numbers, numbers.Length, "numbers"));
        }

        pendingNumbers = null;
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
