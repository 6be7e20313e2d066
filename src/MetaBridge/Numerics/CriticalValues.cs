namespace MetaBridge.Numerics;

/// <summary>Two-sided critical values by confidence level, remembered, since a batch of fits asks for the same few again and again.</summary>
internal static class CriticalValues
{
    private const int CacheSize = 256;
    private static readonly Entry?[] Cache = new Entry?[CacheSize];

    /// <summary>The value c with P(|Z| ≤ c) = level/100; with finite degrees of freedom that of t.</summary>
    /// <param name="level">In percent, between 0 and 100.</param>
    /// <param name="df">Degrees of freedom, or NaN for the normal distribution.</param>
    public static double TwoSided(double level, double df)
    {
        var slot = (int)((uint)HashCode.Combine(level, df) % CacheSize);
        // A slot is replaced as a whole, so a reader on another thread sees the old or the new entry, never a mixture.
        var entry = Cache[slot];
        if (entry is not null && entry.Level == level && entry.Df.Equals(df))
        {
            return entry.Value;
        }

        var tail = (100 - level) / 200;
        var value = double.IsNaN(df) ? Distributions.NormalUpperQuantile(tail) : Distributions.StudentUpperQuantile(tail, df);
        Cache[slot] = new Entry(level, df, value);
        return value;
    }

    private sealed record Entry(double Level, double Df, double Value);
}
