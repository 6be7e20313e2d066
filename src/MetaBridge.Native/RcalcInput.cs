using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rcalc_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RcalcInput
{
    public int Size;
    public int RowCount;
    public int StudyCount;
    public int ToFisherZ;
    public int ChecksDefiniteness;
    public int Reserved;
    public int* Studies;
    public int* First;
    public int* Second;
    public double* Correlations;
    public double* SampleSizes;
    public byte* Names;
    public byte* Variables;
    public byte* Rule;
}
