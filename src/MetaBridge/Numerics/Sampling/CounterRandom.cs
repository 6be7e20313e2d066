namespace MetaBridge.Numerics.Sampling;

/// <summary>Random numbers as a function of seed, stream and counter: the same whatever runs beside them.</summary>
/// <remarks>The output function of SplitMix64 (Steele, Lea &amp; Flood, 2014) on a counter that starts at a hash of seed and stream.</remarks>
internal sealed class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>A stream.</summary>
    public CounterRandom(long seed, int stream) => state = Mix(Mix((ulong)seed) + (Golden * (ulong)(stream + 1)));

    /// <summary>Uniform on the open interval (0, 1).</summary>
    public double Uniform()
    {
        state += Golden;
        return ((Mix(state) >> 11) + 0.5) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal, by inversion.</summary>
    public double Normal() => Distributions.NormalUpperQuantile(Uniform());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
