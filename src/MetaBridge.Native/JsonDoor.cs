using MetaBridge.Data;
using MetaBridge.Reporting;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>The general door: every model family of the core, as JSON.</summary>
internal static unsafe class JsonDoor
{
    /// <summary>Fits the specification of <c>mb_fit_json</c>.</summary>
    public static void Fit(byte* spec, byte* data, byte* output, long capacity, long* needed, Poll poll)
    {
        var model = SpecJson.Read(Utf8Text.Read(spec, "spec"));
        var dataset = Dataset.ParseJson(Utf8Text.Read(data, "data"));
        poll.ThrowIfCancelled();
        var fit = MetaAnalysis.Fit(model, dataset);
        poll.ThrowIfCancelled();
        PendingText.Deliver(FitJson.Write(fit), output, capacity, needed);
    }
}
