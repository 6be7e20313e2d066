using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;
using MetaBridge.RInterop.Sessions;
using Xunit;

namespace MetaBridge.RInterop.Tests.Embedding;

/// <summary>Finding R and checking it.</summary>
public sealed class RHomeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("metabridge-home").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Search_WithoutOption_FindsR()
    {
        var search = RHome.Search();
        Assert.True(search.Home is not null, "These tests need a live R: install r-base-core, or run r-scripts/setup.sh.");
        Assert.True(File.Exists(search.Home.Library));
        Assert.Contains("R home: " + search.Home.Path, search.ToDiagnostics(), StringComparison.Ordinal);
        Assert.Null(search.Tried[^1].Problem);
    }

    [Theory]
    [InlineData("", "it has no library/base")]
    [InlineData("library/base", "it has no etc/Renviron")]
    [InlineData("library/base etc/Renviron", "it has no bin/R")]
    public void Locate_OfAnIncompleteHome_SaysWhatIsMissing(string parts, string problem)
    {
        foreach (var part in parts.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        var error = Assert.Throws<RNotFoundException>(() => RHome.Locate(folder));
        Assert.Equal(ErrorCode.RNotFound, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("not found", error.Search.ToDiagnostics(), StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_OfNoFolder_SaysSo() => Assert.Contains(
        "no such folder", Assert.Throws<RNotFoundException>(() => RHome.Locate("/no/such/folder")).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_WithABadHome_IsNotFound_InEveryMode()
    {
        foreach (var mode in Enum.GetValues<RSessionMode>())
        {
            Assert.Throws<RNotFoundException>(() => RSession.Open(new RSessionOptions { Mode = mode, Home = folder }));
        }
    }

    [Fact]
    public void EntryPoints_AreCheckedBeforeRStarts()
    {
        var libc = System.Runtime.InteropServices.NativeLibrary.Load("libc.so.6");
        Assert.StartsWith("R", RStart.MissingEntryPoint(libc), StringComparison.Ordinal);
        var libR = System.Runtime.InteropServices.NativeLibrary.Load(RHome.Locate().Library!);
        Assert.Null(RStart.MissingEntryPoint(libR));
    }

    [Fact]
    public void Load_WithoutSharedLibrary_PointsToTheChildProcess()
    {
        var error = Assert.Throws<MetaBridgeException>(() => RStart.Load(new RHome(folder, null, "test")));
        Assert.Equal(ErrorCode.RStartFailed, error.Code);
        Assert.Contains("child process", error.Message, StringComparison.Ordinal);
    }
}
