namespace MetaBridge.Architecture.Tests;

/// <summary>Files stay short enough to be read in one go.</summary>
public sealed class SourceFileTests
{
    private const int MostLines = 400;

    /// <summary>Longer files, each with the reason.</summary>
    private static readonly Dictionary<string, string> Longer = [];

    [Fact]
    public void SourceFile_InAnyRoom_IsShortOrListedWithAReason() => Assert.Empty(
        TooLong(Repository.Files("src", "*.cs").Select(path => (path, Repository.Lines(path).Length))).Except(Longer.Keys));

    [Fact]
    public void Exceptions_ListedHere_AreStillNeeded() => Assert.All(
        Longer.Keys, path => Assert.True(Repository.Lines(path).Length > MostLines, $"{path} is short now."));

    [Fact]
    public void TooLong_LongFile_IsFound() => Assert.Equal(["b.cs"], TooLong([("a.cs", 400), ("b.cs", 401)]));

    [Fact]
    public void SourceFiles_OfTheCore_AreSeen() => Assert.Contains("src/MetaBridge/MetaAnalysis.cs", Repository.Files("src", "*.cs"));

    private static IEnumerable<string> TooLong(IEnumerable<(string Path, int Lines)> files) =>
        files.Where(file => file.Lines > MostLines).Select(file => file.Path);
}
