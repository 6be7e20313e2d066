using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Asks the caller now and then whether to go on.</summary>
/// <param name="function">The caller's function, or null.</param>
internal readonly unsafe struct Poll(delegate* unmanaged[Cdecl]<int> function)
{
    private readonly delegate* unmanaged[Cdecl]<int> function = function;

    /// <summary>Whether there is anybody to ask.</summary>
    public bool CanCancel => function is not null;

    /// <summary>Whether the caller wants to stop.</summary>
    public bool IsCancelled() => function is not null && function() != 0;

    /// <summary>Throws when the caller wants to stop.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.Cancelled"/>.</exception>
    public void ThrowIfCancelled()
    {
        if (IsCancelled())
        {
            throw Cancelled();
        }
    }

    /// <summary>What is thrown then.</summary>
    public static MetaBridgeException Cancelled() => new(ErrorCode.Cancelled, "The work was cancelled by the caller.");
}
