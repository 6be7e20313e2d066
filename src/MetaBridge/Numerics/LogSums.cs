namespace MetaBridge.Numerics;

/// <summary>Sums of many logarithms.</summary>
internal static class LogSums
{
    /// <summary>Factors in this range can be multiplied twice without leaving the range of doubles.</summary>
    private const double Largest = 1e150;

    private const double Smallest = 1e-150;

    /// <summary>Σ ln(xᵢ + shift), with one logarithm for as many factors as a double holds.</summary>
    public static double OfShifted(ReadOnlySpan<double> x, double shift)
    {
        double sum = 0, product = 1;
        foreach (var value in x)
        {
            var factor = value + shift;
            if (!(factor is > Smallest and < Largest))
            {
                sum += Math.Log(factor);
                continue;
            }

            product *= factor;
            if (!(product is > Smallest and < Largest))
            {
                sum += Math.Log(product);
                product = 1;
            }
        }

        return sum + Math.Log(product);
    }
}
