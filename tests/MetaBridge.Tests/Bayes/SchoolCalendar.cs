using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Bayes;

/// <summary>metadat's dat.konstantopoulos2011: 56 schools in 11 districts (Konstantopoulos, 2011, table 1).</summary>
internal static class SchoolCalendar
{
    private static readonly double[] District =
    [
        11, 11, 11, 11, 12, 12, 12, 12, 18, 18, 18, 27, 27, 27, 27, 56, 56, 56, 56, 58, 58, 58, 58, 58, 58, 58, 58, 58, 58, 58, 71, 71, 71, 86, 86, 86,
        86, 86, 86, 86, 86, 91, 91, 91, 91, 91, 91, 108, 108, 108, 108, 108, 644, 644, 644, 644,
    ];

    private static readonly double[] Yi =
    [
        -0.18, -0.22, 0.23, -0.3, 0.13, -0.26, 0.19, 0.32, 0.45, 0.38, 0.29, 0.16, 0.65, 0.36, 0.6, 0.08, 0.04, 0.19, -0.06, -0.18, 0, 0, -0.28, -0.04,
        -0.3, 0.07, 0, 0.05, -0.08, -0.09, 0.3, 0.98, 1.19, -0.07, -0.05, -0.01, 0.02, -0.03, 0, 0.01, -0.1, 0.5, 0.66, 0.2, 0, 0.05, 0.07, -0.52, 0.7,
        -0.03, 0.27, -0.34, 0.12, 0.61, 0.04, -0.05,
    ];

    private static readonly double[] Vi =
    [
        0.118, 0.118, 0.144, 0.144, 0.014, 0.014, 0.015, 0.024, 0.023, 0.043, 0.012, 0.02, 0.004, 0.004, 0.007, 0.019, 0.007, 0.005, 0.004, 0.02, 0.018,
        0.019, 0.022, 0.02, 0.021, 0.006, 0.007, 0.007, 0.007, 0.007, 0.015, 0.011, 0.01, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.01,
        0.011, 0.01, 0.009, 0.013, 0.013, 0.031, 0.031, 0.03, 0.03, 0.03, 0.087, 0.082, 0.067, 0.067,
    ];

    private static readonly double[] Year =
    [
        1976, 1976, 1976, 1976, 1989, 1989, 1989, 1989, 1994, 1994, 1994, 1976, 1976, 1976, 1976, 1997, 1997, 1997, 1997, 1976, 1976, 1976, 1976, 1976,
        1976, 1976, 1976, 1976, 1976, 1976, 1997, 1997, 1997, 1997, 1997, 1997, 1997, 1997, 1997, 1997, 1997, 2000, 2000, 2000, 2000, 2000, 2000, 2000,
        2000, 2000, 2000, 2000, 1995, 1995, 1994, 1994,
    ];

    /// <summary>The data.</summary>
    public static Dataset Data { get; } = new(
        "dat.konstantopoulos2011",
        [new NumberColumn("district", District), new NumberColumn("yi", Yi), new NumberColumn("vi", Vi), new NumberColumn("year", Year)]);

    /// <summary>The specification of the seed's fit.</summary>
    public static BayesSpec Spec { get; } = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Measure = BayesMeasure.StandardizedMeanDifference,
        ClusterColumn = "district",
    };

    /// <summary>The seed's fit.</summary>
    public static BayesFit Fit { get; } = BayesEngine.Fit(Spec, Data);

    /// <summary>A dataset of yi, vi and a cluster column.</summary>
    public static Dataset Table(double[] yi, double[] vi, int[]? cluster = null) => new(
        "table",
        [
            new NumberColumn("yi", yi), new NumberColumn("vi", vi),
            new IntegerColumn("cluster", cluster ?? [.. Enumerable.Range(1, yi.Length)]),
        ]);
}
