using Xunit;

namespace MetaBridge.Cli.Tests;

/// <summary>People and studies on the command line: the commands of their own, and <c>fit --spec</c>.</summary>
public sealed class IndividualCommandTests
{
    private static readonly CommandRunner WithoutR = new() { HasR = false };

    // metafor 3.8-1: rma(measure = "OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg) has tau^2 0.3378 and -0.7452 (0.1860).
    [Fact]
    public async Task Ipd_PeopleOfTheBcgTrials_GivesTheMetaAnalysisOfTheirTables()
    {
        var (exit, text, _) = await WithoutR.RunAsync(
            ["ipd", "bcg-people", "--study", "trial", "--treatment", "vaccinated", "--outcome", "ill", "--type", "binary", "--frequency", "people"]);

        Assert.Equal(0, exit);
        Assert.Contains("-0.7452  0.1860", text, StringComparison.Ordinal);
        Assert.Contains("0.3378", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ipd_RowsWithMissingValues_AreReported()
    {
        var (exit, _, error) = await WithoutR.RunAsync(["ipd", "people-trials", "--study", "trial", "--treatment", "arm", "--outcome", "bp", "--type", "continuous", "--level", "90"]);

        Assert.Equal(0, exit);
        Assert.Contains("note: row 7 was left out: missing value in 'bp'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ecological_OptionsOfTheModel_AreTaken()
    {
        string[] command = ["ecological", "dat.obrien2003", "--measure", "PLO", "--xi", "cases", "--ni", "total", "--study", "study", "--covariate", "bmi"];
        var (exit, text, _) = await WithoutR.RunAsync(command);
        var (_, other, _) = await WithoutR.RunAsync([.. command, "--method", "ML", "--test", "z", "--level", "90"]);

        Assert.Equal(0, exit);
        Assert.Contains("ecological bias", text, StringComparison.Ordinal);
        Assert.NotEqual(text, other);
    }

    [Fact]
    public async Task Fit_SpecificationOfPeople_PrintsTablesOrJson()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");
        File.WriteAllText(path, """{"family":"control-rate","effect":{"measure":"OR","ai":"tpos","bi":"tneg","ci":"cpos","di":"cneg"}}""");
        try
        {
            var (exit, text, _) = await WithoutR.RunAsync(["fit", "dat.bcg", "--spec", path]);
            var (_, json, _) = await WithoutR.RunAsync(["fit", "dat.bcg", "--spec", path, "--json"]);

            Assert.Equal(0, exit);
            Assert.Contains("control-rate:", text, StringComparison.Ordinal);
            Assert.Contains("0.7300", text, StringComparison.Ordinal);
            Assert.Contains("\"family\": \"control-rate\"", json, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
