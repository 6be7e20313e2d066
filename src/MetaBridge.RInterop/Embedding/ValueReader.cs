using System.Runtime.InteropServices;
using System.Text;
using MetaBridge.Errors;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Copies R values into managed ones. On the R thread.</summary>
internal sealed unsafe class ValueReader(RThread thread, RConstants constants, Func<nint, string> typeName, Func<nint, string> describe)
{
    /// <summary>The copy of a value that is protected or reachable in R.</summary>
    internal RValue Read(nint value, int depth = 0)
    {
        thread.Assert();
        if (depth > RValueLimits.MaxDepth)
        {
            throw RValueLimits.TooDeep();
        }

        RValue? copy = RNative.TYPEOF(value) switch
        {
            RType.Null => RNull.Value,
            RType.Real => new RDoubleVector(Reals(value)),
            RType.Integer => new RIntegerVector(Integers(value)),
            RType.Logical => new RLogicalVector(Logicals(value)),
            RType.Text => new RStringVector(Strings(value)),
            RType.List => new RList(Items(value, depth)),
            _ => null,
        };
        return copy is null ? new ROpaque(typeName(value), describe(value)) : WithAttributes(copy, value, depth);
    }

    internal static int Length(nint vector)
    {
        var length = RNative.Rf_xlength(vector);
        return length <= Array.MaxLength ? (int)length : throw RValueLimits.Failed(
            $"The vector has {length} elements, more than an array can hold ({Array.MaxLength}).");
    }

    internal static double[] Reals(nint vector)
    {
        var values = NewArray<double>(Length(vector));
        fixed (double* first = values)
        {
            _ = RNative.REAL_GET_REGION(vector, 0, values.Length, first);
        }

        return values;
    }

    internal static int[] Integers(nint vector)
    {
        var values = NewArray<int>(Length(vector));
        fixed (int* first = values)
        {
            _ = RNative.INTEGER_GET_REGION(vector, 0, values.Length, first);
        }

        return values;
    }

    internal static bool?[] Logicals(nint vector)
    {
        var values = NewArray<bool?>(Length(vector));
        Logicals(vector, 0, values);
        return values;
    }

    internal static void Logicals(nint vector, nint start, Span<bool?> values)
    {
        const int Chunk = 1024;
        var buffer = stackalloc int[Chunk];
        for (var done = 0; done < values.Length; done += Chunk)
        {
            var count = Math.Min(Chunk, values.Length - done);
            _ = RNative.LOGICAL_GET_REGION(vector, start + done, count, buffer);
            for (var i = 0; i < count; i++)
            {
                values[done + i] = buffer[i] == Data.Na.Integer ? null : buffer[i] != 0;
            }
        }
    }

    internal string?[] Strings(nint vector)
    {
        var values = NewArray<string?>(Length(vector));
        Strings(vector, 0, values);
        return values;
    }

    internal void Strings(nint vector, nint start, Span<string?> values)
    {
        var direct = RNative.ALTREP(vector) == 0 && values.Length > 0 ? (nint*)RNative.DATAPTR_OR_NULL(vector) : null;
        nint last = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var text = direct != null ? direct[start + i] : RNative.STRING_ELT(vector, start + i);
            // R keeps one copy of each string, so a repeated one is the same object here too.
            values[i] = text == last ? values[i - 1] : Text(text);
            last = text;
        }
    }

    /// <summary>A copy of an attribute, or null.</summary>
    internal RValue? Attribute(nint value, string name)
    {
        thread.Assert();
        for (var cell = RNative.ATTRIB(value); cell != constants.Nil; cell = RNative.CDR(cell))
        {
            if (Text(RNative.PRINTNAME(RNative.TAG(cell))) == name)
            {
                return Read(RNative.CAR(cell));
            }
        }

        return null;
    }

    /// <summary>The text of a CHARSXP; null for NA.</summary>
    internal string? Text(nint text)
    {
        if (text == constants.NaString)
        {
            return null;
        }

        var bytes = new ReadOnlySpan<byte>(RNative.R_CHAR(text), RNative.LENGTH(text));
        return RNative.Rf_getCharCE(text) switch
        {
            REncoding.Latin1 => RText.Latin1(bytes),
            REncoding.Bytes => RText.Bytes(bytes),
            _ => Encoding.UTF8.GetString(bytes), // R runs in a UTF-8 locale: native text is UTF-8
        };
    }

    private static T[] NewArray<T>(int length)
    {
        try
        {
            return length == 0 ? [] : GC.AllocateUninitializedArray<T>(length);
        }
        catch (OutOfMemoryException exception)
        {
            throw new MetaBridgeException(ErrorCode.RConversionFailed, $"There is no memory for {length} elements.", null, exception);
        }
    }

    private RValue[] Items(nint list, int depth)
    {
        var items = new RValue[Length(list)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Read(RNative.VECTOR_ELT(list, i), depth + 1);
        }

        return items;
    }

    private RValue WithAttributes(RValue copy, nint value, int depth)
    {
        var cell = RNative.ATTRIB(value);
        if (cell == constants.Nil)
        {
            return copy;
        }

        var attributes = new Dictionary<string, RValue>();
        for (; cell != constants.Nil; cell = RNative.CDR(cell))
        {
            attributes[Text(RNative.PRINTNAME(RNative.TAG(cell)))!] = Read(RNative.CAR(cell), depth + 1);
        }

        return copy with { Attributes = attributes };
    }
}
