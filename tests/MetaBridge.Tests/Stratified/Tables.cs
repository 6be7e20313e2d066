using MetaBridge.EffectSizes;
using MetaBridge.Specs;
using MetaBridge.Stratified;

namespace MetaBridge.Tests.Stratified;

/// <summary>Random tables and fits to them.</summary>
internal sealed record Tables(double[] A, double[] B, double[] C, double[] D)
{
    public static readonly EffectMeasure[] Measures =
    [
        EffectMeasure.OddsRatio, EffectMeasure.RiskRatio, EffectMeasure.RiskDifference, EffectMeasure.IncidenceRateRatio,
        EffectMeasure.IncidenceRateDifference, EffectMeasure.PetoOddsRatio,
    ];

    public int Count => A.Length;

    public static Tables Random(int seed, int count, int most = 40)
    {
        var random = new Random(seed);
        double[] Column(int least) => [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(least, most))];
        return new Tables(Column(1), Column(1), Column(1), Column(1));
    }

    public Tables Take(IEnumerable<int> rows)
    {
        var all = rows.ToArray();
        double[] Pick(double[] column) => [.. all.Select(row => column[row])];
        return new Tables(Pick(A), Pick(B), Pick(C), Pick(D));
    }

    public Tables Swapped() => new(C, D, A, B);

    public StratifiedFit Fit(EffectMeasure measure, StratifiedSettings? settings = null)
    {
        var isTime = measure is EffectMeasure.IncidenceRateRatio or EffectMeasure.IncidenceRateDifference;
        var counts = new EffectInputs()
            .Set(isTime ? EffectRole.X1i : EffectRole.Ai, A)
            .Set(isTime ? EffectRole.T1i : EffectRole.Bi, B)
            .Set(isTime ? EffectRole.X2i : EffectRole.Ci, C)
            .Set(isTime ? EffectRole.T2i : EffectRole.Di, D);
        return StratifiedEngine.Fit(new StratifiedInput { Counts = counts }, (settings ?? new()) with
        {
            Measure = measure,
            Method = measure == EffectMeasure.PetoOddsRatio ? PoolingMethod.Peto : PoolingMethod.MantelHaenszel,
        });
    }
}
