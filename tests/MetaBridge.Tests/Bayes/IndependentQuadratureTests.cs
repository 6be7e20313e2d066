using System.Globalization;
using System.Runtime.CompilerServices;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>
/// Published data sets against r-scripts/reference/brma-quadrature.R, which recorded brma-quadrature.csv: dense covariance matrices, composite
/// Gauss-Legendre panels, t and truncated priors integrated over the coefficient itself.
/// </summary>
public class IndependentQuadratureTests
{
    /// <summary>The quadrature class, relative to the larger of the value and the posterior standard deviation.</summary>
    private const double Tolerance = 1e-6;

    [Theory]
    [InlineData("konstantopoulos")]
    [InlineData("assink")]
    [InlineData("hackshaw")]
    [InlineData("bcg")]
    [InlineData("bcg-medicine")]
    [InlineData("bcg-negative")]
    [InlineData("raudenbush-weeks")]
    [InlineData("bcg-scale")]
    public void Fit_PublishedData_AgreesWithPlainR(string id)
    {
        var fit = BayesEngine.Fit(Spec(id), Data(id));
        var compared = 0;
        foreach (var line in Read("brma-quadrature.csv").Where(line => line[0] == id))
        {
            var expected = Array.ConvertAll(line[2..], Number);
            if (line[1] == "logml")
            {
                Assert.Equal(expected[0], fit.LogMarginalLikelihood.Value, 1e-6);
                continue;
            }

            var row = fit.Posterior!.Summarize(line[1]);
            double[] actual = [row.Mean.Value, row.Sd.Value, row.Lower.Value, row.Median.Value, row.Upper.Value];
            for (var i = 0; i < actual.Length; i++)
            {
                var scale = Math.Max(Math.Abs(expected[i]), expected[1]);
                Assert.True(
                    double.IsNaN(expected[i]) || Math.Abs(actual[i] - expected[i]) <= Tolerance * scale,
                    $"{id} {line[1]} column {i}: {actual[i]:R} but R has {expected[i]:R}");
                compared++;
            }
        }

        Assert.InRange(compared, 10, 20);
    }

    private static BayesSpec Spec(string id)
    {
        var spec = new BayesSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Measure = BayesMeasure.RiskRatio };
        return id switch
        {
            "konstantopoulos" or "assink" => spec with { Measure = BayesMeasure.StandardizedMeanDifference, ClusterColumn = "cluster" },
            "hackshaw" => spec with { Measure = BayesMeasure.OddsRatio },
            "bcg-medicine" => spec with { InformedPriors = "medicine" },
            "bcg-negative" => spec with { PriorEffect = Prior.Normal(0, 1).Truncated(-2, -0.7) },
            "raudenbush-weeks" => spec with { Measure = BayesMeasure.StandardizedMeanDifference, Moderators = "~ weeks" },
            "bcg-scale" => spec with { ScaleModerators = "~ ablat" },
            _ => spec,
        };
    }

    private static Dataset Data(string id)
    {
        var lines = Read("brma-quadrature-data.csv").Where(line => line[0] == id).ToArray();
        double[] Column(int c) => [.. lines.Select(line => Number(line[c]))];
        return new Dataset(
            id,
            [
                new NumberColumn("yi", Column(1)), new NumberColumn("vi", Column(2)), new TextColumn("cluster", [.. lines.Select(line => line[3])]),
                new NumberColumn("weeks", Column(4)), new NumberColumn("ablat", Column(4)),
            ]);
    }

    private static double Number(string text) => text == "NA" ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Read(string file, [CallerFilePath] string here = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, file)).Skip(2).Select(line => line.Split(','));
}
