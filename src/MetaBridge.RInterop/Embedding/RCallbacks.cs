using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Managed code as functions of R.</summary>
/// <remarks>
/// No exception crosses R's frames: it becomes an answer that the R side of the function raises as an R error after managed code has
/// returned. No R error crosses managed frames: what the managed code asks of R runs in a try frame of its own.
/// </remarks>
internal static unsafe class RCallbacks
{
    private static readonly List<(RHost Host, Func<IReadOnlyList<RValue>, RValue> Body)> Bodies = [];

    internal static nint Create(RHost host, Func<IReadOnlyList<RValue>, RValue> body)
    {
        host.Thread.Assert();
        Bodies.Add((host, body));
        var frame = host.Frame;
        var entry = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint>)&Answer;
        var pointer = RProtection.Add(RNative.R_MakeExternalPtrFn(entry, frame.Symbol("native symbol"), host.Constants.Nil));
        var id = RProtection.Add(RNative.Rf_ScalarInteger(Bodies.Count - 1));
        try
        {
            return frame.Try(frame.Call(frame.Function("callback"), pointer, id));
        }
        finally
        {
            RProtection.Remove(2);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Answer(nint id, nint arguments)
    {
        var (host, body) = Bodies[RNative.INTEGER(id)[0]];
        var before = RProtection.Count;
        try
        {
            var result = body(((RList)host.Reader.Read(arguments)).Values);
            RValueLimits.Verify(result);
            return host.Writer.Write(new RList([new RLogicalVector([true]), result]));
        }
#pragma warning disable CA1031 // whatever it is, it must not cross R's frames
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RProtection.Restore(before);
            var message = exception.Message.Replace("\0", "\\0", StringComparison.Ordinal);
            return RProtection.FromReserve(
                () => host.Writer.Write(new RList([new RLogicalVector([false]), new RStringVector([message])])));
        }
    }
}
