using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>What this library has on R's protection stack. On the R thread.</summary>
/// <remarks>
/// R ends the process when that stack overflows outside of a frame that catches errors. So the entries are counted, too many are an
/// exception here, and whatever an exception left behind is taken off where the work began.
/// </remarks>
internal static class RProtection
{
    // R's stack has 50,000 entries; the rest is for R itself.
    internal const int Most = 20_000;

    private const int Reserve = 100;

    private static int limit = Most;

    /// <summary>Number of entries now: what <see cref="Restore"/> goes back to.</summary>
    internal static int Count { get; private set; }

    /// <summary>Protects a value.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.RConversionFailed"/>: too many entries.</exception>
    internal static nint Add(nint value)
    {
        if (Count >= limit)
        {
            throw RValueLimits.Failed($"More than {Most} values of R are in use at once: calls or values are nested too deeply.");
        }

        Count++;
        return RNative.Rf_protect(value);
    }

    /// <summary>Takes the newest entries off.</summary>
    internal static void Remove(int count)
    {
        Count -= count;
        RNative.Rf_unprotect(count);
    }

    /// <summary>Does what must work even with no entries left: telling R about a failure.</summary>
    internal static T FromReserve<T>(Func<T> work)
    {
        limit = Most + Reserve;
        try
        {
            return work();
        }
        finally
        {
            limit = Most;
        }
    }

    /// <summary>Takes off what was added since a count was read.</summary>
    internal static void Restore(int count)
    {
        if (Count > count)
        {
            Remove(Count - count);
        }
    }
}
