using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_random_term</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RandomTermRecord
{
    /// <summary><c>MB_TERM_INTERCEPT</c>: ~ 1 | outer.</summary>
    public const int Intercept = 0;

    /// <summary><c>MB_TERM_FACTOR</c>: ~ inner | outer.</summary>
    public const int Factor = 1;

    /// <summary><c>MB_TERM_SLOPES</c>: ~ x + z | outer.</summary>
    public const int Slopes = 2;

    public int Size;
    public int Kind;
    public int OuterCount;
    public int InnerCount;
    public int VarianceCount;
    public int CorrelationCount;
    public int* Outer;
    public int* Inner;
    public double* Values;
    public double* Known;
    public byte* Structure;
    public byte* Name;
    public double* Variances;
    public double* Correlations;
    public int* VariancesFixed;
    public int* CorrelationsFixed;
}
