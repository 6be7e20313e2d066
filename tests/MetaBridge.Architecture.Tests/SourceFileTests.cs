using System.Text.RegularExpressions;

namespace MetaBridge.Architecture.Tests;

/// <summary>Files stay short enough to be read in one go.</summary>
public sealed partial class SourceFileTests
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

    [Fact]
    public void Functions_OfTheRPackage_HaveNamesOfTheirOwn() => Assert.Empty(
        Twice(Repository.Files("r-scripts/metabridge/R", "*.R").SelectMany(Repository.Lines)));

    [Fact]
    public void Twice_NameOfTwoFunctions_IsFound() => Assert.Equal(["a.b"], Twice(["a.b <- function(x) 1", "c <- function() 2", "a.b<-function() 3"]));

    // R takes the last definition and says nothing.
    private static IEnumerable<string> Twice(IEnumerable<string> lines) => lines
        .Select(line => Definition().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)
        .GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);

    [GeneratedRegex(@"^([A-Za-z_.][\w.]*) *<- *function\b")]
    private static partial Regex Definition();

    private static IEnumerable<string> TooLong(IEnumerable<(string Path, int Lines)> files) =>
        files.Where(file => file.Lines > MostLines).Select(file => file.Path);
}
