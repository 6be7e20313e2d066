using MetaBridge.Data;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>The R inside this process, for work with values that stay in R. R.NET's <c>REngine</c>.</summary>
/// <remarks>
/// <para>
/// <c>Evaluate</c> works in R's global environment. Members may be called from any thread; the one R thread does the work.
/// To fit many small steps under one dispatch, or to read and write R's memory without a copy, use <see cref="Run{T}(RWork{T})"/>.
/// </para>
/// <para>For plain evaluation with managed values, and for R in a child process, see <see cref="IRSession"/>.</para>
/// </remarks>
public sealed class REngine
{
    private static readonly Lock Gate = new();
    private static REngine? instance;

    private REngine(RHost host) => Host = host;

    /// <summary>What is running.</summary>
    public RSessionInfo Info => Host.Info;

    /// <summary>The global environment.</summary>
    public REnvironment GlobalEnvironment => (REnvironment)Host.RunAndWait(() => Wrap(Host.Constants.GlobalEnv));

    internal RHost Host { get; }

    /// <summary>Starts R, or gives the engine that runs.</summary>
    /// <param name="options">Where R is.</param>
    /// <exception cref="RNotFoundException">No usable R was found.</exception>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RStartFailed"/>.</exception>
    public static REngine Start(RSessionOptions? options = null)
    {
        lock (Gate)
        {
            var host = RHost.Start(options?.Home);
            return instance?.Host == host ? instance : instance = new REngine(host);
        }
    }

    /// <summary>The engine that runs; starts it if needed. R.NET's <c>GetInstance</c>.</summary>
    public static REngine GetInstance() => Start();

    /// <summary>Evaluates code in the global environment.</summary>
    /// <param name="code">R code: trusted text of the program, never text that a user typed.</param>
    /// <exception cref="RException">R raised an error or could not parse the code.</exception>
    public RHandle Evaluate(string code)
    {
        RVariables.Verify(code, null);
        return Host.RunAndWait(() => EvaluateHere(code));
    }

    /// <summary>Evaluates code in the global environment without blocking the caller.</summary>
    /// <param name="code">R code: trusted text of the program, never text that a user typed.</param>
    /// <param name="limit">Longest time it may take; null for no limit.</param>
    /// <param name="cancellation">Interrupts R.</param>
    /// <exception cref="RException">R raised an error, could not parse the code, or was interrupted.</exception>
    public Task<RHandle> EvaluateAsync(string code, TimeSpan? limit = null, CancellationToken cancellation = default)
    {
        RVariables.Verify(code, null);
        return Host.Run(() => EvaluateHere(code), limit ?? Timeout.InfiniteTimeSpan, cancellation);
    }

    /// <summary>Does work on the R thread, under one dispatch.</summary>
    /// <param name="work">The work: what it throws, the caller gets.</param>
    public T Run<T>(RWork<T> work) => Host.RunAndWait(() => work(new RContext(this)));

    /// <summary>Does work on the R thread, under one dispatch, without blocking the caller.</summary>
    /// <param name="work">The work: what it throws, the caller gets.</param>
    /// <param name="cancellation">Interrupts R.</param>
    public Task<T> RunAsync<T>(RWork<T> work, CancellationToken cancellation = default) =>
        Host.Run(() => work(new RContext(this)), Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>The value of a variable of the global environment.</summary>
    /// <exception cref="RException">There is none.</exception>
    public RHandle GetSymbol(string name)
    {
        using var environment = GlobalEnvironment;
        return environment.GetSymbol(name);
    }

    /// <summary>Binds a variable of the global environment.</summary>
    public void SetSymbol(string name, RHandle value)
    {
        using var environment = GlobalEnvironment;
        environment.SetSymbol(name, value);
    }

    /// <summary>A managed value as a value of R.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RConversionFailed"/>.</exception>
    public RHandle Create(RValue value)
    {
        RValueLimits.Verify(value);
        return Host.RunAndWait(() => Wrap(Host.Writer.Write(value)));
    }

    /// <summary>A vector of doubles.</summary>
    public NumericVector CreateNumericVector(ReadOnlyMemory<double> values) =>
        (NumericVector)Host.RunAndWait(() => Wrap(Host.Writer.Write(values.Span)));

    /// <summary>A vector of integers.</summary>
    public IntegerVector CreateIntegerVector(ReadOnlyMemory<int> values) =>
        (IntegerVector)Host.RunAndWait(() => Wrap(Host.Writer.Write(values.Span, RType.Integer)));

    /// <summary>A vector of truth values; null is NA.</summary>
    public LogicalVector CreateLogicalVector(params bool?[] values) => (LogicalVector)Create(new RLogicalVector(values));

    /// <summary>A vector of texts; null is NA.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RConversionFailed"/>: a zero character.</exception>
    public CharacterVector CreateCharacterVector(params string?[] values) => (CharacterVector)Create(new RStringVector(values));

    /// <summary>A data frame.</summary>
    public DataFrame CreateDataFrame(Dataset data) => (DataFrame)Create(data.ToDataFrame());

    /// <summary>A function of R that runs managed code. It may use this engine; what it throws becomes an R error.</summary>
    /// <param name="body">Gets the arguments by position; lives as long as the process.</param>
    public RFunction CreateFunction(Func<IReadOnlyList<RValue>, RValue> body) =>
        (RFunction)Host.RunAndWait(() => Wrap(RCallbacks.Create(Host, body)));

    /// <summary>A call that is evaluated often: arguments are values, not expressions.</summary>
    public RPreparedCall Prepare(RFunction function, params ReadOnlySpan<RHandle> arguments)
    {
        var copy = arguments.ToArray();
        return Host.RunAndWait(() => new RPreparedCall(
            this, Host.Frame.Call(function.Pointer, Array.ConvertAll(copy, argument => argument.Pointer))));
    }

    /// <summary>A handle of the fitting class. On the R thread.</summary>
    internal RHandle Wrap(nint value) => Wrap(value, null);

    internal RHandle EvaluateHere(string code) =>
        Host.Frame.Evaluate(code, null, Host.Constants.GlobalEnv, outcome => Wrap(outcome.Value, outcome));

    internal RHandle Invoke(RFunction function, IReadOnlyList<(string Name, RHandle Value)> arguments)
    {
        var list = RProtection.Add(Host.Writer.WriteHandles(arguments));
        try
        {
            return Host.Frame.Invoke(function.Pointer, list, outcome => Wrap(outcome.Value, outcome));
        }
        finally
        {
            RProtection.Remove(1);
        }
    }

    private RHandle Wrap(nint value, ROutcome? from)
    {
        var (warnings, messages, output) = (from?.Warnings ?? [], from?.Messages ?? [], from?.Output ?? "");
        return RNative.TYPEOF(value) switch
        {
            RType.Real => new NumericVector(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.Integer when Inherits(value, "factor") =>
                new Factor(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.Integer => new IntegerVector(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.Logical => new LogicalVector(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.Text => new CharacterVector(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.List when Inherits(value, "data.frame") =>
                new DataFrame(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.List => new GenericVector(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.Closure or RType.Builtin or RType.Special =>
                new RFunction(this, value) { Warnings = warnings, Messages = messages, Output = output },
            RType.Environment => new REnvironment(this, value) { Warnings = warnings, Messages = messages, Output = output },
            _ => new RHandle(this, value) { Warnings = warnings, Messages = messages, Output = output },
        };
    }

    private bool Inherits(nint value, string className) =>
        Host.Reader.Attribute(value, "class") is RStringVector names && names.Values.Contains(className);
}
