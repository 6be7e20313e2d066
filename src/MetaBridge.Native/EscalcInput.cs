using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_escalc_in</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EscalcInput
{
    /// <summary><c>MB_COLUMN_COUNT</c>.</summary>
    public const int ColumnCount = 26;

    public int Size;
    public int RowCount;
    public int Drop00;
    public int Rules;
    public fixed long Columns[ColumnCount];
    public byte* Measure;
    public byte* AddTo;
    public byte* Vtype;
    public double Add;

    /// <summary><c>MB_NO_CORRECTION</c>, <c>MB_ONLY_FIRST_OUTCOME</c>, <c>MB_NOT_TO_EFFECT</c>, <c>MB_NOT_TO_VARIANCE</c>.</summary>
    public readonly bool Has(int rule) => (Rules & rule) != 0;

    /// <summary>The column at an index, or null when it is not given.</summary>
    public double* Column(int index) => (double*)Columns[index];
}
