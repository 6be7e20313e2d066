using Xunit;

namespace MetaBridge.Native.Tests;

/// <summary>The R package's <c>configure</c> outside the repository, as an unpacked source archive sees it.</summary>
public sealed class ConfigureTests : IDisposable
{
    private readonly string work = Directory.CreateTempSubdirectory("metabridge-configure-").FullName;

    public ConfigureTests()
    {
        Directory.CreateDirectory(Path.Combine(work, "src"));
        File.Copy(Repository.PathOf("r-scripts", "metabridge", "configure"), Path.Combine(work, "configure"));
    }

    private string Target => Path.Combine(work, "inst", "native", "libmetabridge.so");

    public void Dispose() => Directory.Delete(work, recursive: true);

    [Fact]
    public void Configure_WithoutAnEngine_SaysWhatToDo()
    {
        var (exitCode, output) = Configure(string.Empty);
        Assert.Equal(1, exitCode);
        Assert.Contains("no engine found", output, StringComparison.Ordinal);
        Assert.Contains("METABRIDGE_LIB", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void Configure_WithAMissingLibrary_NamesIt()
    {
        var (exitCode, output) = Configure(Path.Combine(work, "nowhere.so"));
        Assert.Equal(1, exitCode);
        Assert.Contains("nowhere.so', which does not exist", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Configure_WithALibrary_TakesIt()
    {
        var library = Path.Combine(work, "prebuilt library.so");
        File.WriteAllText(library, "engine");
        Assert.Equal(0, Configure(library).ExitCode);
        Assert.Equal("engine", File.ReadAllText(Target));

        // A library that an earlier run has left serves the next one.
        Assert.Equal(0, Configure(string.Empty).ExitCode);
    }

    private (int ExitCode, string Output) Configure(string library) =>
        Repository.Run("env", work, $"METABRIDGE_LIB={library}", "sh", "configure");
}
