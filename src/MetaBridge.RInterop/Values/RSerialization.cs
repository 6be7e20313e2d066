namespace MetaBridge.RInterop.Values;

/// <summary>R's binary serialization, version 2, little-endian: what R's <c>serialize(x, NULL, xdr = FALSE, version = 2)</c> writes.</summary>
/// <remarks>
/// Format: "B\n", version, the writer's R version, the oldest R that reads it, then items. An item is flags (type in the low 8 bits,
/// 256 object, 512 has attributes, 1024 has tag, level bits from 12) and its content. Documented in "R Internals", section 1.8.
/// </remarks>
internal static class RSerialization
{
    internal const int FormatVersion = 2;
    internal const int WriterVersion = 0x0004_0000; // 4.0.0
    internal const int ReaderVersion = 0x0002_0300; // 2.3.0, the first that reads version 2

    internal const int HasObject = 1 << 8;
    internal const int HasAttributes = 1 << 9;
    internal const int HasTag = 1 << 10;

    // Encoding marks of strings, as level bits.
    internal const int Bytes = 1 << (12 + 1);
    internal const int Latin1 = 1 << (12 + 2);
    internal const int Utf8 = 1 << (12 + 3);
    internal const int Ascii = 1 << (12 + 6);

    internal const int Symbol = 1;
    internal const int Pairlist = 2;
    internal const int Text = 9;
    internal const int Reference = 255;
    internal const int Null = 254;

    internal static ReadOnlyMemory<byte> Write(RValue value) => new RSerializationWriter().Write(value);

    internal static RValue Read(ReadOnlyMemory<byte> bytes) => new RSerializationReader(bytes).Read();
}
