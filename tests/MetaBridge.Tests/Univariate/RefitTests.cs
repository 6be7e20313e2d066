using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Batch;

namespace MetaBridge.Tests.Univariate;

/// <summary>Refits and batches give the numbers of a full fit.</summary>
public class RefitTests
{
    private const double Exact = 1e-12;

    public static TheoryData<HeterogeneityMethod> Methods => [.. Enum.GetValues<HeterogeneityMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Refitter_AnyModel_GivesTheNumbersOfAFullFit(HeterogeneityMethod method)
    {
        var random = new Random((int)method);
        for (var trial = 0; trial < 60; trial++)
        {
            var problem = new Problem(random, method);
            var refitter = new UnivariateRefitter(problem.V, problem.X, problem.Settings, problem.Weights);
            for (var repeat = 0; repeat < 3; repeat++)
            {
                var y = problem.NewEffects();
                AssertSame(problem.FullFit(y), refitter.Fit(y), refitter);

                var order = problem.Order();
                AssertSame(problem.FullFit(y, x: problem.RowsOfX(order)), refitter.FitPermuted(y, order), refitter);

                var rows = problem.Rows();
                AssertSameRows(problem, y, rows, refitter);
            }
        }
    }

    [Fact]
    public void FitDesign_OtherColumn_IsAFitOfThatDesign()
    {
        var problem = new Problem(new Random(3), HeterogeneityMethod.Reml, columns: 2);
        var refitter = new UnivariateRefitter(problem.V, problem.X, problem.Settings, problem.Weights);
        var x = (double[])problem.X!.Clone();
        for (var i = 0; i < problem.K; i++)
        {
            x[problem.K + i] = (i * i) - 3;
        }

        AssertSame(problem.FullFit(problem.Y, x), refitter.FitDesign(problem.Y, x), refitter);
    }

    [Fact]
    public void Refitter_WhatCannotBeFitted_SaysWhy()
    {
        double[] v = [1, 2, 1, 2], x = [1, 1, 1, 1, 0, 0, 1, 1];
        var refitter = new UnivariateRefitter(v, x, new UnivariateSettings());
        Assert.Equal(RefitStatus.Fitted, refitter.Fit([1, 2, 3, 5]).Status);
        Assert.Equal(RefitStatus.NonFinite, refitter.Fit([1, 2, double.NaN, 5]).Status);
        Assert.Equal(RefitStatus.TooFewStudies, refitter.FitRows([1, 2, 3, 5], [0, 2]).Status);
        Assert.Equal(RefitStatus.RankDeficient, refitter.FitRows([1, 2, 3, 5], [0, 1, 0]).Status);
        Assert.True(double.IsNaN(refitter.Fit([1, 2, double.NaN, 5]).TauSquared));
        Assert.Equal(ErrorCode.LengthMismatch, Assert.Throws<MetaBridgeException>(() => refitter.Fit([1, 2])).Code);
        Assert.Equal(
            ErrorCode.NonPositiveVariance, Assert.Throws<MetaBridgeException>(() => new UnivariateRefitter([-1, 1], null, new UnivariateSettings())).Code);
    }

    [Fact]
    public void Refitter_AfterTheFirstFit_AllocatesNothing()
    {
        var problem = new Problem(new Random(5), HeterogeneityMethod.Reml, columns: 2);
        var refitter = new UnivariateRefitter(problem.V, problem.X, problem.Settings);
        int[] rows = [.. Enumerable.Range(1, problem.K - 1)], order = [.. Enumerable.Range(0, problem.K).Reverse()];
        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Once();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Once()
        {
            refitter.Fit(problem.Y);
            refitter.FitRows(problem.Y, rows);
            refitter.FitPermuted(problem.Y, order);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Batch_ManyDataSets_GivesTheNumbersOfFullFits(HeterogeneityMethod method)
    {
        if (method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian)
        {
            return;
        }

        var random = new Random(40 + (int)method);
        foreach (var test in new[] { CoefficientTest.Normal, CoefficientTest.KnappHartung })
        {
            var (y, v, offsets) = DataSets(random, 300);
            var settings = new UnivariateSettings { Method = method, Test = test };
            var results = UnivariateBatch.Fit(y, v, offsets, settings);
            Assert.Equal(300, results.Length);
            for (var set = 0; set < results.Length; set++)
            {
                var range = offsets[set]..offsets[set + 1];
                var fit = UnivariateEngine.Fit(new UnivariateInput { EffectSizes = y[range], Variances = v[range] }, settings);
                AssertSame(fit, results[set], null);
            }
        }
    }

    [Fact]
    public void Batch_AnyNumberOfThreads_SameBits()
    {
        var (y, v, offsets) = DataSets(new Random(9), 5000);
        var one = UnivariateBatch.Fit(y, v, offsets, new UnivariateSettings());
        Assert.Equal(one, UnivariateBatch.Fit(y, v, offsets, new UnivariateSettings(), degreeOfParallelism: 4));
    }

    [Fact]
    public void Batch_LanesAndNeighbours_DoNotMatter()
    {
        var random = new Random(10);
        var (y, v, _) = DataSets(random, 24, 7);
        var all = UnivariateBatch.Fit(y, v, 7, new UnivariateSettings());
        for (var set = 0; set < 24; set++)
        {
            var alone = UnivariateBatch.Fit(y[(set * 7)..((set + 1) * 7)], v[(set * 7)..((set + 1) * 7)], 7, new UnivariateSettings());
            Assert.Equal(alone[0], all[set]);
        }
    }

    [Fact]
    public void Batch_BadDataSets_GetAStatusAndSpareTheOthers()
    {
        double[] y = [.. Enumerable.Range(0, 32).Select(i => Math.Sin(i))], v = [.. Enumerable.Range(0, 32).Select(i => 0.1 + (i % 3))];
        (v[1], v[5], y[9], v[13], y[17]) = (0, -1, double.NaN, double.PositiveInfinity, double.PositiveInfinity);
        var results = UnivariateBatch.Fit(y, v, 4, new UnivariateSettings { Method = HeterogeneityMethod.DerSimonianLaird });
        Assert.Equal(
            [
                RefitStatus.NonPositiveVariance, RefitStatus.NonPositiveVariance, RefitStatus.NonFinite, RefitStatus.NonFinite,
                RefitStatus.NonFinite, RefitStatus.Fitted, RefitStatus.Fitted, RefitStatus.Fitted,
            ],
            results.Select(result => result.Status));
    }

    [Fact]
    public void Batch_Cancelled_SaysSo()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var settings = new UnivariateSettings { CancellationToken = source.Token };
        Assert.Equal(ErrorCode.Cancelled, Assert.Throws<MetaBridgeException>(() => UnivariateBatch.Fit([1, 2], [1, 1], 2, settings)).Code);
    }

    private static void AssertSameRows(Problem problem, double[] y, int[] rows, UnivariateRefitter refitter)
    {
        UnivariateFit fit;
        try
        {
            fit = problem.FullFit(
                [.. rows.Select(i => y[i])], problem.X is null ? null : problem.RowsOfX(rows), [.. rows.Select(i => problem.V[i])], rows);
        }
        catch (MetaBridgeException error)
        {
            Assert.Equal(ErrorCode.TooFewStudies, error.Code);
            Assert.NotEqual(RefitStatus.Fitted, refitter.FitRows(y, rows).Status);
            return;
        }

        var refit = refitter.FitRows(y, rows);
        if (fit.Coefficients.Count < refitter.CoefficientCount)
        {
            Assert.NotEqual(RefitStatus.Fitted, refit.Status);
            return;
        }

        AssertSame(fit, refit, refitter);
    }

    private static void AssertSame(UnivariateFit fit, UnivariateRefit refit, UnivariateRefitter? refitter)
    {
        Assert.Equal(RefitStatus.Fitted, refit.Status);
        var typical = double.IsNaN(fit.TypicalVariance) ? 0 : fit.TypicalVariance;
        // τ² is a difference of total and sampling variance, and zero's neighbourhood has no relative scale.
        Fixtures.AssertClose(fit.TauSquared.Value + typical, refit.TauSquared + typical, Exact, "tau2");
        Close(fit.Coefficients.Estimates[0], refit.Estimate, fit.Coefficients.StandardErrors[0], "estimate");
        Close(fit.Coefficients.StandardErrors[0], refit.StandardError, 0, "se");
        Close(fit.Coefficients.Statistics[0], refit.Statistic, 1, "zval");
        Close(fit.OmnibusTest.Statistic, refit.OmnibusStatistic, 1, "QM");
        Close(fit.ResidualHeterogeneity.Statistic, refit.ResidualHeterogeneity, 1, "QE");
        Close(fit.ISquared, refit.ISquared, 1, "I2");
        Close(fit.HSquared, refit.HSquared, 1, "H2");
        Close(fit.VarianceScale, refit.VarianceScale, 0, "s2w");
        Assert.Equal(fit.TauSquared.Optimality, refit.Optimality);
        for (var j = 0; refitter is not null && j < fit.Coefficients.Count; j++)
        {
            Close(fit.Coefficients.Estimates[j], refitter.Estimates[j], fit.Coefficients.StandardErrors[j], "beta");
            Close(fit.Coefficients.StandardErrors[j], refitter.StandardErrors[j], 0, "se");
            Close(fit.Coefficients.Statistics[j], refitter.Statistics[j], 1, "zval");
        }
    }

    private static void Close(double expected, double actual, double unit, string what) => Assert.True(
        expected.Equals(actual) || Math.Abs(expected - actual) <= Exact * Math.Max(Math.Abs(expected), unit),
        $"{what}: {expected:R} in a full fit, {actual:R} in a refit");

    private static (double[] Y, double[] V, int[] Offsets) DataSets(Random random, int count, int size = 0)
    {
        var offsets = new int[count + 1];
        List<double> y = [], v = [];
        var k = size;
        for (var set = 0; set < count; set++)
        {
            // Runs of the same size, so that some go in lanes; sizes 1 and 2 among them.
            k = size > 0 ? size : set % 20 == 0 ? 1 + random.Next(14) : k;
            var tau = random.Next(3) * 0.3;
            for (var i = 0; i < k; i++)
            {
                v.Add(Math.Exp(4 * (random.NextDouble() - 0.5)));
                y.Add(((random.NextDouble() - 0.5) * Math.Sqrt(12 * v[^1])) + (tau * (random.NextDouble() - 0.5)) + 1);
            }

            offsets[set + 1] = y.Count;
        }

        return ([.. y], [.. v], offsets);
    }

    private sealed class Problem
    {
        private readonly Random random;

        public Problem(Random random, HeterogeneityMethod method, int? columns = null)
        {
            this.random = random;
            var p = columns ?? random.Next(4);
            K = p + 4 + random.Next(10);
            V = [.. Enumerable.Range(0, K).Select(_ => Math.Exp(3 * (random.NextDouble() - 0.5)))];
            X = p == 0 ? null : Matrix(p + 1);
            Weights = method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian || random.Next(3) == 0 ? [.. V.Select(_ => 0.2 + random.NextDouble())] : null;
            Settings = new UnivariateSettings
            {
                Method = method,
                Test = Enum.GetValues<CoefficientTest>()[random.Next(Enum.GetValues<CoefficientTest>().Length)],
                Weighted = random.Next(4) > 0,
                TauSquared = random.Next(8) == 0 ? 0.3 : null,
            };
            Y = NewEffects();
        }

        public int K { get; }

        public double[] V { get; }

        public double[]? X { get; }

        public double[]? Weights { get; }

        public double[] Y { get; }

        public UnivariateSettings Settings { get; }

        public double[] NewEffects() => [.. V.Select(v => (Math.Sqrt(v + 0.4) * 3 * (random.NextDouble() - 0.5)) + 2)];

        public int[] Order()
        {
            var order = Enumerable.Range(0, K).ToArray();
            random.Shuffle(order);
            return order;
        }

        public int[] Rows() => [.. Enumerable.Range(0, K).Where(_ => random.Next(4) > 0).Append(random.Next(K))];

        public double[] RowsOfX(int[] rows)
        {
            var p = X is null ? 1 : X.Length / K;
            return [.. Enumerable.Range(0, p).SelectMany(j => rows.Select(i => X is null ? 1 : X[(j * K) + i]))];
        }

        public UnivariateFit FullFit(double[] y, double[]? x = null, double[]? v = null, int[]? rows = null) => UnivariateEngine.Fit(
            new UnivariateInput
            {
                EffectSizes = y,
                Variances = v ?? V,
                Design = X is null ? null : x ?? X,
                Weights = Weights is null || rows is null ? Weights : [.. rows.Select(i => Weights[i])],
            },
            Settings);

        private double[] Matrix(int p)
        {
            var x = new double[K * p];
            var hasIntercept = random.Next(4) > 0;
            for (var i = 0; i < x.Length; i++)
            {
                x[i] = i < K && hasIntercept ? 1 : i % 2 == 0 ? random.Next(2) : random.NextDouble();
            }

            return x;
        }
    }
}
