using System.Runtime.InteropServices;
using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Texts in and out of caller-owned UTF-8 buffers.</summary>
internal static unsafe class Utf8Text
{
    /// <summary>Reads a zero-terminated text that must be given.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidHandle"/> for a null pointer.</exception>
    public static string Read(byte* text, string argument) => ReadOptional(text) ?? throw new MetaBridgeException(
        ErrorCode.InvalidHandle,
        $"The text '{argument}' is a null pointer.",
        new Dictionary<string, object?> { ["argument"] = argument });

    /// <summary>Reads a zero-terminated text, null for a null pointer.</summary>
    public static string? ReadOptional(byte* text) => text is null ? null : Marshal.PtrToStringUTF8((nint)text);

    /// <summary>Writes a text and its final zero, cut at a character border to what fits.</summary>
    public static void Write(ReadOnlySpan<char> text, byte* buffer, int length)
    {
        if (buffer is null || length <= 0)
        {
            return;
        }

        var target = new Span<byte>(buffer, length - 1);
        Encoding.UTF8.GetEncoder().Convert(text, target, flush: true, out _, out var written, out _);
        buffer[written] = 0;
    }

    /// <summary>Writes a text that must fit as a whole.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidHandle"/> when it does not.</exception>
    public static void WriteWhole(string text, byte* buffer, long capacity)
    {
        var needed = Encoding.UTF8.GetByteCount(text) + 1L;
        if (buffer is null || capacity < needed)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidHandle,
                $"The text needs {needed} bytes, but the buffer has {(buffer is null ? 0 : capacity)}.",
                new Dictionary<string, object?> { ["needed"] = needed, ["capacity"] = capacity });
        }

        var written = Encoding.UTF8.GetBytes(text, new Span<byte>(buffer, (int)Math.Min(capacity, int.MaxValue)));
        buffer[written] = 0;
    }
}
