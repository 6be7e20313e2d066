using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rma_mh_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RmaMhInput
{
    public int Size;
    public int TableCount;
    public int Correct;
    public fixed int Drop00[2];
    public int Reserved;
    public double* First;
    public double* FirstRest;
    public double* Second;
    public double* SecondRest;
    public byte* Method;
    public byte* Measure;
    public byte* ObservedTo;
    public byte* PoolingTo;
    public fixed double Add[2];
    public double Level;
}
