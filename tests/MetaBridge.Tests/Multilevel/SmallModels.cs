using MetaBridge.Data;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Multilevel;

/// <summary>Small seeded data sets with few groups and unequal, sometimes very unequal, sampling variances: where likelihoods have several optima.</summary>
internal static class SmallModels
{
    /// <summary>A model of a kind: <c>nested</c>, <c>levels</c>, <c>crossed</c> or the word of a structure.</summary>
    public static (MultilevelSpec Spec, Dataset Data) Make(string kind, int seed)
    {
        var random = new Random(seed);
        var isIntercept = kind is "nested" or "levels" or "crossed";
        var structure = isIntercept ? CovarianceStructure.CompoundSymmetry : Keywords<CovarianceStructure>.Parse(kind, "struct");
        string[] terms = kind switch
        {
            "nested" => ["~ 1 | group/id"],
            "levels" => ["~ 1 | group/level"],
            "crossed" => ["~ 1 | group", "~ 1 | other", "~ 1 | id"],
            _ when structure >= CovarianceStructure.ContinuousAutoregressive => ["~ time | group"],
            _ => ["~ level | group"],
        };
        var spec = new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
            Random = terms,
            Structures = [structure],
            Method = seed % 4 == 0 ? HeterogeneityMethod.MaximumLikelihood : HeterogeneityMethod.Reml,
        };
        return (spec, Rows(random, hasOther: kind == "crossed"));
    }

    private static Dataset Rows(Random random, bool hasOther)
    {
        var (groups, levels, spread) = (random.Next(3, 8), random.Next(2, 4), 0.5 + random.Next(3));
        var (between, within) = (Math.Exp(Normal(random) - 1), Math.Exp(Normal(random) - 1.5));
        double[] others = [.. Enumerable.Range(0, 4).Select(_ => within * Normal(random))];
        var rows = new List<(double Y, double V, int Group, int Level, int Other)>();
        for (var g = 1; g <= groups; g++)
        {
            var effect = between * Normal(random);
            int[] seen = [.. Enumerable.Range(1, levels)];
            random.Shuffle(seen);
            foreach (var level in seen.Take(random.Next(1, levels + 1)).Concat(seen.Take(random.Next(3) == 0 ? 1 : 0)))
            {
                var (v, other) = (Math.Exp((spread * Normal(random)) - 3), random.Next(4));
                var y = 0.3 + effect + (hasOther ? others[other] : 0.5 * level * within * Normal(random)) + (Math.Sqrt(v) * Normal(random));
                rows.Add((y, v, g, level, other));
            }
        }

        return new Dataset("small",
        [
            new NumberColumn("yi", [.. rows.Select(r => r.Y)]),
            new NumberColumn("vi", [.. rows.Select(r => r.V)]),
            new IntegerColumn("group", [.. rows.Select(r => r.Group)]),
            new IntegerColumn("level", [.. rows.Select(r => r.Level)]),
            new IntegerColumn("other", [.. rows.Select(r => r.Other)]),
            new NumberColumn("time", [.. rows.Select(r => (0.75 * r.Level) + (r.Level == 2 ? 0.4 : 0))]),
            new IntegerColumn("id", [.. Enumerable.Range(1, rows.Count)]),
        ]);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
