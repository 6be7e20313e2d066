using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;

namespace MetaBridge.Benchmarks;

/// <summary>A model with simulated or published data, as our engine and as R see it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Spec">The model.</param>
/// <param name="Data">Its data.</param>
/// <param name="Matrices">Its matrices.</param>
/// <param name="Metafor">The call in R; the columns of the data are variables, matrices are V and R.</param>
/// <param name="Lme4">The nearest model that lme4 fits, or null.</param>
internal sealed record BenchmarkModel(
    string Name, MultilevelSpec Spec, Dataset Data, MultilevelMatrices Matrices, string Metafor, string? Lme4 = null)
{
    /// <summary>V as a full matrix for R; null when it is diagonal.</summary>
    public double[]? FullSampling { get; init; }

    /// <summary>Target for a quiet machine in microseconds, or null.</summary>
    public double? Budget { get; init; }
}

/// <summary>The models of the benchmark. Generators are seeded: the same data in every run.</summary>
internal static class MultilevelModels
{
    private static readonly EffectSpec Effect = new() { Yi = "yi", Vi = "vi" };

    // lmer has a free residual variance where a meta-analysis knows the sampling variances: one component more, the same shape of work.
    private const string Lme4Control = "weights = 1/vi, control = lme4::lmerControl(check.nobs.vs.nlev = 'ignore', check.nobs.vs.nRE = 'ignore')";

    /// <summary>dat.konstantopoulos2011 from metadat, in the session.</summary>
    public static Dataset Konstantopoulos(IRSession session)
    {
        double[] Column(string name) => ((RDoubleVector)session.EvaluateAsync($"as.numeric(metadat::dat.konstantopoulos2011${name})")
            .GetAwaiter().GetResult().Value).Values.ToArray();
        return new Dataset("dat.konstantopoulos2011",
        [
            new NumberColumn("yi", Column("yi")),
            new NumberColumn("vi", Column("vi")),
            new IntegerColumn("district", Array.ConvertAll(Column("district"), x => (int)x)),
            new IntegerColumn("school", Array.ConvertAll(Column("school"), x => (int)x)),
        ]);
    }

    /// <summary>Schools in districts by compound symmetry.</summary>
    public static BenchmarkModel CompoundSymmetry(Dataset data) => new(
        "Konstantopoulos, ~ school | district",
        new MultilevelSpec { Effect = Effect, Random = ["~ school | district"] },
        data,
        MultilevelMatrices.None,
        "metafor::rma.mv(yi, vi, random = ~ school | district)",
        $"lme4::lmer(yi ~ 1 + (1 | district) + (1 | district:school), {Lme4Control})") { Budget = 300 };

    /// <summary>Schools in districts by nested intercepts.</summary>
    public static BenchmarkModel Nested(Dataset data) => new(
        "Konstantopoulos, ~ 1 | district/school",
        new MultilevelSpec { Effect = Effect, Random = ["~ 1 | district/school"] },
        data,
        MultilevelMatrices.None,
        "metafor::rma.mv(yi, vi, random = ~ 1 | district/school)",
        $"lme4::lmer(yi ~ 1 + (1 | district) + (1 | district:school), {Lme4Control})") { Budget = 300 };

    /// <summary>Clusters of 5 to 10 outcomes, σ² = 0.05 and 0.03.</summary>
    public static BenchmarkModel ThreeLevel(int k)
    {
        var random = new Random(3003 + k);
        var (y, v, cluster) = (new double[k], new double[k], new int[k]);
        for (int i = 0, c = 0; i < k; c++)
        {
            var effect = Math.Sqrt(0.05) * Normal(random);
            for (var left = random.Next(5, 11); left > 0 && i < k; left--, i++)
            {
                cluster[i] = c + 1;
                v[i] = Uniform(random, 0.02, 0.2);
                y[i] = 0.2 + effect + (Math.Sqrt(0.03 + v[i]) * Normal(random));
            }
        }

        return new BenchmarkModel(
            $"three-level, k = {k:N0}",
            new MultilevelSpec { Effect = Effect, Random = ["~ 1 | cluster/id"] },
            new Dataset("three levels", [new NumberColumn("yi", y), new NumberColumn("vi", v), new IntegerColumn("cluster", cluster), Rows(k)]),
            MultilevelMatrices.None,
            "metafor::rma.mv(yi, vi, random = ~ 1 | cluster/id, sparse = TRUE)",
            $"lme4::lmer(yi ~ 1 + (1 | cluster) + (1 | id), {Lme4Control})") { Budget = k == 10_000 ? 5000 : null };
    }

    /// <summary>Four outcomes per study, sampling errors correlated 0.6, unstructured random effects.</summary>
    public static BenchmarkModel FourOutcomes(int k, bool withFullMatrix = true)
    {
        const int Outcomes = 4;
        var random = new Random(4004 + k);
        var (y, v, study, outcome) = (new double[k], new double[k], new int[k], new int[k]);
        var blocks = new List<SamplingBlock>();
        var full = withFullMatrix ? new double[k * k] : null;
        for (var s = 0; s < k / Outcomes; s++)
        {
            var (size, common, error) = (Uniform(random, 0.02, 0.1), Normal(random), Normal(random));
            var values = new double[Outcomes * Outcomes];
            for (var j = 0; j < Outcomes; j++)
            {
                var i = (s * Outcomes) + j;
                (study[i], outcome[i], v[i]) = (s + 1, j + 1, size * Uniform(random, 0.8, 1.2));
                y[i] = 0.1 + (0.1 * j) + (Math.Sqrt(0.025) * (common + Normal(random)))
                    + (Math.Sqrt(v[i]) * ((Math.Sqrt(0.6) * error) + (Math.Sqrt(0.4) * Normal(random))));
            }

            for (var a = 0; a < Outcomes * Outcomes; a++)
            {
                var (i, j) = ((s * Outcomes) + (a / Outcomes), (s * Outcomes) + (a % Outcomes));
                values[a] = (i == j ? 1 : 0.6) * Math.Sqrt(v[i] * v[j]);
                if (full is not null)
                {
                    full[(i * k) + j] = values[a];
                }
            }

            blocks.Add(new SamplingBlock([.. Enumerable.Range(s * Outcomes, Outcomes)], values));
        }

        return new BenchmarkModel(
            $"UN, 4 outcomes, full V, k = {k:N0}",
            new MultilevelSpec { Effect = Effect, Moderators = "~ factor(outcome) - 1", Random = ["~ outcome | study"], Structures = [CovarianceStructure.Unstructured] },
            new Dataset("four outcomes", [new NumberColumn("yi", y), new NumberColumn("vi", v), new IntegerColumn("study", study), new IntegerColumn("outcome", outcome)]),
            new MultilevelMatrices { Sampling = SamplingCovariance.FromBlocks(k, blocks) },
            "metafor::rma.mv(yi, V, mods = ~ factor(outcome) - 1, random = ~ outcome | study, struct = 'UN', sparse = TRUE)")
        {
            FullSampling = full,
            Budget = k == 800 ? 60_000 : null,
        };
    }

    /// <summary>k/10 levels crossed with k/25 levels, and an effect per outcome.</summary>
    public static BenchmarkModel Crossed(int k)
    {
        var random = new Random(5005 + k);
        var (na, nb) = (k / 10, k / 25);
        var (effectsA, effectsB) = (Effects(random, na, 0.04), Effects(random, nb, 0.03));
        var (y, v, a, b) = (new double[k], new double[k], Shuffled(random, na, k), Shuffled(random, nb, k));
        for (var i = 0; i < k; i++)
        {
            v[i] = Uniform(random, 0.02, 0.2);
            y[i] = 0.2 + effectsA[a[i] - 1] + effectsB[b[i] - 1] + (Math.Sqrt(0.02 + v[i]) * Normal(random));
        }

        return new BenchmarkModel(
            $"crossed, k = {k:N0}",
            new MultilevelSpec { Effect = Effect, Random = ["~ 1 | a", "~ 1 | b", "~ 1 | id"] },
            new Dataset("crossed", [new NumberColumn("yi", y), new NumberColumn("vi", v), new IntegerColumn("a", a), new IntegerColumn("b", b), Rows(k)]),
            MultilevelMatrices.None,
            "metafor::rma.mv(yi, vi, random = list(~ 1 | a, ~ 1 | b, ~ 1 | id), sparse = TRUE)",
            $"lme4::lmer(yi ~ 1 + (1 | a) + (1 | b) + (1 | id), {Lme4Control})") { Budget = k == 1000 ? 300_000 : null };
    }

    /// <summary>A known correlation matrix over n levels (a random tree), k outcomes spread over them.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="n">Levels.</param>
    /// <param name="k">Outcomes.</param>
    /// <param name="terms">Which terms: of <c>phylo</c> (with the matrix), <c>species</c>, <c>id</c>.</param>
    public static BenchmarkModel Known(string name, int n, int k, string[] terms)
    {
        var random = new Random(6006 + n + k);
        var r = Tree(random, n);
        var effects = Draw(random, r, n);
        var species = Shuffled(random, n, k);
        var (y, v) = (new double[k], new double[k]);
        for (var i = 0; i < k; i++)
        {
            v[i] = Uniform(random, 0.02, 0.2);
            y[i] = 0.2 + (Math.Sqrt(0.08) * effects[species[i] - 1]) + (Math.Sqrt(0.03 + v[i]) * Normal(random));
        }

        string[] names = [.. Enumerable.Range(1, n).Select(i => $"{i}")];
        return new BenchmarkModel(
            name,
            new MultilevelSpec { Effect = Effect, Random = [.. terms.Select(term => "~ 1 | " + term)] },
            new Dataset("known correlations",
            [
                new NumberColumn("yi", y), new NumberColumn("vi", v), new IntegerColumn("phylo", species), new IntegerColumn("species", species), Rows(k),
            ]),
            new MultilevelMatrices { Correlations = new Dictionary<string, NamedMatrix> { ["phylo"] = new(names, r) } },
            $"metafor::rma.mv(yi, vi, random = list({string.Join(", ", terms.Select(term => "~ 1 | " + term))}), R = list(phylo = R))") { Budget = n == 1000 ? 1.5e6 : null };
    }

    private static IntegerColumn Rows(int k) => new("id", [.. Enumerable.Range(1, k)]);

    private static double Uniform(Random random, double from, double to) => from + ((to - from) * random.NextDouble());

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Effects(Random random, int n, double variance) =>
        [.. Enumerable.Range(0, n).Select(_ => Math.Sqrt(variance) * Normal(random))];

    private static int[] Shuffled(Random random, int levels, int k)
    {
        int[] values = [.. Enumerable.Range(0, k).Select(i => (i % levels) + 1)];
        random.Shuffle(values);
        return values;
    }

    // Correlations of a coalescent tree: 1 less the height at which two tips meet.
    private static double[] Tree(Random random, int n)
    {
        var heights = new double[n * n];
        var active = Enumerable.Range(0, n).Select(i => new List<int> { i }).ToList();
        var height = 0.0;
        for (var m = n; m > 1; m--)
        {
            height -= Math.Log(1 - random.NextDouble()) / (m * (m - 1) / 2.0);
            var (i, j) = (random.Next(m), random.Next(m - 1));
            j += j >= i ? 1 : 0;
            foreach (var a in active[i])
            {
                foreach (var b in active[j])
                {
                    heights[(a * n) + b] = heights[(b * n) + a] = height;
                }
            }

            active[i].AddRange(active[j]);
            active.RemoveAt(j);
        }

        return Array.ConvertAll(heights, h => 1 - (h / height));
    }

    // R^½ times standard normal numbers.
    private static double[] Draw(Random random, double[] r, int n)
    {
        var l = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(n, n, (i, j) => r[(i * n) + j] + (i == j ? 1e-10 : 0)).Cholesky().Factor;
        return (l * MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(n, _ => Normal(random))).ToArray();
    }
}
