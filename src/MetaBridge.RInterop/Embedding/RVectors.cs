using MetaBridge.Data;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>A vector of one type of element. Ranges such as <c>1:1e9</c> are read piecewise, never written out by R.</summary>
/// <typeparam name="T">The element; null is NA where the type allows, otherwise see <see cref="Na"/>.</typeparam>
public abstract class AtomicVector<T> : RHandle
{
    private protected AtomicVector(REngine engine, nint value)
        : base(engine, value)
    {
    }

    /// <summary>One element, counted from 0.</summary>
    public T this[long index]
    {
        get
        {
            var one = new T[1];
            CopyTo(index, one);
            return one[0];
        }
    }

    /// <summary>All elements.</summary>
    public T[] ToArray() => Engine.Host.RunAndWait(() =>
    {
        var values = new T[ValueReader.Length(Pointer)];
        Region(Pointer, 0, values);
        return values;
    });

    /// <summary>Copies elements from a start, counted from 0, until the buffer is full.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vector ends before.</exception>
    public void CopyTo(long start, Memory<T> buffer) => Engine.Host.RunAndWait(() =>
    {
        var length = RNative.Rf_xlength(Pointer);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, length - buffer.Length);
        Region(Pointer, (nint)start, buffer.Span);
        return true;
    });

    private protected abstract void Region(nint vector, nint start, Span<T> buffer);
}

/// <summary>A vector of doubles. R.NET's <c>NumericVector</c>.</summary>
public sealed class NumericVector : AtomicVector<double>
{
    internal NumericVector(REngine engine, nint value)
        : base(engine, value)
    {
    }

    private protected override unsafe void Region(nint vector, nint start, Span<double> buffer)
    {
        fixed (double* first = buffer)
        {
            _ = RNative.REAL_GET_REGION(vector, start, buffer.Length, first);
        }
    }
}

/// <summary>A vector of integers; <see cref="Na.Integer"/> is NA. R.NET's <c>IntegerVector</c>.</summary>
public sealed class IntegerVector : AtomicVector<int>
{
    internal IntegerVector(REngine engine, nint value)
        : base(engine, value)
    {
    }

    private protected override unsafe void Region(nint vector, nint start, Span<int> buffer)
    {
        fixed (int* first = buffer)
        {
            _ = RNative.INTEGER_GET_REGION(vector, start, buffer.Length, first);
        }
    }
}

/// <summary>A vector of truth values with three states. R.NET's <c>LogicalVector</c>, which reads NA as true.</summary>
public sealed class LogicalVector : AtomicVector<bool?>
{
    internal LogicalVector(REngine engine, nint value)
        : base(engine, value)
    {
    }

    private protected override void Region(nint vector, nint start, Span<bool?> buffer) =>
        ValueReader.Logicals(vector, start, buffer);
}

/// <summary>A vector of texts; null is NA. R.NET's <c>CharacterVector</c>.</summary>
public sealed class CharacterVector : AtomicVector<string?>
{
    internal CharacterVector(REngine engine, nint value)
        : base(engine, value)
    {
    }

    private protected override void Region(nint vector, nint start, Span<string?> buffer) =>
        Engine.Host.Reader.Strings(vector, start, buffer);
}

/// <summary>A vector of categories. R.NET's <c>Factor</c>.</summary>
public sealed class Factor : AtomicVector<string?>
{
    internal Factor(REngine engine, nint value)
        : base(engine, value)
    {
    }

    /// <summary>The categories, in their order.</summary>
    public IReadOnlyList<string?> Levels => (Attribute("levels") as RStringVector)?.Values ?? [];

    /// <summary>Whether the order of the levels means something.</summary>
    public bool IsOrdered => Attribute("class") is RStringVector names && names.Values.Contains("ordered");

    /// <summary>The numbers of the levels, counted from 1; <see cref="Na.Integer"/> is NA.</summary>
    public int[] ToCodes() => Engine.Host.RunAndWait(() => ValueReader.Integers(Pointer));

    private protected override void Region(nint vector, nint start, Span<string?> buffer)
    {
        var levels = Levels;
        var codes = ValueReader.Integers(vector).AsSpan((int)start, buffer.Length);
        for (var i = 0; i < buffer.Length; i++)
        {
            buffer[i] = codes[i] == Na.Integer ? null : levels[codes[i] - 1];
        }
    }
}

/// <summary>A list. R.NET's <c>GenericVector</c>.</summary>
public class GenericVector : RHandle
{
    internal GenericVector(REngine engine, nint value)
        : base(engine, value)
    {
    }

    /// <summary>An element, counted from 0.</summary>
    public RHandle this[int index] => Engine.Host.RunAndWait(() =>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, RNative.Rf_xlength(Pointer));
        return Engine.Wrap(RNative.VECTOR_ELT(Pointer, index));
    });

    /// <summary>The first element of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public RHandle this[string name]
    {
        get
        {
            var index = Names?.ToList().IndexOf(name) ?? -1;
            return index >= 0 ? this[index] : throw new KeyNotFoundException($"The list has no element '{name}'.");
        }
    }
}

/// <summary>A data frame. R.NET's <c>DataFrame</c>.</summary>
public sealed class DataFrame : GenericVector
{
    internal DataFrame(REngine engine, nint value)
        : base(engine, value)
    {
    }

    /// <summary>A managed copy as a dataset of that name.</summary>
    public Dataset ToDataset(string name) => ToValue().ToDataset(name);
}
