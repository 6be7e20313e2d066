using System.Runtime.InteropServices;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Values of R that never change: read once R has started.</summary>
/// <param name="Nil">NULL.</param>
/// <param name="GlobalEnv">The user's workspace.</param>
/// <param name="BaseEnv">The base package.</param>
/// <param name="NaString">NA of character vectors.</param>
/// <param name="Names">The symbol <c>names</c>.</param>
/// <param name="InterruptsSuspended">The address of the flag that keeps interrupts waiting.</param>
internal sealed record RConstants(nint Nil, nint GlobalEnv, nint BaseEnv, nint NaString, nint Names, nint InterruptsSuspended)
{
    internal static RConstants Read(nint library) => new(
        RNative.Constant(library, "R_NilValue"),
        RNative.Constant(library, "R_GlobalEnv"),
        RNative.Constant(library, "R_BaseEnv"),
        RNative.Constant(library, "R_NaString"),
        RNative.Constant(library, "R_NamesSymbol"),
        NativeLibrary.GetExport(library, "R_interrupts_suspended"));
}
