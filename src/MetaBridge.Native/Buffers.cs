using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Checks of what the caller handed over, before anything is read through it.</summary>
internal static unsafe class Buffers
{
    /// <summary>A structure that must be given and have the size this library was built with.</summary>
    public static void RequireStructure(void* pointer, int actualSize, int expectedSize, string name)
    {
        if (pointer is null)
        {
            throw Invalid($"'{name}' is a null pointer.", name);
        }

        if (actualSize != expectedSize)
        {
            throw new MetaBridgeException(
                ErrorCode.AbiMismatch,
                $"'{name}' says that it has {actualSize} bytes; this library expects {expectedSize}.",
                new Dictionary<string, object?> { ["argument"] = name, ["size"] = actualSize, ["expected"] = expectedSize });
        }
    }

    /// <summary>A count between the limits.</summary>
    public static int RequireCount(int value, int least, string name) => value >= least
        ? value
        : throw Invalid($"'{name}' is {value}, but must be at least {least}.", name);

    /// <summary>An array that must be given.</summary>
    public static Span<T> Require<T>(T* pointer, int length, string name)
        where T : unmanaged =>
        pointer is not null ? new Span<T>(pointer, length) : throw Invalid($"The array '{name}' is a null pointer.", name);

    /// <summary>An array that may be absent; empty then.</summary>
    public static ReadOnlySpan<T> Optional<T>(T* pointer, int length)
        where T : unmanaged => pointer is null ? default : new ReadOnlySpan<T>(pointer, length);

    private static MetaBridgeException Invalid(string message, string argument) => new(
        ErrorCode.InvalidHandle, message, new Dictionary<string, object?> { ["argument"] = argument });
}
