using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_matreg_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MatregInput
{
    public int Size;
    public int VariableCount;
    public int Outcome;
    public int PredictorCount;
    public int IsCovariance;
    public int IsFisherZ;
    public int UsesNearest;
    public int Reserved;
    public int* Predictors;
    public double* Matrix;
    public double* ElementCovariance;
    public double* Means;
    public byte* Names;
    public double SampleSize;
    public double Level;
}
