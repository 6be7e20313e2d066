using Xunit;

namespace MetaBridge.RInterop.Tests.Support;

/// <summary>
/// Tests that change what the one R of this process has only once (its sinks), or that measure time: they run when no other test does.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "alone";
}
