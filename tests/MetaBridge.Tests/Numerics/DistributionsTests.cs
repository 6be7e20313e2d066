using System.Text.Json;
using MetaBridge.Numerics;

namespace MetaBridge.Tests.Numerics;

/// <summary>Tails and quantiles against R's (distributions.json, made by r-scripts/fixtures/distributions.R).</summary>
public class DistributionsTests
{
    private const double Tolerance = 1e-12;

    /// <summary>Below this R and we both lose digits to denormal numbers.</summary>
    private const double SmallestChecked = 1e-300;

    private static readonly JsonElement Recorded = Fixtures.Load("distributions.json");

    [Fact]
    public void NormalTwoSided_AgreesWithR() =>
        Check("normal", "two", row => Distributions.NormalTwoSided(row("z")));

    [Fact]
    public void NormalUpperQuantile_AgreesWithR() =>
        Check("normalq", "z", row => Distributions.NormalUpperQuantile(row("p")));

    [Fact]
    public void StudentTwoSided_AgreesWithR() =>
        Check("t", "two", row => Distributions.StudentTwoSided(row("t"), row("df")));

    [Fact]
    public void StudentUpperQuantile_AgreesWithR() =>
        Check("tq", "t", row => Distributions.StudentUpperQuantile(row("p"), row("df")));

    [Fact]
    public void ChiSquaredUpper_AgreesWithR() =>
        Check("chisq", "upper", row => Distributions.ChiSquaredUpper(row("q"), row("df")));

    [Fact]
    public void ChiSquaredQuantile_AgreesWithR()
    {
        Check("chisqq", "low", row => Distributions.ChiSquaredQuantile(row("p"), row("df")));
        // Not further out: 1 − p is rounded, so a tail of 1e-12 has four digits and its quantile no twelve.
        Check("chisqq", "high", row => row("p") < 1e-3
            ? double.NaN
            : Distributions.ChiSquaredQuantile(1 - row("p"), row("df")));
    }

    [Fact]
    public void FUpper_AgreesWithR() =>
        Check("f", "upper", row => Distributions.FUpper(row("f"), row("df1"), row("df2")));

    [Theory]
    [InlineData(0.7, 3.5)]
    [InlineData(25, 12)]
    [InlineData(400, 399)]
    public void GammaTails_AddUpToOne(double x, double a) =>
        Assert.Equal(1, IncompleteGamma.Lower(a, x) + IncompleteGamma.Upper(a, x), 1e-14);

    private static void Check(string table, string result, Func<Func<string, double>, double> compute)
    {
        var columns = Recorded.GetProperty(table);
        var expected = columns.GetProperty(result).Reals();
        var compared = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var row = i;
            // Rounding of df/(df + t²) is raised to the power df/2, so the attainable accuracy falls with df.
            var df = columns.TryGetProperty("df", out var column) ? column[i].GetDouble() : 1;
            var actual = compute(name => columns.GetProperty(name)[row].GetDouble());
            var where = string.Join(", ", columns.EnumerateObject().Select(item => $"{item.Name}={item.Value[row]}"));
            if (!double.IsNaN(actual))
            {
                Fixtures.AssertClose(expected[i], actual, Tolerance * Math.Max(1, df / 1e4), where, SmallestChecked);
                compared++;
            }
        }

        Assert.True(compared >= 8);
    }
}
