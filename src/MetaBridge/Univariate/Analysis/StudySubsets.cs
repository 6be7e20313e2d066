using System.Numerics;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Which studies are in which subset: one bit per study, study i in bit i mod 64 of word i / 64.</summary>
internal sealed class StudySubsets
{
    private const int Bits = 64;

    private readonly ulong[] words;

    private StudySubsets(int studies, ulong[] words)
    {
        Studies = studies;
        WordsEach = WordsFor(studies);
        this.words = words;
        Count = words.Length / WordsEach;
    }

    /// <summary>k.</summary>
    public int Studies { get; }

    /// <summary>How many subsets.</summary>
    public int Count { get; }

    private int WordsEach { get; }

    /// <summary>How many subsets of at least so many of k studies there are.</summary>
    public static double Possible(int k, int least)
    {
        double total = 0, binomial = 1;
        for (var size = 0; size <= k; size++)
        {
            total += size >= least ? binomial : 0;
            binomial = binomial * (k - size) / (size + 1);
        }

        return total;
    }

    /// <summary>All subsets of at least so many studies, small ones first, those of a size in the order of their bits read as a number.</summary>
    public static StudySubsets All(int k, int least)
    {
        var words = new ulong[(int)Possible(k, least)];
        var next = 0;
        for (var size = least; size <= k; size++)
        {
            var last = (1UL << k) - 1;
            // The next larger number with as many bits (Gosper).
            for (var set = (1UL << size) - 1; set <= last;)
            {
                words[next++] = set;
                var lowest = set & (~set + 1);
                var ripple = set + lowest;
                set = ripple | (((set ^ ripple) / lowest) >> 2);
            }
        }

        return new StudySubsets(k, words);
    }

    /// <summary>Random subsets, each of those with at least so many studies being equally likely, small ones first.</summary>
    /// <remarks>Subset j depends on the seed and j only, before sorting.</remarks>
    public static StudySubsets Random(int k, int least, int count, long seed)
    {
        var each = WordsFor(k);
        var drawn = new ulong[count][];
        for (var j = 0; j < count; j++)
        {
            drawn[j] = Draw(new CounterRandom(seed, j), k, least, each);
        }

        return new StudySubsets(k, [.. drawn.OrderBy(Size).SelectMany(set => set)]);
    }

    /// <summary>Whether a study is in a subset.</summary>
    public bool Contains(int subset, int study) => (words[(subset * WordsEach) + (study / Bits)] >> (study % Bits) & 1) != 0;

    /// <summary>Writes the studies of a subset, counted from 0 in increasing order.</summary>
    /// <returns>How many they are.</returns>
    public int CopyTo(int subset, Span<int> studies)
    {
        var count = 0;
        for (var w = 0; w < WordsEach; w++)
        {
            for (var left = words[(subset * WordsEach) + w]; left != 0; left &= left - 1)
            {
                studies[count++] = (w * Bits) + BitOperations.TrailingZeroCount(left);
            }
        }

        return count;
    }

    /// <summary>The subsets in parts of some studies each, as numbers: bit i of part q stands for study q · width + i.</summary>
    public double[] Part(int part, int width)
    {
        var values = new double[Count];
        for (var s = 0; s < Count; s++)
        {
            for (var i = 0; i < width && (part * width) + i < Studies; i++)
            {
                values[s] += Contains(s, (part * width) + i) ? 1L << i : 0;
            }
        }

        return values;
    }

    private static ulong[] Draw(CounterRandom random, int k, int least, int each)
    {
        var set = new ulong[each];
        do
        {
            Array.Clear(set);
            for (var i = 0; i < k; i++)
            {
                set[i / Bits] |= random.Uniform() < 0.5 ? 1UL << (i % Bits) : 0;
            }
        }
        while (Size(set) < least);
        return set;
    }

    private static int Size(ulong[] set) => set.Sum(BitOperations.PopCount);

    private static int WordsFor(int studies) => (studies + Bits - 1) / Bits;
}
