using System.Runtime.CompilerServices;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>The models of the family's own fixtures, one folder up.</summary>
internal static class RecordedModel
{
    public static Fixture Load(string id, [CallerFilePath] string here = "") =>
        Fixture.Load(id, Path.GetDirectoryName(here)!);
}
