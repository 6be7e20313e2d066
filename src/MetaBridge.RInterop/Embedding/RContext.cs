using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Work on the R thread, with direct access to R's memory.</summary>
/// <typeparam name="T">What it gives.</typeparam>
/// <param name="context">R, for the time of the call: it can't be kept, and neither can the spans that it gives.</param>
public delegate T RWork<out T>(RContext context);

/// <summary>R as seen from its own thread; exists only inside <see cref="REngine.Run{T}(RWork{T})"/>.</summary>
/// <remarks>Many operations here cost one dispatch together. Spans point into R's memory and are valid until the work returns.</remarks>
public readonly ref struct RContext
{
    // A range that R keeps as two numbers is written out for a span only up to this many elements (8 MB of doubles).
    private const long LargestWrittenOut = 1 << 20;

    private const int OwnReferences = 1; // the one that the handle itself holds

    private readonly REngine engine;

    internal RContext(REngine engine) => this.engine = engine;

    /// <summary>Evaluates code in the global environment.</summary>
    /// <exception cref="RException">R raised an error.</exception>
    public RHandle Evaluate(string code) => engine.EvaluateHere(code);

    /// <summary>Evaluates a prepared call; its warnings are not collected.</summary>
    /// <exception cref="RException">R raised an error.</exception>
    public RHandle Evaluate(RPreparedCall call) => engine.Wrap(engine.Host.Frame.TryPrepared(call.Pointer));

    /// <summary>Evaluates a prepared call whose value is one number, without a handle; its warnings are not collected.</summary>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.RConversionFailed"/>: the value is not one number.
    /// </exception>
    public unsafe double EvaluateNumber(RPreparedCall call)
    {
        var value = engine.Host.Frame.TryPrepared(call.Pointer);
        if (RNative.TYPEOF(value) != RType.Real || RNative.Rf_xlength(value) != 1)
        {
            throw RValueLimits.Failed("The prepared call did not give one double.");
        }

        double number;
        _ = RNative.REAL_GET_REGION(value, 0, 1, &number);
        return number;
    }

    /// <summary>The elements in R's memory.</summary>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.RConversionFailed"/>: a range too long to be written out; use <c>CopyTo</c>.
    /// </exception>
    public unsafe ReadOnlySpan<double> AsSpan(NumericVector vector)
    {
        var length = Directly(vector);
        return length == 0 ? [] : new ReadOnlySpan<double>(RNative.REAL(vector.Pointer), length);
    }

    /// <inheritdoc cref="AsSpan(NumericVector)"/>
    public unsafe ReadOnlySpan<int> AsSpan(IntegerVector vector)
    {
        var length = Directly(vector);
        return length == 0 ? [] : new ReadOnlySpan<int>(RNative.INTEGER(vector.Pointer), length);
    }

    /// <summary>The elements in R's memory: 0, 1 and <see cref="Data.Na.Integer"/>.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RConversionFailed"/>, as above.</exception>
    public unsafe ReadOnlySpan<int> AsSpan(LogicalVector vector)
    {
        var length = Directly(vector);
        return length == 0 ? [] : new ReadOnlySpan<int>(RNative.LOGICAL(vector.Pointer), length);
    }

    /// <summary>The elements in R's memory, to be changed in place.</summary>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.RConversionFailed"/>: R shares the vector with a variable, whose value would change too.
    /// </exception>
    public unsafe Span<double> AsWritableSpan(NumericVector vector)
    {
        var length = Writable(vector);
        return length == 0 ? [] : new Span<double>(RNative.REAL(vector.Pointer), length);
    }

    /// <inheritdoc cref="AsWritableSpan(NumericVector)"/>
    public unsafe Span<int> AsWritableSpan(IntegerVector vector)
    {
        var length = Writable(vector);
        return length == 0 ? [] : new Span<int>(RNative.INTEGER(vector.Pointer), length);
    }

    private int Writable(RHandle vector) => RNative.NAMED(vector.Pointer) <= OwnReferences
        ? Directly(vector)
        : throw RValueLimits.Failed("R shares this vector with something else; change a copy.");

    private unsafe int Directly(RHandle vector)
    {
        engine.Host.Thread.Assert();
        var length = ValueReader.Length(vector.Pointer);
        var isWrittenOut = RNative.ALTREP(vector.Pointer) == 0 || RNative.DATAPTR_OR_NULL(vector.Pointer) != null;
        return isWrittenOut || length <= LargestWrittenOut ? length : throw RValueLimits.Failed(
            $"The vector is a range of {length} elements that R does not keep in memory; read parts of it with CopyTo.");
    }
}
