using MetaBridge.RInterop.Sessions;

namespace MetaBridge.RInterop.Embedding;

/// <summary>A function of R. R.NET's <c>Function</c>.</summary>
public sealed class RFunction : RHandle
{
    internal RFunction(REngine engine, nint value)
        : base(engine, value)
    {
    }

    /// <summary>Calls the function.</summary>
    /// <param name="arguments">Arguments by position.</param>
    /// <exception cref="RException">The function raised an error.</exception>
    public RHandle Invoke(params ReadOnlySpan<RHandle> arguments)
    {
        var copy = arguments.ToArray();
        return Engine.Host.RunAndWait(() => Engine.Invoke(this, Unnamed(copy)));
    }

    /// <summary>Calls the function.</summary>
    /// <param name="arguments">Arguments with their names; an empty name for one by position.</param>
    /// <exception cref="RException">The function raised an error.</exception>
    public RHandle InvokeNamed(params ReadOnlySpan<(string Name, RHandle Value)> arguments)
    {
        var copy = arguments.ToArray();
        return Engine.Host.RunAndWait(() => Engine.Invoke(this, copy));
    }

    /// <summary>Calls the function without blocking the caller.</summary>
    /// <param name="arguments">Arguments with their names; an empty name for one by position.</param>
    /// <param name="cancellation">Interrupts the call.</param>
    public Task<RHandle> InvokeAsync(
        IReadOnlyList<(string Name, RHandle Value)> arguments, CancellationToken cancellation = default) =>
        Engine.Host.Run(() => Engine.Invoke(this, arguments), Timeout.InfiniteTimeSpan, cancellation);

    private static (string Name, RHandle Value)[] Unnamed(RHandle[] arguments) =>
        Array.ConvertAll(arguments, argument => ("", argument));
}

/// <summary>A call with its arguments, built once and evaluated often: by <see cref="RContext.Evaluate(RPreparedCall)"/>.</summary>
public sealed class RPreparedCall : RHandle
{
    internal RPreparedCall(REngine engine, nint value)
        : base(engine, value)
    {
    }
}

/// <summary>An environment of R. R.NET's <c>REnvironment</c>.</summary>
public sealed class REnvironment : RHandle
{
    internal REnvironment(REngine engine, nint value)
        : base(engine, value)
    {
    }

    /// <summary>The value of a variable here, or in an environment around this one.</summary>
    /// <exception cref="RException">There is none.</exception>
    public RHandle GetSymbol(string name) => Engine.Host.RunAndWait(() =>
    {
        var frame = Engine.Host.Frame;
        var text = RProtection.Add(frame.Text(name));
        try
        {
            return Engine.Wrap(frame.Try(frame.Call(frame.Symbol("get"), text, Pointer)));
        }
        finally
        {
            RProtection.Remove(1);
        }
    });

    /// <summary>Binds a variable here.</summary>
    public void SetSymbol(string name, RHandle value) => Engine.Host.RunAndWait(() =>
    {
        var frame = Engine.Host.Frame;
        var text = RProtection.Add(frame.Text(name));
        var quoted = RProtection.Add(frame.Quoted(value.Pointer));
        try
        {
            return frame.Try(frame.Call(frame.Symbol("assign"), text, quoted, Pointer));
        }
        finally
        {
            RProtection.Remove(2);
        }
    });
}
