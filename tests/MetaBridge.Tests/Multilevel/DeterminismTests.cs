using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>The same numbers to the last bit, whatever the number of threads.</summary>
public class DeterminismTests
{
    // Above the order from which dense work is shared between threads.
    private const int Levels = 400;

    [Fact]
    public void DenseFit_IsTheSameOnOneThreadAndOnMany()
    {
        var (spec, data, matrices) = Known();
        double[] Numbers() => [.. MetaAnalysis.Fit(spec, data, matrices).Quantities().SelectMany(q => q.Values)];
        var pair = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 7);
        var one = Run(Numbers, pair.ExclusiveScheduler);
        Assert.NotEmpty(one);
        Assert.Equal(one, Run(Numbers, pair.ConcurrentScheduler));
        Assert.Equal(one, Run(Numbers, TaskScheduler.Default));
    }

    [Fact]
    public void DenseFactorAndInverse_AreTheSameOnOneThreadAndOnMany()
    {
        var r = Known().Matrices.Correlations["phylo"].Values;
        double[] Numbers()
        {
            var factor = (double[])r.Clone();
            var (work, inverse) = (new double[r.Length], new double[r.Length]);
            Assert.True(DenseKernels.Cholesky(factor, 0, Levels));
            DenseKernels.Inverse(factor, 0, Levels, work, inverse);
            return inverse;
        }

        var pair = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 5);
        Assert.Equal(Run(Numbers, pair.ExclusiveScheduler), Run(Numbers, pair.ConcurrentScheduler));
    }

    [Fact]
    public void FitsSideBySide_AreTheSameAsAlone()
    {
        var models = Enumerable.Range(1, 24).Select(seed => SmallModels.Make(seed % 3 == 0 ? "UN" : seed % 3 == 1 ? "crossed" : "CS", seed)).ToArray();
        double[] Numbers(int i) => [.. MetaAnalysis.Fit(models[i].Spec, models[i].Data, MultilevelMatrices.None).Quantities().SelectMany(q => q.Values)];
        var alone = Enumerable.Range(0, models.Length).Select(Numbers).ToArray();
        var together = new double[models.Length][];
        Parallel.For(0, models.Length, i => together[i] = Numbers(i));
        for (var i = 0; i < models.Length; i++)
        {
            Assert.Equal(alone[i], together[i]);
        }
    }

    private static double[] Run(Func<double[]> work, TaskScheduler scheduler) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, scheduler).GetAwaiter().GetResult();

    private static (MultilevelSpec Spec, Dataset Data, MultilevelMatrices Matrices) Known()
    {
        var random = new Random(11);
        var r = new double[Levels * Levels];
        for (var e = 0; e < r.Length; e++)
        {
            r[e] = Math.Exp(-0.02 * Math.Abs((e / Levels) - (e % Levels)));
        }

        int[] rows = [.. Enumerable.Range(1, Levels)];
        var data = new Dataset("known",
        [
            new NumberColumn("yi", [.. rows.Select(i => Math.Sin(0.05 * i) + (0.4 * random.NextDouble()))]),
            new NumberColumn("vi", [.. rows.Select(_ => 0.02 + (0.1 * random.NextDouble()))]),
            new IntegerColumn("phylo", rows),
            new IntegerColumn("id", rows),
        ]);
        var spec = new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Random = ["~ 1 | phylo", "~ 1 | id"] };
        return (spec, data, new MultilevelMatrices { Correlations = new Dictionary<string, NamedMatrix> { ["phylo"] = new([.. rows.Select(i => $"{i}")], r) } });
    }
}
