using MetaBridge.RInterop.Sessions;
using Xunit;

namespace MetaBridge.RInterop.Tests.Support;

/// <summary>The sessions that tests share. Without R they fail, and say what to install.</summary>
public static class SharedSessions
{
    private static readonly Lazy<IRSession> InProcess = new(() => Open(RSessionMode.InProcess));
    private static readonly Lazy<IRSession> Child = new(() => Open(RSessionMode.ChildProcess));

    public static TheoryData<RSessionMode> Modes => [RSessionMode.InProcess, RSessionMode.ChildProcess];

    public static IRSession Of(RSessionMode mode) => mode == RSessionMode.InProcess ? InProcess.Value : Child.Value;

    public static IRSession Open(RSessionMode mode)
    {
        try
        {
            return RSession.Open(new RSessionOptions { Mode = mode });
        }
        catch (RNotFoundException exception)
        {
            throw new InvalidOperationException(
                "These tests need a live R: install r-base-core, or run r-scripts/setup.sh. " + exception.Message, exception);
        }
    }
}
