using MetaBridge.Bayes;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>README and docs/bayes.md show what the engine prints.</summary>
public class BayesReadmeTests
{
    [Fact]
    public void Readme_ShowsBothTables()
    {
        var readme = File.ReadAllText(Path.Combine(Goldens.Folder, "..", "README.md"));
        Assert.Contains($"```\n{BayesText.Summary(SchoolCalendar.Fit)}\n{BayesText.Heterogeneity(SchoolCalendar.Fit)}```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_ShowsTheEstimates()
    {
        var page = File.ReadAllText(Path.Combine(Goldens.Folder, "..", "docs", "bayes.md"));
        Assert.All(BayesText.Summary(SchoolCalendar.Fit).Split('\n'), line => Assert.Contains(line, page, StringComparison.Ordinal));
    }
}
