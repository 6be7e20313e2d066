using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_matreg_out</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MatregOutput
{
    public int Size;
    public int Reserved;
    public double* Estimates;
    public double* StandardErrors;
    public double* Statistics;
    public double* PValues;
    public double* Lower;
    public double* Upper;
    public double* Covariance;
    public double DegreesOfFreedom;
    public double RSquared;
    public double AdjustedRSquared;
    public double Test;
    public double TestDf;
    public double TestDenominatorDf;
    public double TestPValue;
}
