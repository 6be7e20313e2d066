using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rma_uni_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RmaUniInput
{
    public int Size;
    public int StudyCount;
    public int ColumnCount;
    public int Weighted;
    public int TestedCount;
    public int Reserved;
    public double* EffectSizes;
    public double* Variances;
    public double* Design;
    public double* Weights;
    public int* Tested;
    public byte* Method;
    public byte* Test;
    public double Level;
    public double TauSquared;
    public byte* ColumnNames;
}
