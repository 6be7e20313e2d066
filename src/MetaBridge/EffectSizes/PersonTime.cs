using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Measures from event counts x over person-times t (Bagos &amp; Nikolopoulos, 2009; Freeman &amp; Tukey, 1950).</summary>
internal static class PersonTime
{
    /// <summary>Two groups.</summary>
    public static (double Y, double V) TwoGroups(EffectMeasure measure, double x1, double x2, double t1, double t2) => measure switch
    {
        EffectMeasure.IncidenceRateRatio => (Math.Log(x1 / t1) - Math.Log(x2 / t2), (1 / x1) + (1 / x2)),
        EffectMeasure.IncidenceRateDifference => ((x1 / t1) - (x2 / t2), (x1 / (t1 * t1)) + (x2 / (t2 * t2))),
        _ => (Math.Sqrt(x1 / t1) - Math.Sqrt(x2 / t2), (1 / (4 * t1)) + (1 / (4 * t2))),
    };

    /// <summary>One group.</summary>
    public static (double Y, double V) OneGroup(EffectMeasure measure, double x, double t) => measure switch
    {
        EffectMeasure.IncidenceRate => (x / t, x / (t * t)),
        EffectMeasure.LogIncidenceRate => (Math.Log(x / t), 1 / x),
        EffectMeasure.SquareRootIncidenceRate => (Math.Sqrt(x / t), 1 / (4 * t)),
        _ => ((Math.Sqrt(x / t) + Math.Sqrt((x + 1) / t)) / 2, 1 / (4 * t)),
    };
}
