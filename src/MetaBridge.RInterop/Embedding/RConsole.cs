using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Collects what R prints, both streams in order.</summary>
internal static unsafe class RConsole
{
    private static readonly ArrayBufferWriter<byte> Buffer = new();

    /// <summary>Where the running evaluation's own output begins, so that a nested one takes only its own.</summary>
    internal static int Mark() => Buffer.WrittenCount;

    /// <summary>The text since a mark, which is taken out.</summary>
    internal static string Take(int mark)
    {
        if (Buffer.WrittenCount <= mark)
        {
            return "";
        }

        var text = Encoding.UTF8.GetString(Buffer.WrittenSpan[mark..]);
        var kept = Buffer.WrittenSpan[..mark].ToArray();
        Buffer.ResetWrittenCount();
        Buffer.Write(kept);
        return text;
    }

    /// <summary>Routes R's console here. Called between R's initialisation and its main loop set-up.</summary>
    internal static void Connect(nint library)
    {
        Set(library, "ptr_R_WriteConsole", 0);
        Set(library, "R_Outputfile", 0);
        Set(library, "R_Consolefile", 0);
        Set(library, "ptr_R_WriteConsoleEx", (nint)(delegate* unmanaged[Cdecl]<byte*, int, int, void>)&Write);
        Set(library, "ptr_R_ShowMessage", (nint)(delegate* unmanaged[Cdecl]<byte*, void>)&Show);
        Set(library, "ptr_R_ReadConsole", (nint)(delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int>)&Read);
    }

    private static void Set(nint library, string variable, nint value) =>
        *(nint*)NativeLibrary.GetExport(library, variable) = value;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Write(byte* text, int length, int isError) => Append(new ReadOnlySpan<byte>(text, length));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Show(byte* text) => Append(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    // End of file: nobody sits at a console of an embedded R.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(byte* prompt, byte* buffer, int length, int addToHistory) => 0;

    private static void Append(ReadOnlySpan<byte> text)
    {
        try
        {
            Buffer.Write(text);
        }
        catch (OutOfMemoryException)
        {
            // An exception must not cross R's frames; what does not fit any more is lost, R goes on.
        }
    }
}
