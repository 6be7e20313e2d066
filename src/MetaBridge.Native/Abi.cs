namespace MetaBridge.Native;

/// <summary>The version of the C interface.</summary>
internal static class Abi
{
    /// <summary>Equal to <c>MB_ABI_VERSION</c> of metabridge.h; a test compares the two.</summary>
    public const int Version = 5;
}
