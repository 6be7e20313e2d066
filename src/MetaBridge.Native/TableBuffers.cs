using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_tables_out</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TableBuffers
{
    public int Size;
    public int Reserved;
    public byte* Text;
    public long TextCapacity;
    public long TextNeeded;
    public double* Numbers;
    public long NumbersCapacity;
    public long NumbersNeeded;
}
