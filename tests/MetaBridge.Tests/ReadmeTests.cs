using System.Runtime.CompilerServices;
using MetaBridge.Data;
using MetaBridge.Reporting;
using MetaBridge.Specs;

namespace MetaBridge.Tests;

/// <summary>README's C# example compiles, runs and prints what README shows.</summary>
public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root(), "README.md"));

    [Fact]
    public void CSharpExample_Run_PrintsWhatReadmeShows()
    {
        var trials = Dataset.ReadJson(Path.Combine(Root(), "golden", "datasets", "dat.bcg.json"));

        // README
        var spec = new UnivariateSpec
        {
            Effect = new EffectSpec { Measure = EffectMeasure.RiskRatio, Ai = "tpos", Bi = "tneg", Ci = "cpos", Di = "cneg" },
            Moderators = "~ ablat + year",
            Test = CoefficientTest.KnappHartung,
        };
        var fit = MetaAnalysis.Fit(spec, trials);
        var text = fit.ToText();
        var line = $"tau2 = {fit.TauSquared.Value}, optimum: {fit.TauSquared.Optimality}";

        // end README
        var table = text.Split("\n---")[0].Trim();
        Assert.Contains(table, Readme, StringComparison.Ordinal);
        Assert.EndsWith("optimum: Proven", line, StringComparison.Ordinal);
    }

    [Fact]
    public void CSharpExample_InReadme_IsTheOneThatIsTested()
    {
        var block = Readme.Split("```csharp\n")[1].Split("```")[0];
        var tested = File.ReadAllText(ThisFile());
        var statements = block.Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 1 && !line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains("ReadCsv", StringComparison.Ordinal))
            .Select(line => line.Replace("Console.WriteLine(", "", StringComparison.Ordinal).Replace(");", "", StringComparison.Ordinal));

        Assert.All(statements, statement => Assert.Contains(statement, tested, StringComparison.Ordinal));
    }

    private static string ThisFile([CallerFilePath] string path = "") => File.Exists(path)
        ? path
        : Path.Combine(Root(), "tests", "MetaBridge.Tests", "ReadmeTests.cs");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MetaBridge.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("MetaBridge.sln was not found above the tests.");
        }

        return folder.FullName;
    }
}
