using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Copies managed values into R. On the R thread; values are verified before.</summary>
internal sealed unsafe class ValueWriter(RThread thread, RConstants constants, Func<string, nint, nint> allocateLarge, Func<nint, nint, nint> setAttributes)
{
    // Larger blocks are allocated by R code inside the frame that catches R errors.
    private const long LargeBytes = 16 << 20;

    /// <summary>A new R value; the caller protects it.</summary>
    internal nint Write(RValue value)
    {
        thread.Assert();
        var copy = value switch
        {
            RNull => constants.Nil,
            RDoubleVector v => Write(v.Values),
            RIntegerVector v => Write(v.Values, RType.Integer),
            RLogicalVector v => Write(v.Values),
            RStringVector v => Write(v.Values),
            RList v => Write(v.Values),
            _ => throw RValueLimits.Failed($"A {value.GetType().Name} cannot be sent to R."),
        };
        if (value.Attributes.Count == 0 || copy == constants.Nil)
        {
            return copy;
        }

        var before = RProtection.Count;
        RProtection.Add(copy);
        try
        {
            return setAttributes(copy, RProtection.Add(WriteNamed(value.Attributes)));
        }
        finally
        {
            RProtection.Restore(before);
        }
    }

    internal nint Write(ReadOnlySpan<double> values)
    {
        var vector = Allocate(RType.Real, "double", values.Length, sizeof(double));
        values.CopyTo(new Span<double>(RNative.REAL(vector), values.Length));
        return vector;
    }

    internal nint Write(ReadOnlySpan<int> values, uint type)
    {
        var vector = type == RType.Integer
            ? Allocate(RType.Integer, "integer", values.Length, sizeof(int))
            : Allocate(RType.Logical, "logical", values.Length, sizeof(int));
        var target = type == RType.Integer ? RNative.INTEGER(vector) : RNative.LOGICAL(vector);
        values.CopyTo(new Span<int>(target, values.Length));
        return vector;
    }

    internal nint Write(ReadOnlySpan<bool?> values)
    {
        var vector = Allocate(RType.Logical, "logical", values.Length, sizeof(int));
        var target = RNative.LOGICAL(vector);
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = values[i] switch { null => Data.Na.Integer, true => 1, false => 0 };
        }

        return vector;
    }

    internal nint Write(ReadOnlySpan<string?> values)
    {
        var vector = RProtection.Add(Allocate(RType.Text, "character", values.Length, sizeof(nint)));
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                RNative.SET_STRING_ELT(vector, i, Text(values[i]));
            }
        }
        finally
        {
            RProtection.Remove(1);
        }

        return vector;
    }

    /// <summary>A list with names.</summary>
    internal nint WriteNamed(IReadOnlyDictionary<string, RValue> values)
    {
        var list = RProtection.Add(Write([.. values.Values]));
        try
        {
            var names = RProtection.Add(Write(values.Keys.ToArray().AsSpan<string?>()));
            var result = Named(list, names);
            RProtection.Remove(1);
            return result;
        }
        finally
        {
            RProtection.Remove(1);
        }
    }

    /// <summary>A list of values that live in R already, with names.</summary>
    internal nint WriteHandles(IReadOnlyList<(string Name, RHandle Value)> values)
    {
        var list = RProtection.Add(Allocate(RType.List, "list", values.Count, sizeof(nint)));
        try
        {
            for (var i = 0; i < values.Count; i++)
            {
                _ = RNative.SET_VECTOR_ELT(list, i, values[i].Value.Pointer);
            }

            var names = RProtection.Add(Write([.. values.Select(value => (string?)value.Name)]));
            var result = Named(list, names);
            RProtection.Remove(1);
            return result;
        }
        finally
        {
            RProtection.Remove(1);
        }
    }

    /// <summary>A CHARSXP.</summary>
    internal nint Text(string? text)
    {
        if (text is null)
        {
            return constants.NaString;
        }

        fixed (byte* bytes = RValueLimits.Utf8(text))
        {
            var none = default(byte);
            return RNative.Rf_mkCharLenCE(bytes is null ? &none : bytes, System.Text.Encoding.UTF8.GetByteCount(text), REncoding.Utf8);
        }
    }

    /// <summary>Puts names on a fresh list of the same length.</summary>
    private nint Named(nint list, nint names)
    {
        // Length and type are right by construction, so this cannot raise.
        _ = RNative.Rf_setAttrib(list, constants.Names, names);
        return list;
    }

    private nint Write(RValue[] values)
    {
        var list = RProtection.Add(Allocate(RType.List, "list", values.Length, sizeof(nint)));
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                _ = RNative.SET_VECTOR_ELT(list, i, Write(values[i]));
            }
        }
        finally
        {
            RProtection.Remove(1);
        }

        return list;
    }

    private nint Allocate(uint type, string mode, int length, int elementBytes) => (long)length * elementBytes < LargeBytes
        ? RNative.Rf_allocVector(type, length)
        : allocateLarge(mode, length);
}
