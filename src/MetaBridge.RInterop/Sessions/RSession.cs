using MetaBridge.Errors;

namespace MetaBridge.RInterop.Sessions;

/// <summary>Opens a session, wherever R is to run.</summary>
public static class RSession
{
    /// <summary>Opens a session.</summary>
    /// <param name="options">How; by default in this process where that works, otherwise in a child process.</param>
    /// <exception cref="RNotFoundException">No usable R was found.</exception>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RStartFailed"/>: it was found, but did not start.</exception>
    public static IRSession Open(RSessionOptions? options = null)
    {
        options ??= new RSessionOptions();
        return options.Mode switch
        {
            RSessionMode.InProcess => InProcessRSession.Open(options),
            RSessionMode.ChildProcess => RscriptSession.Open(options),
            _ => OpenAny(options),
        };
    }

    private static IRSession OpenAny(RSessionOptions options)
    {
        try
        {
            return InProcessRSession.Open(options);
        }
        catch (MetaBridgeException exception) when (exception.Code == ErrorCode.RStartFailed)
        {
            return RscriptSession.Open(options);
        }
    }
}
