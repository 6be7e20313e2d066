using System.Buffers;
using System.Runtime.InteropServices;
using MetaBridge.RInterop.Embedding;
using static MetaBridge.RInterop.Values.RSerialization;

namespace MetaBridge.RInterop.Values;

/// <summary>Writes a value in R's serialization.</summary>
internal sealed class RSerializationWriter
{
    private const int NaLength = -1;

    private readonly ArrayBufferWriter<byte> output = new(1024);
    private readonly Dictionary<string, int> symbols = [];

    internal ReadOnlyMemory<byte> Write(RValue value)
    {
        output.Write("B\n"u8);
        Integer(FormatVersion);
        Integer(WriterVersion);
        Integer(ReaderVersion);
        Item(value);
        return output.WrittenMemory;
    }

    private void Item(RValue value)
    {
        switch (value)
        {
            case RNull:
                Integer(Null);
                return;
            case RDoubleVector v:
                Header(RType.Real, value);
                output.Write(MemoryMarshal.AsBytes(v.Values.AsSpan()));
                break;
            case RIntegerVector v:
                Header(RType.Integer, value);
                output.Write(MemoryMarshal.AsBytes(v.Values.AsSpan()));
                break;
            case RLogicalVector v:
                Header(RType.Logical, value);
                Array.ForEach(v.Values, item => Integer(item switch { null => Data.Na.Integer, true => 1, false => 0 }));
                break;
            case RStringVector v:
                Header(RType.Text, value);
                Array.ForEach(v.Values, Character);
                break;
            case RList v:
                Header(RType.List, value);
                Array.ForEach(v.Values, Item);
                break;
            default:
                throw RValueLimits.Failed($"A {value.GetType().Name} cannot be sent to R.");
        }

        Attributes(value.Attributes);
    }

    private void Header(int type, RValue value)
    {
        var flags = type | (value.Attributes.Count > 0 ? HasAttributes : 0);
        Integer(value.Attributes.ContainsKey("class") ? flags | HasObject : flags);
        Integer(value.Length);
    }

    private void Attributes(IReadOnlyDictionary<string, RValue> attributes)
    {
        if (attributes.Count == 0)
        {
            return;
        }

        foreach (var (name, value) in attributes)
        {
            Integer(Pairlist | HasTag);
            SymbolItem(name);
            Item(value);
        }

        Integer(Null);
    }

    // A symbol is written once, and by its number afterwards.
    private void SymbolItem(string name)
    {
        if (symbols.TryGetValue(name, out var number))
        {
            Integer((number << 8) | RSerialization.Reference);
            return;
        }

        symbols.Add(name, symbols.Count + 1);
        Integer(Symbol);
        Character(name);
    }

    private void Character(string? text)
    {
        if (text is null)
        {
            Integer(Text);
            Integer(NaLength);
            return;
        }

        var bytes = RValueLimits.Utf8(text);
        Integer(Text | (bytes.Length == text.Length ? Ascii : Utf8)); // one byte for each unit: all are ASCII
        Integer(bytes.Length);
        output.Write(bytes);
    }

    private void Integer(int value)
    {
        MemoryMarshal.Write(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }
}
