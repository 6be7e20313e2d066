using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>Seeded random problems, most of them awkward: extreme scales, ties, zero and subnormal variances, collinear moderators.</summary>
internal sealed class FuzzCases
{
    private const double LargestExponent = 300;

    private static readonly HeterogeneityMethod[] Methods = Enum.GetValues<HeterogeneityMethod>();
    private static readonly CoefficientTest[] Tests = Enum.GetValues<CoefficientTest>();
    // What the family has; the other words are refused.
    private static readonly FurtherResult[] Further = [FurtherResult.Predictions, FurtherResult.HeterogeneityIntervals];

    private readonly Random random;

    public FuzzCases(int seed)
    {
        random = new Random(seed);
        var columns = One(0, 0, 1, 1, 2, 3);
        var k = One(1, 2, columns + 1, columns + 2, random.Next(1, 9), random.Next(9, 40));
        var isWild = random.Next(3) == 0;
        var scale = isWild ? Math.Pow(10, random.NextDouble() * 2 * LargestExponent - LargestExponent) : One(1, 1, 1e-6, 1e6);
        var range = isWild && random.Next(2) == 0 ? random.NextDouble() * LargestExponent : random.NextDouble() * 4;
        var offset = One(0, 0, 1, 1e8) * scale;
        var effects = Values(k, () => offset + (scale * Normal() * Math.Pow(10, range * Normal() / 4)));
        var variances = Values(k, () => scale * scale * Math.Pow(10, range * Normal() / 2) * random.NextDouble());
        Spoil(effects, isVariance: false);
        Spoil(variances, isVariance: true);
        Input = new UnivariateInput
        {
            EffectSizes = effects,
            Variances = variances,
            Design = columns == 0 && random.Next(4) > 0 ? null : Moderators(k, columns, scale),
            Weights = random.Next(4) == 0 ? Weights(k) : null,
        };
        Settings = RandomSettings(columns + 1, scale);
    }

    public UnivariateInput Input { get; }

    public UnivariateSettings Settings { get; }

    /// <summary>The same problem as a dataset, NaN being a missing value, and a specification.</summary>
    public (UnivariateSpec Spec, Dataset Data) AsDataset()
    {
        var k = Input.EffectSizes.Length;
        var p = (Input.Design?.Length ?? 0) / k;
        var columns = new List<Column> { new NumberColumn("y", Missing(Input.EffectSizes)), new NumberColumn("v", Missing(Input.Variances)) };
        for (var j = 0; j < p; j++)
        {
            columns.Add(new NumberColumn(Name(j), Missing(Input.Design![(j * k)..((j + 1) * k)])));
        }

        if (Input.Weights is { } weights)
        {
            columns.Add(new NumberColumn("w", Missing(weights)));
        }

        var spec = new UnivariateSpec
        {
            Effect = new EffectSpec { Measure = EffectMeasure.Given, Yi = "y", Vi = "v" },
            Moderators = p == 0 ? null : "~ " + string.Join(" + ", Enumerable.Range(0, p).Select(Name)),
            Method = Settings.Method,
            Test = Settings.Test,
            Level = Settings.Level,
            TauSquared = Settings.TauSquared,
            WeightColumn = Input.Weights is null ? null : "w",
            Weighted = Settings.Weighted,
            TestedCoefficients = Settings.TestedCoefficients,
            Also = [.. Settings.Also],
        };
        return (spec, new Dataset("fuzz", columns));
    }

    private static string Name(int j) => string.Create(CultureInfo.InvariantCulture, $"x{j + 1}");

    private static double[] Missing(double[] values) => Array.ConvertAll(values, value => double.IsNaN(value) ? Na.Real : value);

    private UnivariateSettings RandomSettings(int p, double scale) => new()
    {
        Method = Methods[random.Next(Methods.Length)],
        Test = Tests[random.Next(Tests.Length)],
        Level = random.Next(20) == 0 ? One(0, 100, double.NaN, 1e-10, 99.9999999999) : 95,
        TauSquared = random.Next(8) == 0 ? One(0, 1, scale * scale, 5e-324, 1e300, double.NaN, -1) : null,
        EvaluateAtTauSquared = random.Next(20) == 0 ? One(0, 1, scale * scale) : null,
        Weighted = random.Next(5) > 0,
        TestedCoefficients = random.Next(6) == 0 ? [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(0, p + 2))] : null,
        Also = [.. Further.Where(_ => random.Next(2) == 0)],
    };

    private void Spoil(double[] values, bool isVariance)
    {
        if (random.Next(4) > 0)
        {
            return;
        }

        var bad = isVariance
            ? One(double.NaN, double.PositiveInfinity, 0, 0, -1, 5e-324, 1e-310, 1e-300, 1e300, double.MaxValue)
            : One(double.NaN, double.NegativeInfinity, 0, 5e-324, 1e-300, 1e300, double.MinValue, values[0], values[0]);
        for (var i = random.Next(2) == 0 ? values.Length - 1 : 0; i < values.Length; i++)
        {
            values[i] = bad;
        }
    }

    private double[] Moderators(int k, int columns, double scale)
    {
        var x = new double[k * (columns + 1)];
        var hasIntercept = random.Next(4) > 0;
        var size = random.Next(3) == 0 ? scale : One(1, 1, 1990, 1e-9, 1e9);
        for (var j = 0; j <= columns; j++)
        {
            var kind = random.Next(6);
            for (var i = 0; i < k; i++)
            {
                x[(j * k) + i] = j == 0 && hasIntercept ? 1 : kind switch
                {
                    0 => random.Next(2),
                    1 when j > 0 => 2 * x[((j - 1) * k) + i],
                    2 when j > 0 => x[((j - 1) * k) + i] * (1 + (1e-6 * Normal())),
                    _ => size * (1 + Normal()),
                };
            }
        }

        return x;
    }

    private double[] Weights(int k)
    {
        var size = One(1, 1, 1e-300, 1e300, 5e-324);
        var worst = One(1, 1, 1, 0, -1, double.NaN);
        return Values(k, () => random.Next(4) == 0 ? worst : size * random.NextDouble());
    }

    private static double[] Values(int count, Func<double> next) => [.. Enumerable.Range(0, count).Select(_ => next())];

    private T One<T>(params T[] choices) => choices[random.Next(choices.Length)];

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
