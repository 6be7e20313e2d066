using System.Globalization;
using MetaBridge.Data;

namespace MetaBridge.Multilevel;

/// <summary>A factor over the rows of a model: the level of each row and the names of the levels.</summary>
/// <param name="Codes">Level of each row, counted from 0.</param>
/// <param name="Levels">Names of the levels, in R's order of factor levels.</param>
internal sealed record Grouping(int[] Codes, IReadOnlyList<string> Levels)
{
    /// <summary>The factor that R makes of a column: given levels, numbers by size, text by name. Unused levels are dropped.</summary>
    public static Grouping Of(Column column)
    {
        if (column is FactorColumn factor)
        {
            return Compact(factor.Codes.ToArray(), factor.Levels);
        }

        if (column is TextColumn)
        {
            return OfText(column);
        }

        if (column is IntegerColumn integers && TryDirect(integers.Values) is { } direct)
        {
            return direct;
        }

        var numbers = column.ToNumbers();
        var sorted = (double[])numbers.Clone();
        Array.Sort(sorted);
        var distinct = Distinct(sorted);
        var codes = Array.ConvertAll(numbers, value => Array.BinarySearch(distinct, value));
        var isLogical = column is LogicalColumn;
        return new Grouping(codes, new LazyNames(distinct, isLogical));
    }

    /// <summary>Levels of one factor within another, named <c>a/b</c>, in order of first appearance.</summary>
    public static Grouping Within(Grouping outer, Grouping inner)
    {
        var codes = new int[outer.Codes.Length];
        if (inner.Levels.Count == codes.Length)
        {
            return OneRowEach(outer, inner);
        }

        var seen = new Dictionary<long, int>(codes.Length);
        var pairs = new List<(int A, int B)>();
        for (var i = 0; i < codes.Length; i++)
        {
            var key = ((long)outer.Codes[i] * inner.Levels.Count) + inner.Codes[i];
            if (!seen.TryGetValue(key, out codes[i]))
            {
                codes[i] = seen[key] = pairs.Count;
                pairs.Add((outer.Codes[i], inner.Codes[i]));
            }
        }

        return new Grouping(codes, new PairNames(outer.Levels, inner.Levels, pairs));
    }

    // Integers without large gaps index a table of their levels.
    private static Grouping? TryDirect(ReadOnlySpan<int> values)
    {
        var (smallest, largest) = (int.MaxValue, int.MinValue);
        foreach (var value in values)
        {
            (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
        }

        var range = (long)largest - smallest + 1;
        if (values.Length == 0 || range > 4L * values.Length)
        {
            return null;
        }

        var table = new int[range];
        foreach (var value in values)
        {
            table[value - smallest] = 1;
        }

        var distinct = new List<double>(values.Length);
        for (var i = 0; i < table.Length; i++)
        {
            if (table[i] == 1)
            {
                table[i] = distinct.Count;
                distinct.Add(smallest + i);
            }
        }

        var codes = new int[values.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = table[values[i] - smallest];
        }

        return new Grouping(codes, new LazyNames([.. distinct], isLogical: false));
    }

    private static Grouping OneRowEach(Grouping outer, Grouping inner)
    {
        var codes = new int[outer.Codes.Length];
        var pairs = new List<(int A, int B)>(codes.Length);
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = i;
            pairs.Add((outer.Codes[i], inner.Codes[i]));
        }

        return new Grouping(codes, new PairNames(outer.Levels, inner.Levels, pairs));
    }

    private static Grouping OfText(Column column)
    {
        var names = new string[column.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = column.TextAt(i)!;
        }

        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            first.TryAdd(name, 0);
        }

        var levels = first.Keys.ToArray();
        Array.Sort(levels, Data.Formulas.RText.Compare);
        for (var i = 0; i < levels.Length; i++)
        {
            first[levels[i]] = i;
        }

        return new Grouping(Array.ConvertAll(names, name => first[name]), levels);
    }

    private static Grouping Compact(int[] codes, IReadOnlyList<string> levels)
    {
        var isUsed = new bool[levels.Count];
        foreach (var code in codes)
        {
            isUsed[code] = true;
        }

        var map = new int[levels.Count];
        var kept = new List<string>();
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = isUsed[i] ? kept.Count : -1;
            if (isUsed[i])
            {
                kept.Add(levels[i]);
            }
        }

        return new Grouping(Array.ConvertAll(codes, code => map[code]), kept);
    }

    private static double[] Distinct(double[] sorted)
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
            {
                sorted[count++] = sorted[i];
            }
        }

        return sorted[..count];
    }

    // A million level names are made only when someone reads them.
    private sealed class LazyNames(double[] values, bool isLogical) : IReadOnlyList<string>
    {
        public int Count => values.Length;

        public string this[int index] => isLogical
            ? (values[index] == 0 ? "FALSE" : "TRUE")
            : values[index].ToString("G15", CultureInfo.InvariantCulture);

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class PairNames(IReadOnlyList<string> a, IReadOnlyList<string> b, List<(int A, int B)> pairs) : IReadOnlyList<string>
    {
        public int Count => pairs.Count;

        public string this[int index] => a[pairs[index].A] + "/" + b[pairs[index].B];

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
