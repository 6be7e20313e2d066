using System.Runtime.InteropServices;
using System.Text;
using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using static MetaBridge.RInterop.Values.RSerialization;

namespace MetaBridge.RInterop.Values;

/// <summary>Reads a value in R's serialization.</summary>
/// <param name="bytes">All of it.</param>
internal sealed class RSerializationReader(ReadOnlyMemory<byte> bytes)
{
    private const string OpaqueClass = "metabridge opaque"; // the child's mark for what has no counterpart here

    private readonly List<string> symbols = [];
    private int position;

    internal RValue Read()
    {
        if (!Take(2).SequenceEqual("B\n"u8) || Integer() != FormatVersion)
        {
            throw Malformed("its header is unknown");
        }

        _ = Integer();
        _ = Integer();
        return Item(0);
    }

    private RValue Item(int depth)
    {
        if (depth > RValueLimits.MaxDepth)
        {
            throw RValueLimits.TooDeep();
        }

        var flags = Integer();
        var type = flags & 0xFF;
        if (type == Null)
        {
            return RNull.Value;
        }

        var length = Integer();
        if (length < 0)
        {
            throw RValueLimits.Failed("The vector is longer than an array can be.");
        }

        RValue value = type switch
        {
            RType.Real => new RDoubleVector(Numbers<double>(length)),
            RType.Integer => new RIntegerVector(Numbers<int>(length)),
            RType.Logical => new RLogicalVector(Array.ConvertAll(
                Numbers<int>(length), item => item == Data.Na.Integer ? null : (bool?)(item != 0))),
            RType.Text => new RStringVector(Fill(length, Character)),
            RType.List => new RList(Fill(length, () => Item(depth + 1))),
            _ => throw Malformed($"it has type {type}"),
        };
        return (flags & HasAttributes) == 0 ? value : Opaque(value with { Attributes = Attributes(depth) });
    }

    private static RValue Opaque(RValue value) =>
        value is RList { Values: [RStringVector type, RStringVector text] } && value.Class is [OpaqueClass]
            ? new ROpaque(type.Values[0] ?? "", text.Values[0] ?? "")
            : value;

    private Dictionary<string, RValue> Attributes(int depth)
    {
        var attributes = new Dictionary<string, RValue>();
        for (var flags = Integer(); (flags & 0xFF) == Pairlist; flags = Integer())
        {
            var name = SymbolItem();
            attributes[name] = Item(depth + 1);
        }

        return attributes;
    }

    private string SymbolItem()
    {
        var flags = Integer();
        if ((flags & 0xFF) == RSerialization.Reference)
        {
            return symbols[(flags >> 8) - 1];
        }

        var name = Character() ?? throw Malformed("a symbol has no name");
        symbols.Add(name);
        return name;
    }

    private string? Character()
    {
        var flags = Integer();
        var length = Integer();
        if (length < 0)
        {
            return null;
        }

        var text = Take(length);
        return (flags & Latin1) != 0 ? RText.Latin1(text)
            : (flags & Bytes) != 0 ? RText.Bytes(text)
            : Encoding.UTF8.GetString(text);
    }

    private T[] Numbers<T>(int length)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>(length);
        var target = MemoryMarshal.AsBytes(values.AsSpan());
        Take(target.Length).CopyTo(target);
        return values;
    }

    private static T[] Fill<T>(int length, Func<T> next)
    {
        var values = new T[length];
        for (var i = 0; i < length; i++)
        {
            values[i] = next();
        }

        return values;
    }

    private int Integer() => MemoryMarshal.Read<int>(Take(sizeof(int)));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - position)
        {
            throw Malformed("it is cut short");
        }

        position += count;
        return bytes.Span.Slice(position - count, count);
    }

    private static MetaBridgeException Malformed(string how) =>
        new(ErrorCode.RProcessLost, $"The answer of the R process cannot be read: {how}.");
}
