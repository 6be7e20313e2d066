using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Terms;

/// <summary>How far two inner levels are apart.</summary>
internal abstract class DistanceRule
{
    /// <summary>The distance between two different levels.</summary>
    public abstract double Between(int a, int b);

    /// <summary>The smallest (but not 0) and the largest distance within a group; both 1 when there is none.</summary>
    /// <param name="outer">Group of each row.</param>
    /// <param name="inner">Level of each row.</param>
    public (double Smallest, double Largest) Range(int[] outer, int[] inner)
    {
        var (smallest, largest) = (double.PositiveInfinity, 0.0);
        foreach (var group in Enumerable.Range(0, inner.Length).GroupBy(i => outer[i]))
        {
            var levels = group.Select(i => inner[i]).Distinct().ToArray();
            foreach (var a in levels)
            {
                foreach (var b in levels)
                {
                    var d = a == b ? 0 : Between(a, b);
                    smallest = d > 0 ? Math.Min(smallest, d) : smallest;
                    largest = Math.Max(largest, d);
                }
            }
        }

        return largest > 0 ? (smallest, largest) : (1, 1);
    }

    /// <summary>Difference in rank: levels are numbered in their order (AR), or distance does not matter (CS).</summary>
    public static DistanceRule Rank { get; } = new RankRule();

    /// <summary>Difference in time, rounded so that times which differ by rounding only count as equal spacing.</summary>
    public static DistanceRule Time(double[] times) => new TimeRule(times);

    /// <summary>Distance between points under a metric.</summary>
    public static DistanceRule Points(double[][] coordinates, DistanceMetric metric) => new PointRule(coordinates, metric);

    /// <summary>Given distances, count × count.</summary>
    public static DistanceRule Given(double[] matrix, int count) => new MatrixRule(matrix, count);

    private sealed class RankRule : DistanceRule
    {
        public override double Between(int a, int b) => Math.Abs(a - b);
    }

    private sealed class TimeRule(double[] times) : DistanceRule
    {
        private const int Digits = 8;

        public override double Between(int a, int b) => Math.Round(Math.Abs(times[a] - times[b]), Digits);
    }

    private sealed class PointRule(double[][] coordinates, DistanceMetric metric) : DistanceRule
    {
        public override double Between(int a, int b) => metric switch
        {
            DistanceMetric.Euclidean => Math.Sqrt(coordinates.Sum(c => (c[a] - c[b]) * (c[a] - c[b]))),
            DistanceMetric.GreatCircle => GreatCircle.Kilometres(coordinates[0][a], coordinates[1][a], coordinates[0][b], coordinates[1][b]),
            DistanceMetric.Maximum => coordinates.Max(c => Math.Abs(c[a] - c[b])),
            _ => coordinates.Sum(c => Math.Abs(c[a] - c[b])),
        };
    }

    private sealed class MatrixRule(double[] matrix, int count) : DistanceRule
    {
        public override double Between(int a, int b) => matrix[(a * count) + b];
    }
}
