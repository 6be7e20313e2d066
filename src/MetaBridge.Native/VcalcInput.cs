using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_vcalc_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VcalcInput
{
    public int Size;
    public int RowCount;
    public int ClusterCount;
    public int ObservationCount;
    public int TypeCount;
    public int WithinCount;
    public int BetweenCount;
    public int ColumnCount;
    public int ChecksDefiniteness;
    public int UsesNearest;
    public double* Variances;
    public int* Clusters;
    public int* Observations;
    public int* Types;
    public int* Groups1;
    public int* Groups2;
    public double* Times1;
    public double* Times2;
    public double* Weights1;
    public double* Weights2;
    public double* Within;
    public double* Between;
    public double* Columns;
    public byte* Names;
    public double Autocorrelation;
}
