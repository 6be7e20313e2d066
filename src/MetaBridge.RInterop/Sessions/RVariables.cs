using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Sessions;

/// <summary>Checks on the caller's thread what is about to go to R.</summary>
internal static class RVariables
{
    internal static void Verify(string code, IReadOnlyDictionary<string, RValue>? variables)
    {
        _ = RValueLimits.Utf8(code);
        foreach (var (name, value) in variables ?? new Dictionary<string, RValue>())
        {
            _ = RValueLimits.Name(name);
            RValueLimits.Verify(value);
        }
    }
}
