using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;

namespace MetaBridge.Benchmarks;

/// <summary>How often 95% intervals of multilevel models hold the true coefficient, by the method of their degrees of freedom.</summary>
/// <remarks>The table of docs/multilevel-inference.md. Seeded: the same numbers on every machine.</remarks>
internal static class CoverageSimulation
{
    private const long Seed = 20260101;
    private static readonly int[] Sizes = [2, 7, 3, 1, 5, 2, 10, 4, 1, 6, 3, 2, 8, 1, 4, 5, 2, 3, 9, 1];

    private static readonly (string Name, DegreesOfFreedomMethod? Method)[] Methods =
    [
        ("z", null),
        ("t, residual", DegreesOfFreedomMethod.Residual),
        ("t, contain", DegreesOfFreedomMethod.Containment),
        ("Satterthwaite", DegreesOfFreedomMethod.Satterthwaite),
        ("Kenward-Roger", DegreesOfFreedomMethod.KenwardRoger),
        ("CR2", null),
    ];

    /// <summary>Runs all designs and prints a table.</summary>
    /// <param name="replications">How many samples per design.</param>
    public static void Run(int replications)
    {
        Console.WriteLine("| studies | sigma2 between, within | coefficient | " + string.Join(" | ", Methods.Select(m => m.Name)) + " |");
        Console.WriteLine("| --- | --- | --- | " + string.Join(" | ", Methods.Select(_ => "---")) + " |");
        foreach (var studies in (int[])[6, 10, 20])
        {
            foreach (var (between, within) in ((double, double)[])[(0.05, 0.05), (0.2, 0.05), (0.01, 0.1)])
            {
                Design(studies, between, within, replications);
            }
        }
    }

    private static void Design(int studies, double between, double within, int replications)
    {
        var data = Data(studies);
        var spec = Spec() with { SigmaSquared = [between, within] };
        // Fixed components make the generating model; its coefficients are what the analysis must cover.
        var truth = MetaAnalysis.Analyse(spec, data);
        var samples = truth.Simulate(replications, Seed);
        var beta = truth.Fit.Coefficients.Estimates;
        var covered = new int[Methods.Length, beta.Length];
        Parallel.For(0, replications, i =>
        {
            var hits = Hits(With(data, samples[i]), beta);
            lock (covered)
            {
                for (var m = 0; m < Methods.Length; m++)
                {
                    for (var j = 0; j < beta.Length; j++)
                    {
                        covered[m, j] += hits[m, j] ? 1 : 0;
                    }
                }
            }
        });
        string[] names = ["intercept", "between studies", "within studies"];
        for (var j = 0; j < beta.Length; j++)
        {
            var cells = Enumerable.Range(0, Methods.Length).Select(m => (100.0 * covered[m, j] / replications).ToString("0.0", CultureInfo.InvariantCulture));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {studies} | {between}, {within} | {names[j]} | {string.Join(" | ", cells)} |"));
        }
    }

    private static bool[,] Hits(Dataset data, double[] beta)
    {
        var hits = new bool[Methods.Length, beta.Length];
        for (var m = 0; m < Methods.Length; m++)
        {
            var spec = Spec() with
            {
                Test = Methods[m].Method is null ? CoefficientTest.Normal : CoefficientTest.StudentT,
                DegreesOfFreedom = Methods[m].Method ?? DegreesOfFreedomMethod.Residual,
            };
            var analysis = MetaAnalysis.Analyse(spec, data);
            var c = Methods[m].Name == "CR2" ? analysis.Robust("study").Coefficients : analysis.Fit.Coefficients;
            for (var j = 0; j < beta.Length; j++)
            {
                hits[m, j] = c.Lower[j] <= beta[j] && beta[j] <= c.Upper[j];
            }
        }

        return hits;
    }

    private static MultilevelSpec Spec() => new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Moderators = "~ z + x",
        Random = ["~ 1 | study/row"],
    };

    // z differs between studies, x within; sampling variances vary tenfold.
    private static Dataset Data(int studies)
    {
        var (study, row) = (new List<int>(), new List<int>());
        var (z, x, v) = (new List<double>(), new List<double>(), new List<double>());
        for (var s = 0; s < studies; s++)
        {
            for (var r = 0; r < Sizes[s]; r++)
            {
                study.Add(s + 1);
                row.Add(row.Count + 1);
                z.Add(s % 5);
                x.Add(((7 * row.Count) % 11) / 10.0);
                v.Add(0.02 * (1 + ((5 * row.Count) % 10)));
            }
        }

        return new Dataset(
            "simulated",
            [
                new IntegerColumn("study", [.. study]), new IntegerColumn("row", [.. row]), new NumberColumn("z", [.. z]), new NumberColumn("x", [.. x]),
                new NumberColumn("vi", [.. v]), new NumberColumn("yi", new double[study.Count]),
            ]);
    }

    private static Dataset With(Dataset data, double[] y) =>
        new(data.Name, [.. data.Columns.Select(column => column.Name == "yi" ? new NumberColumn("yi", y) : column)]);
}
