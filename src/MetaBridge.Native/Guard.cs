using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Runs the body of an export so that nothing but a status leaves it.</summary>
/// <remarks>An exception that crosses an export ends the host process, so every export's body is one call of this guard.</remarks>
internal static unsafe class Guard
{
    /// <summary>Status of success.</summary>
    public const int Ok = 0;

    /// <summary>Runs the work; on failure writes the message and returns the number of the error code.</summary>
    /// <param name="error">UTF-8 buffer for the message, or null.</param>
    /// <param name="errorLength">Its size in bytes.</param>
    /// <param name="work">The body.</param>
    public static int Run(byte* error, int errorLength, Action work)
    {
        try
        {
            Utf8Text.Write("", error, errorLength);
            work();
            return Ok;
        }
        catch (MetaBridgeException exception)
        {
            return Fail(exception.Code, exception.Message, error, errorLength);
        }
        catch (OperationCanceledException)
        {
            return Fail(ErrorCode.Cancelled, ErrorCode.Cancelled.Explain().Cause, error, errorLength);
        }
#pragma warning disable CA1031 // The border: whatever it is, it must not reach the caller as an exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fail(ErrorCode.Internal, $"{exception.GetType().Name}: {exception.Message}", error, errorLength);
        }
    }

    private static int Fail(ErrorCode code, string message, byte* error, int errorLength)
    {
        Utf8Text.Write(message, error, errorLength);
        return (int)code;
    }
}
