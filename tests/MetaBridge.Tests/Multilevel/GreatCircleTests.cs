using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel;

public sealed class GreatCircleTests
{
    private static readonly double[] Longitudes = [13.432, -9.642, 1.75, 1.095, 22.543, 0.417, 18.976, 26.244, 27.962, -7.074, 20.187, 1.44];
    private static readonly double[] Latitudes = [37.501, 58.852, 45.39, 46.378, 59.276, 49.6, 59.055, 54.043, 52.863, 59.915, 47.657, 47.249];
    private static readonly double[] Effects = [0.865, 1.163, 0.918, 0.978, 1.535, 0.979, 1.151, 0.996, 1.52, 1.248, 1.345, 1.331];

    [Fact]
    public void Kilometres_OfKnownPoints_AreRight()
    {
        // R's package sp, which metafor calls (WGS84 ellipsoid).
        Near(10001.95867847795, GreatCircle.Kilometres(0, 0, 0, 90), 0, 1e-12);
        Near(2466.39682675475, GreatCircle.Kilometres(0, 0, 10, -20), 0, 1e-12);
        Near(2897.53185623573, GreatCircle.Kilometres(13.432, 37.501, -9.642, 58.852), 0, 1e-12);
        // Meeus (1998), example 11.c: Paris observatory to the US Naval Observatory, 6181.63 km (on the ellipsoid of 1976).
        Assert.Equal(6181.63, GreatCircle.Kilometres(2 + (20 / 60.0) + (14 / 3600.0), 48 + (50 / 60.0) + (11 / 3600.0),
            -77 - (3 / 60.0) - (56 / 3600.0), 38 + (55 / 60.0) + (17 / 3600.0)), 0.03);
    }

    [Fact]
    public void Kilometres_AreADistance()
    {
        Assert.Equal(0, GreatCircle.Kilometres(5, 6, 5, 6));
        // Half the equator at antipodes; a full turn changes nothing.
        Assert.Equal(20037.51, GreatCircle.Kilometres(0, 0, 180, 0), 0.01);
        Near(GreatCircle.Kilometres(-170, 10, 175, 20), GreatCircle.Kilometres(190, 10, 175, 20), 0, 1e-12);
        Near(GreatCircle.Kilometres(1, 2, 3, 4), GreatCircle.Kilometres(3, 4, 1, 2), 0, 1e-14);
        Assert.True(double.IsFinite(GreatCircle.Kilometres(1, 2, 1, 2 + 1e-9)));
    }

    [Fact]
    public void Fit_GreatCircleDistances_HasMetaforsLikelihood()
    {
        // rma.mv(yi, vi, random = ~ long + lat | const, struct = "SPEXP", dist = "gcd", rho = 500), metafor 3.8-1 with sp 1.6-0.
        var fit = Fit("~ long + lat | const");

        Near(0.04147356256351, fit.TauSquared[0].Value, 0, 1e-6);
        Assert.Equal(-0.36108260551802, fit.RestrictedLikelihood.LogLikelihood, 1e-8);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => Fit("~ long | const")).Code);
        Assert.Equal(ErrorCode.SpecificationInvalid, Assert.Throws<MetaBridgeException>(() => Fit("~ lat + far | const")).Code);
    }

    private static MultilevelFit Fit(string random)
    {
        var data = new Dataset("places", [
            new NumberColumn("yi", Effects), new NumberColumn("vi", [.. Enumerable.Repeat(0.02, 12)]), new NumberColumn("long", Longitudes),
            new NumberColumn("lat", Latitudes), new NumberColumn("far", [.. Latitudes.Select(x => x + 60)]), new NumberColumn("const", [.. Enumerable.Repeat(1.0, 12)]),
        ]);
        return (MultilevelFit)MetaAnalysis.Fit(
            new MultilevelSpec
            {
                Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Random = [random], Structures = [CovarianceStructure.SpatialExponential], Rho = [500],
                Metric = DistanceMetric.GreatCircle,
            },
            data);
    }
}
