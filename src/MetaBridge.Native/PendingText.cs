using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Keeps a result of unknown length until the caller has a buffer for it.</summary>
internal static unsafe class PendingText
{
    [ThreadStatic]
    private static string? pending;

    /// <summary>Writes the text, or keeps it for <see cref="Take"/> and throws when the buffer is too small.</summary>
    public static void Deliver(string text, byte* output, long capacity, long* needed)
    {
        if (needed is not null)
        {
            *needed = System.Text.Encoding.UTF8.GetByteCount(text) + 1L;
        }

        pending = text;
        Utf8Text.WriteWhole(text, output, capacity);
        pending = null;
    }

    /// <summary>Copies and forgets the kept text.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidHandle"/> when there is none or it does not fit.</exception>
    public static void Take(byte* output, long capacity)
    {
        var text = pending ?? throw new MetaBridgeException(ErrorCode.InvalidHandle, "No text is waiting on this thread.");
        Utf8Text.WriteWhole(text, output, capacity);
        pending = null;
    }
}
