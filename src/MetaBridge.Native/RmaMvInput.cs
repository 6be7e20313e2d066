using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rma_mv_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RmaMvInput
{
    public int Size;
    public int RowCount;
    public int ColumnCount;
    public int TermCount;
    public int TestedCount;
    public int Reserved;
    public double* EffectSizes;
    public double* Variances;
    public int* CovarianceStarts;
    public int* CovarianceRows;
    public double* CovarianceValues;
    public double* FullCovariance;
    public double* Design;
    public double* Weights;
    public int* Tested;
    public RandomTermRecord* Terms;
    public byte* Method;
    public byte* Test;
    public byte* DegreesOfFreedom;
    public double Level;
}
