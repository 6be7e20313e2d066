using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

public class BayesPredictionTests
{
    private static readonly string[] Kinds = ["a", "b", "c"];

    private static readonly Dataset Data = new(
        "coded",
        [
            .. SchoolCalendar.Data.Columns,
            new TextColumn("kind", [.. Enumerable.Range(0, 56).Select(i => Kinds[i % 3])]),
            new FactorColumn("group", [.. Enumerable.Range(0, 56).Select(i => i % 3)], ["x", "y", "z"]),
        ]);

    /// <summary>Predicting the studies' own moderators is what the fit already knows.</summary>
    [Theory]
    [InlineData("~ year", null, FactorContrast.Treatment)]
    [InlineData("~ year + kind", null, FactorContrast.Treatment)]
    [InlineData("~ I(year - 1990)", "~ year", FactorContrast.Treatment)]
    [InlineData("~ group", null, FactorContrast.MeanDifference)]
    [InlineData(null, "~ year", FactorContrast.Treatment)]
    public void PredictAt_OwnRows_IsPredictStudies(string? mods, string? scale, FactorContrast contrast)
    {
        var spec = SchoolCalendar.Spec with { ClusterColumn = null, Moderators = mods, ScaleModerators = scale, FactorContrast = contrast };
        var posterior = BayesEngine.Fit(spec, Data).Posterior!;
        int[] rows = [0, 7, 20, 55];
        foreach (var kind in Enum.GetValues<PredictionKind>())
        {
            var expected = posterior.PredictStudies(kind);
            var actual = posterior.PredictAt(Data.Take(rows), kind, [.. rows.Select(row => posterior.Problem.Input.Variances[row])]);
            for (var i = 0; i < rows.Length; i++)
            {
                AssertSame(expected[rows[i]], actual[i]);
            }
        }
    }

    [Fact]
    public void PredictAt_BetweenAndBeyondTheData_IsLinear()
    {
        var posterior = BayesEngine.Fit(SchoolCalendar.Spec with { Moderators = "~ year" }, SchoolCalendar.Data).Posterior!;
        var rows = posterior.PredictAt(new Dataset("new", [new NumberColumn("year", [0, 1, 2050])]), PredictionKind.Average);
        var (intercept, slope) = (posterior.Summarize("intercept"), posterior.Summarize("year"));
        AssertSame(intercept, rows[0]);
        Assert.Equal(intercept.Mean.Value + slope.Mean.Value, rows[1].Mean.Value, 1e-9);
        Assert.Equal(intercept.Mean.Value + (2050 * slope.Mean.Value), rows[2].Mean.Value, 1e-8);
    }

    [Fact]
    public void PredictAt_NewStudy_AddsTheHeterogeneityOfItsScale()
    {
        var posterior = BayesEngine.Fit(SchoolCalendar.Spec with { ClusterColumn = null, ScaleModerators = "~ year" }, SchoolCalendar.Data).Posterior!;
        var rows = posterior.PredictAt(new Dataset("new", [new NumberColumn("year", [1976, 2000])]), PredictionKind.NewStudy);
        var slope = posterior.Summarize("log(tau): year").Mean.Value;
        Assert.Equal(slope > 0, rows[1].Sd.Value > rows[0].Sd.Value);
        Assert.Equal(rows[0].Mean.Value, rows[1].Mean.Value, 1e-10);
    }

    [Theory]
    [InlineData("~ group", "group", "w", ErrorCode.UnknownName)]
    [InlineData("~ kind", "kind", "d", ErrorCode.UnknownName)]
    [InlineData("~ kind", "kind", null, ErrorCode.NonFiniteValue)]
    [InlineData("~ kind", "sort", "a", ErrorCode.MissingColumn)]
    [InlineData("~ year", "year", "recent", ErrorCode.WrongColumnType)]
    public void PredictAt_UnusableRows_AreNamed(string mods, string column, string? value, ErrorCode code)
    {
        var posterior = BayesEngine.Fit(SchoolCalendar.Spec with { ClusterColumn = null, Moderators = mods }, Data).Posterior!;
        var error = Assert.Throws<MetaBridgeException>(() => posterior.PredictAt(new Dataset("new", [new TextColumn(column, [value])]), PredictionKind.Average));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void PriorDensity_OfModerators_IsOnTheScaleOfTheData()
    {
        var posterior = BayesEngine.Fit(SchoolCalendar.Spec with { Moderators = "~ year" }, SchoolCalendar.Data).Posterior!;
        var years = SchoolCalendar.Data["year"].ToNumbers();
        var (mean, sd) = (years.Average(), Math.Sqrt(years.Sum(x => Math.Pow(x - years.Average(), 2)) / 55));
        // N(0, √2/4) on the standardised year; the intercept is b0 − b1 mean/sd.
        static double Normal(double x, double s) => Math.Exp(-0.5 * x * x / (s * s)) / (s * Math.Sqrt(2 * Math.PI));
        Assert.Equal(Normal(0.01, Math.Sqrt(2) / 4 / sd), posterior.PriorDensity("year", 0.01), 1e-9);
        Assert.Equal(Normal(3, Math.Sqrt(0.5 + (0.125 * mean * mean / (sd * sd)))), posterior.PriorDensity("intercept", 3), 1e-12);
        Assert.False(posterior.HasPriorDensity("I2"));
        Assert.Throws<MetaBridgeException>(() => posterior.PriorDensity("I2", 50));
    }

    private static void AssertSame(PosteriorRow expected, PosteriorRow actual)
    {
        double[] a = [expected.Mean.Value, expected.Sd.Value, expected.Lower.Value, expected.Median.Value, expected.Upper.Value];
        double[] b = [actual.Mean.Value, actual.Sd.Value, actual.Lower.Value, actual.Median.Value, actual.Upper.Value];
        Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-8 * Math.Max(1, Math.Abs(pair.First))));
    }
}
