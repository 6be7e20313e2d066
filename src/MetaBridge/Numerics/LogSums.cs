using System.Numerics;
using System.Runtime.InteropServices;

namespace MetaBridge.Numerics;

/// <summary>Sums of many logarithms.</summary>
internal static class LogSums
{
    /// <summary>Factors in this range can be multiplied twice without leaving the range of doubles.</summary>
    private const double Largest = 1e150;

    private const double Smallest = 1e-150;

    /// <summary>Powers of two that a product may reach, short of the 1022 that a double holds.</summary>
    private const double LargestExponent = 1000;

    /// <summary>Below this many factors to a product, vectors don't pay.</summary>
    private const int FewestFactors = 8;

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

    /// <summary>The same, several products at a time, since the range of the factors says how many fit one.</summary>
    /// <param name="x">x.</param>
    /// <param name="shift">The shift.</param>
    /// <param name="range">The smallest and the largest of x.</param>
    public static double OfShifted(ReadOnlySpan<double> x, double shift, (double Smallest, double Largest) range)
    {
        var steepest = Math.Max(Math.Abs(Math.Log2(range.Smallest + shift)), Math.Abs(Math.Log2(range.Largest + shift)));
        // Four products to a vector of sums: the last step multiplies them with each other.
        var factors = LargestExponent / Math.Max(steepest, 1);
        if (!(factors >= 4 * FewestFactors))
        {
            return OfShifted(x, shift);
        }

        var vectors = MemoryMarshal.Cast<double, Vector<double>>(x);
        var perChunk = 4 * ((int)factors / 4);
        var sum = 0.0;
        for (var start = 0; start < vectors.Length; start += perChunk)
        {
            sum += SumOfLogs(Product(vectors[start..Math.Min(start + perChunk, vectors.Length)], shift));
        }

        return sum + OfShifted(x[(vectors.Length * Vector<double>.Count)..], shift);
    }

    /// <summary>Products lane by lane; four at a time, since each multiplication waits for the one before.</summary>
    private static Vector<double> Product(ReadOnlySpan<Vector<double>> x, double shift)
    {
        var t = new Vector<double>(shift);
        Vector<double> a = Vector<double>.One, b = a, c = a, d = a;
        var i = 0;
        for (; i < x.Length - 3; i += 4)
        {
            a *= x[i] + t;
            b *= x[i + 1] + t;
            c *= x[i + 2] + t;
            d *= x[i + 3] + t;
        }

        for (; i < x.Length; i++)
        {
            a *= x[i] + t;
        }

        return a * b * (c * d);
    }

    private static double SumOfLogs(Vector<double> products)
    {
        var sum = 0.0;
        for (var i = 0; i < Vector<double>.Count; i++)
        {
            sum += Math.Log(products[i]);
        }

        return sum;
    }
}
