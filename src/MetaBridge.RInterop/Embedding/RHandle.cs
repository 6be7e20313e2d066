using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>A value that lives in R, kept alive until the handle is disposed or collected. R.NET's <c>SymbolicExpression</c>.</summary>
/// <remarks>
/// Any thread may use a handle: its members do their work on the R thread. Values of a kind without a class of its own (NULL, a
/// formula, a call) come as this base class.
/// </remarks>
public class RHandle : IDisposable
{
    private readonly nint cell;
    private readonly nint pointer;
    private int isReleased;

    internal RHandle(REngine engine, nint value)
    {
        Engine = engine;
        pointer = value;
        cell = engine.Host.Precious.Add(value);
    }

    /// <summary>Gives the value back to R, if nobody did before.</summary>
    ~RHandle() => Release();

    /// <summary>The engine that the value lives in.</summary>
    public REngine Engine { get; }

    /// <summary>R's <c>typeof</c>.</summary>
    public string TypeName => Engine.Host.RunAndWait(() => Engine.Host.Frame.TypeName(Pointer));

    /// <summary>Number of elements.</summary>
    public virtual long Length => Engine.Host.RunAndWait(() => (long)RNative.Rf_xlength(Pointer));

    /// <summary>The <c>names</c>, or null.</summary>
    public IReadOnlyList<string?>? Names => Attribute("names") is RStringVector names ? names.Values : null;

    /// <summary>Warnings of the evaluation that gave this value.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>Messages of the evaluation that gave this value.</summary>
    public IReadOnlyList<string> Messages { get; internal init; } = [];

    /// <summary>What the evaluation that gave this value printed.</summary>
    public string Output { get; internal init; } = "";

    /// <summary>The address in R. Only for the R thread.</summary>
    internal nint Pointer
    {
        get
        {
            Engine.Host.Thread.Assert();
            ObjectDisposedException.ThrowIf(isReleased != 0, this);
            return pointer;
        }
    }

    /// <summary>A managed copy with all attributes.</summary>
    public RValue ToValue() => Engine.Host.RunAndWait(() => Engine.Host.Reader.Read(Pointer));

    /// <summary>A managed copy with all attributes.</summary>
    /// <param name="cancellation">Drops the request while it waits.</param>
    public Task<RValue> ToValueAsync(CancellationToken cancellation = default) =>
        Engine.Host.Run(() => Engine.Host.Reader.Read(Pointer), Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>A copy of an attribute, or null.</summary>
    public RValue? Attribute(string name) => Engine.Host.RunAndWait(() => Engine.Host.Reader.Attribute(Pointer, name));

    /// <summary>Releases the value in R.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        // A finalizer runs on its own thread: it only leaves a note for the R thread. A constructor that failed left no cell.
        if (cell != 0 && Interlocked.Exchange(ref isReleased, 1) == 0)
        {
            Engine.Host.QueueRelease(cell);
        }
    }
}
