namespace MetaBridge.EffectSizes;

/// <summary>Averages over the studies, for the variance types that plug them in.</summary>
internal static class Averages
{
    /// <summary>Σ sizes·values / Σ sizes over the studies that have both; infinite where one is.</summary>
    public static double Weighted(ReadOnlySpan<double> values, ReadOnlySpan<double> sizes)
    {
        double sum = 0, size = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]) && !double.IsNaN(sizes[i]))
            {
                sum += sizes[i] * values[i];
                size += sizes[i];
            }
        }

        return sum / size;
    }
}
