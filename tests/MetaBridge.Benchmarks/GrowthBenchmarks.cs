using System.Diagnostics;
using System.Globalization;
using MetaBridge.Specs;
using MetaBridge.Univariate;
using MetaBridge.Univariate.Analysis;

namespace MetaBridge.Benchmarks;

/// <summary>How the time of fits, intervals, predictions and diagnostics grows with the number of studies: nanoseconds per study.</summary>
public static class GrowthBenchmarks
{
    private const int Rounds = 9;

    /// <summary>A step that takes longer than this at one size, in seconds, is not tried at the next.</summary>
    private const double Longest = 20;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Measures and prints, one line a step.</summary>
    public static void Run()
    {
        var inputs = Array.ConvertAll(Sizes, Input);
        Console.WriteLine($"{"nanoseconds per study",-40}" + string.Concat(Sizes.Select(k => string.Create(CultureInfo.InvariantCulture, $"{"k = " + k.ToString("N0", CultureInfo.InvariantCulture),14}"))));
        Fit("REML", HeterogeneityMethod.Reml, 0);
        Fit("ML", HeterogeneityMethod.MaximumLikelihood, 0);
        Fit("DL", HeterogeneityMethod.DerSimonianLaird, 0);
        Fit("PM", HeterogeneityMethod.PauleMandel, 0);
        Fit("SJ", HeterogeneityMethod.SidikJonkman, 0);
        Fit("GENQ, weights 1/v", HeterogeneityMethod.GeneralizedQ, 0, weighted: true);
        Fit("REML, 2 moderators", HeterogeneityMethod.Reml, 2);
        Interval("Q-profile", HeterogeneityIntervalType.QProfile, 0);
        Interval("Q-profile, 2 moderators", HeterogeneityIntervalType.QProfile, 2);
        Interval("profile likelihood", HeterogeneityIntervalType.ProfileLikelihood, 0);
        Interval("profile likelihood, 2 moderators", HeterogeneityIntervalType.ProfileLikelihood, 2);
        Interval("generalised Q, weights 1/v", HeterogeneityIntervalType.GeneralizedQ, 0, weighted: true);
        Interval("Higgins-Thompson", HeterogeneityIntervalType.HigginsThompson, 0);
        After("predictions of k rows, 2 moderators", 2, analysis => analysis.Fit.Predict());
        After("predicted random effects", 0, analysis => analysis.RandomEffects());
        After("best predictions, 2 moderators", 2, analysis => analysis.BestPredictions());
        After("hat values, 2 moderators", 2, analysis => analysis.Fit.HatValues());
        After("study weights", 0, analysis => analysis.Fit.StudyWeights());
        After("residual standard errors, 2 moderators", 2, analysis => analysis.Fit.ResidualStandardErrors());

        void Fit(string name, HeterogeneityMethod method, int moderators, bool weighted = false) =>
            Line("fit, " + name, i => () => UnivariateEngine.Fit(Model(i, moderators, weighted), new UnivariateSettings { Method = method }));

        void Interval(string name, HeterogeneityIntervalType type, int moderators, bool weighted = false) => After(
            "interval, " + name, moderators, analysis => analysis.HeterogeneityIntervals(type), weighted ? HeterogeneityMethod.GeneralizedQ : HeterogeneityMethod.Reml, weighted);

        void After(string name, int moderators, Action<UnivariateAnalysis> step, HeterogeneityMethod method = HeterogeneityMethod.Reml, bool weighted = false) =>
            Line(name, i =>
            {
                var analysis = UnivariateAnalysis.Of(Model(i, moderators, weighted), new UnivariateSettings { Method = method });
                return () => step(analysis);
            });

        UnivariateInput Model(int i, int moderators, bool weighted) => inputs[i] with
        {
            Design = moderators == 0 ? null : inputs[i].Design,
            Weights = weighted ? inputs[i].Weights : null,
        };
    }

    private static void Line(string name, Func<int, Action> prepare)
    {
        Console.Write($"{name,-40}");
        var last = 0.0;
        for (var i = 0; i < Sizes.Length && last < Longest; i++)
        {
            var action = prepare(i);
            last = Median(action, Math.Max(1, 100_000 / Sizes[i]));
            Console.Write(string.Create(CultureInfo.InvariantCulture, $"{1e9 * last / Sizes[i],14:F2}"));
        }

        Console.WriteLine();
    }

    /// <summary>Seconds of a call.</summary>
    private static double Median(Action action, int calls)
    {
        var times = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        for (var round = -3; round < Rounds && Stopwatch.GetElapsedTime(begun).TotalSeconds < Longest; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++)
            {
                action();
            }

            // What runs first is not optimised yet.
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / calls);
            if (round < 0)
            {
                Thread.Sleep(50);
            }
        }

        var kept = times.Skip(Math.Min(3, times.Count - 1)).Order().ToArray();
        return kept[kept.Length / 2];
    }

    private static UnivariateInput Input(int k)
    {
        var (y, v) = UnivariateBenchmarks.Simulate(k);
        var random = new Random(k + 1);
        var x = new double[3 * k];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = i < k ? 1 : random.NextDouble();
        }

        return new UnivariateInput { EffectSizes = y, Variances = v, Design = x, Weights = Array.ConvertAll(v, variance => 1 / variance) };
    }
}
