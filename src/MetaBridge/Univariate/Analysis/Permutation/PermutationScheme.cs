using MetaBridge.Errors;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Which permutations there are, by number: changes of sign without moderators, distinct orders of the rows of X with them.</summary>
/// <remarks>
/// Every one is made from its number alone, so that threads share nothing. Signs: bit i of the number is the sign of study i. Orders: the rows of X sorted, equal
/// rows being one symbol, in lexicographic order of the symbols (Knuth, 2011, 7.2.1.2, algorithm L, by unranking). Sampled ones come from a stream per number;
/// number 0 is the data as they are.
/// </remarks>
internal sealed class PermutationScheme
{
    private const int MostPermutations = 100_000_000;

    private readonly int k;
    private readonly bool isSigns;
    private readonly long seed;
    private readonly int[][] rowsOfSymbol;

    private PermutationScheme(int k, bool isSigns, int[][] rowsOfSymbol, PermutationOptions options)
    {
        (this.k, this.isSigns, this.rowsOfSymbol, seed) = (k, isSigns, rowsOfSymbol, options.Seed);
        var all = isSigns ? Math.Pow(2, k) : Orders([.. rowsOfSymbol.Select(rows => rows.Length)]);
        IsExact = options.Exact || all <= options.Iterations;
        if (IsExact && all > MostPermutations)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"An exact test has {all:G4} permutations, more than {MostPermutations}; sample some (exact=FALSE)."),
                new Dictionary<string, object?> { ["option"] = "exact", ["value"] = all });
        }

        Count = IsExact ? (int)all : options.Iterations;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>Whether these are all.</summary>
    public bool IsExact { get; }

    /// <summary>Changes of sign of k studies.</summary>
    public static PermutationScheme OfSigns(int k, PermutationOptions options) => new(k, true, [], options);

    /// <summary>Distinct orders of the rows of X.</summary>
    /// <param name="design">k × p by columns.</param>
    /// <param name="k">k.</param>
    /// <param name="options">Which.</param>
    public static PermutationScheme OfRows(double[] design, int k, PermutationOptions options) => new(k, false, Symbols(design, k), options);

    /// <summary>How many distinct orders of the rows of X there are.</summary>
    public static double OrdersOfRows(double[] design, int k) => Orders([.. Symbols(design, k).Select(rows => rows.Length)]);

    // The rows of X sorted, equal rows together.
    private static int[][] Symbols(double[] design, int k)
    {
        var p = design.Length / k;
        int[] sorted = [.. Enumerable.Range(0, k)];
        Array.Sort(sorted, (a, b) => Compare(a, b) is var order && order != 0 ? order : a.CompareTo(b));
        var groups = new List<List<int>>();
        foreach (var row in sorted)
        {
            if (groups.Count == 0 || Compare(groups[^1][0], row) != 0)
            {
                groups.Add([]);
            }

            groups[^1].Add(row);
        }

        return [.. groups.Select(rows => rows.ToArray())];

        int Compare(int a, int b)
        {
            for (var j = 0; j < p; j++)
            {
                var order = design[(j * k) + a].CompareTo(design[(j * k) + b]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }

    /// <summary>Signs of the studies, −1 or 1.</summary>
    public void Signs(int number, Span<double> signs)
    {
        var random = IsExact || number == 0 ? null : new CounterRandom(seed, number);
        for (var i = 0; i < k; i++)
        {
            var isNegative = random is null ? ((number >> Math.Min(i, 31)) & 1) == 1 : random.Uniform() < 0.5;
            signs[i] = isNegative ? -1 : 1;
        }
    }

    /// <summary>The row of X that each study gets.</summary>
    public void Order(int number, Span<int> order)
    {
        if (IsExact)
        {
            Unrank(number, order);
            return;
        }

        for (var i = 0; i < k; i++)
        {
            order[i] = i;
        }

        if (number == 0)
        {
            return;
        }

        var random = new CounterRandom(seed, number);
        for (var i = k - 1; i > 0; i--)
        {
            var j = (int)(random.Uniform() * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    private void Unrank(int number, Span<int> order)
    {
        var left = Array.ConvertAll(rowsOfSymbol, rows => rows.Length);
        double rank = number, ways = Orders(left);
        for (var i = 0; i < k; i++)
        {
            for (var s = 0; s < left.Length; s++)
            {
                // Orders that begin with this symbol: its share of all of them.
                var begin = Math.Round(ways * left[s] / (k - i));
                if (rank < begin)
                {
                    order[i] = rowsOfSymbol[s][--left[s]];
                    ways = begin;
                    break;
                }

                rank -= begin;
            }
        }
    }

    // k!/(m₁! m₂! …) as a product of binomial coefficients.
    private static double Orders(int[] sizes)
    {
        var (ways, n) = (1.0, 0);
        foreach (var size in sizes)
        {
            for (var i = 1; i <= size; i++)
            {
                ways = Math.Round(ways * ++n / i);
            }
        }

        return ways;
    }
}
