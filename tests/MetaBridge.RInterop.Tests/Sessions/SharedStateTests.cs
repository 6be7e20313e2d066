using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using Xunit;

namespace MetaBridge.RInterop.Tests.Sessions;

/// <summary>What one evaluation leaves behind for all others, because R has it once: nothing else may run meanwhile.</summary>
[Collection(Alone.Name)]
public class SharedStateTests
{
    public static TheoryData<RSessionMode> Modes => SharedSessions.Modes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Output_WithUnbalancedSink_DoesNotLeakIntoTheNext(RSessionMode mode)
    {
        var session = SharedSessions.Of(mode);
        _ = await session.EvaluateAsync("sink(tempfile()); cat('hidden'); invisible(NULL)");
        _ = await session.EvaluateAsync("while (sink.number() > 0) sink()");
        Assert.Equal("seen", (await session.EvaluateAsync("cat('seen')")).Output);
    }
}
