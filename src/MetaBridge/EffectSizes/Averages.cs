namespace MetaBridge.EffectSizes;

/// <summary>Averages over the studies, for the variance types that plug them in.</summary>
internal static class Averages
{
    /// <summary>Σ sizes·values / Σ sizes over the studies that have both.</summary>
    public static double Weighted(ReadOnlySpan<double> values, ReadOnlySpan<double> sizes)
    {
        double sum = 0, size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i]) && double.IsFinite(sizes[i]))
            {
                sum += sizes[i] * values[i];
                size += sizes[i];
            }
        }

        return sum / size;
    }
}
