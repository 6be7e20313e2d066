using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>An inner level all of whose outcomes are missing keeps its place: components of its own are 0, and ranks count it.</summary>
/// <remarks>
/// Data simulated once (R's seed 3). Expected: rma.mv of metafor 3.8-1 with the outcomes of t = 2 missing, the highest log-likelihood over nlminb, nlm
/// and BFGS, tightened. UN is flat there: metafor's estimates have 5 digits.
/// </remarks>
public sealed class LostLevelTests
{
    private static readonly double[] Effects =
    [
        0.442, 0.778, 0.978, 0.698, 0.513, 0.412, 0.075, 0.338, -0.002, 0.838, 1.264, 0.365, 0.617, 0.351, -0.416, -0.314, -0.119, -0.316, -0.355, -0.126,
        0.105, -0.92, -0.769, -0.285, 0.536, 0.296, -0.392, -0.065, 0.36, 0.379, 1.025, 0.744, -0.199, -0.269, 0.385, -0.274, 0.485, -0.658, -0.64, -0.021,
    ];

    private static readonly double[] Variances =
    [
        0.075, 0.171, 0.108, 0.099, 0.14, 0.141, 0.069, 0.094, 0.137, 0.145, 0.127, 0.126, 0.13, 0.134, 0.18, 0.174, 0.067, 0.156, 0.185, 0.092,
        0.084, 0.052, 0.069, 0.064, 0.086, 0.169, 0.14, 0.187, 0.134, 0.163, 0.107, 0.106, 0.076, 0.118, 0.089, 0.1, 0.183, 0.08, 0.137, 0.081,
    ];

    [Theory]
    [InlineData("UN", -14.2017662944, 0.19597454, "0.0212975 0 0.4194607 0.1032055", "0 0.0660317 0.3631139 0 0 0.9536883")]
    [InlineData("HCS", -14.3798756432, 0.19297464, "0.000732572 0 0.414399357 0.097977855", "1")]
    [InlineData("AR", -19.5345481743, 0.17326828, "0.139971", "0.662794")]
    [InlineData("HAR", -14.3798756434, 0.19297465, "0.000732585 0 0.414399187 0.097977793", "1")]
    [InlineData("DIAG", -18.1059483002, 0.17499516, "0.0035803 0 0.4011170 0.0580069", "0")]
    [InlineData("CS", -19.9987358808, 0.16901117, "0.145855", "0.599048")]
    public void Fit_LevelWithoutOutcomes_HasMetaforsComponents(string structure, double logLikelihood, double mean, string tau2, string rho)
    {
        var missing = Array.ConvertAll(Enumerable.Range(0, 40).ToArray(), i => i % 4 == 1 ? double.NaN : Effects[i]);
        var fit = Fit(structure, missing, null);

        // UN with the boundary left to a flat search has a spread of 1e-6 between metafor's optimisers.
        Assert.InRange(fit.RestrictedLikelihood.LogLikelihood, logLikelihood - 1e-8, logLikelihood + 1e-5);
        Assert.Equal(mean, fit.Coefficients.Estimates[0], 2e-4);
        AreNear(tau2, fit.TauSquared);
        AreNear(rho, fit.Rho);
        Assert.Equal(["2"], fit.Terms[0].RemovedLevels);
        Assert.All(fit.TauSquared, c => Assert.Equal(c.Label == "2", c.IsFixed));
    }

    [Fact]
    public void Fit_LevelOutsideTheSubset_DoesNotCount()
    {
        // Ranks are counted after the subset: without t = 2 the others are neighbours (metafor 3.8-1: -20.2287 in the unrounded data).
        var complete = Fit("AR", Effects, "t != 2");
        var missing = Fit("AR", Array.ConvertAll(Enumerable.Range(0, 40).ToArray(), i => i % 4 == 1 ? double.NaN : Effects[i]), null);

        Assert.Empty(complete.Terms[0].RemovedLevels);
        Assert.NotEqual(complete.Rho[0].Value, missing.Rho[0].Value, 1e-3);
        Assert.Equal(3, complete.Terms[0].InnerLevels.Count);
    }

    private static MultilevelFit Fit(string structure, double[] effects, string? subset)
    {
        var data = new Dataset("lost", [
            new NumberColumn("yi", effects), new NumberColumn("vi", Variances),
            new IntegerColumn("id", [.. Enumerable.Range(0, 40).Select(i => (i / 4) + 1)]), new IntegerColumn("t", [.. Enumerable.Range(0, 40).Select(i => (i % 4) + 1)]),
        ]);
        return (MultilevelFit)MetaAnalysis.Fit(
            new MultilevelSpec
            {
                Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
                Random = ["~ t | id"],
                Structures = [Keywords<CovarianceStructure>.Parse(structure, "struct")],
                Subset = subset,
            },
            data);
    }

    private static void AreNear(string expected, IReadOnlyList<VarianceComponent> components)
    {
        var values = expected.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(values.Length, components.Count);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], components[i].Value, 2e-4);
        }
    }
}
