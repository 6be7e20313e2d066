using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Numerics;

/// <summary>Sums of many logarithms.</summary>
internal static class LogSums
{
    /// <summary>Factors in this range can be multiplied twice without leaving the range of doubles.</summary>
    private const double Largest = 1e150;

    private const double Smallest = 1e-150;

    /// <summary>Powers of two that a product may reach, short of the 1022 that a double holds by the 8 of eight numbers below 2.</summary>
    private const double LargestExponent = 1000;

    /// <summary>Products that are taken side by side.</summary>
    private const int Together = 4;

    /// <summary>Below this many factors to each of these products, vectors don't pay.</summary>
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
        var factors = FactorsOfProduct(range, shift, shift);
        return factors < Together * FewestFactors ? OfShifted(x, shift) : Chunked(x, shift, factors);
    }

    /// <summary>Σ ln(xᵢ + first) and Σ ln(xᵢ + second) in one pass.</summary>
    /// <param name="x">x.</param>
    /// <param name="first">A shift.</param>
    /// <param name="second">Another.</param>
    /// <param name="range">The smallest and the largest of x.</param>
    public static (double First, double Second) OfShifted(
        ReadOnlySpan<double> x, double first, double second, (double Smallest, double Largest) range)
    {
        var factors = FactorsOfProduct(range, first, second);
        if (factors < Together * FewestFactors)
        {
            return (OfShifted(x, first), OfShifted(x, second));
        }

        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(x);
        Vector512<double> t = Vector512.Create(first), u = Vector512.Create(second);
        RunningProduct product = new(), other = new();
        for (var start = 0; start < vectors.Length; start += factors)
        {
            Vector512<double> a = Vector512<double>.One, b = a, c = a, d = a;
            var i = start;
            var end = Math.Min(start + factors, vectors.Length);
            for (; i < end - 1; i += 2)
            {
                Vector512<double> even = vectors[i], odd = vectors[i + 1];
                a *= even + t;
                b *= odd + t;
                c *= even + u;
                d *= odd + u;
            }

            if (i < end)
            {
                a *= vectors[i] + t;
                c *= vectors[i] + u;
            }

            product.Multiply(a * b);
            other.Multiply(c * d);
        }

        var rest = x[(vectors.Length * Vector512<double>.Count)..];
        return (product.Logarithm(rest, first), other.Logarithm(rest, second));
    }

    /// <summary>How many factors fit one product, a multiple of <see cref="Together"/>; 0 when a factor is 0.</summary>
    private static int FactorsOfProduct((double Smallest, double Largest) range, double low, double high)
    {
        double smallest = range.Smallest + Math.Min(low, high), largest = range.Largest + Math.Max(low, high);
        var steepest = Math.Max(Math.Abs(Math.Log2(smallest)), Math.Abs(Math.Log2(largest)));
        var factors = LargestExponent / Math.Max(steepest, 1);
        return factors >= Together ? Together * ((int)factors / Together) : 0;
    }

    /// <summary>Four products at a time, since each multiplication waits for the one before.</summary>
    private static double Chunked(ReadOnlySpan<double> x, double shift, int factors)
    {
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(x);
        var t = Vector512.Create(shift);
        var product = new RunningProduct();
        for (var start = 0; start < vectors.Length; start += factors)
        {
            Vector512<double> a = Vector512<double>.One, b = a, c = a, d = a;
            var i = start;
            var end = Math.Min(start + factors, vectors.Length);
            for (; i < end - (Together - 1); i += Together)
            {
                a *= vectors[i] + t;
                b *= vectors[i + 1] + t;
                c *= vectors[i + 2] + t;
                d *= vectors[i + 3] + t;
            }

            for (; i < end; i++)
            {
                a *= vectors[i] + t;
            }

            product.Multiply(a * b * (c * d));
        }

        return product.Logarithm(x[(vectors.Length * Vector512<double>.Count)..], shift);
    }

    /// <summary>Eight products without end: numbers from 1 to 2 beside their powers of two.</summary>
    private struct RunningProduct()
    {
        private const int ExponentBits = 52;
        private const long Bias = 1023;

        private Vector512<double> mantissa = Vector512<double>.One;
        private Vector512<long> exponent = default;

        /// <summary>Multiplies by positive normal numbers.</summary>
        public void Multiply(Vector512<double> factor)
        {
            var bits = (mantissa * factor).AsInt64();
            exponent += Vector512.ShiftRightLogical(bits, ExponentBits) - Vector512.Create(Bias);
            mantissa = ((bits & Vector512.Create((1L << ExponentBits) - 1)) | Vector512.Create(Bias << ExponentBits)).AsDouble();
        }

        /// <summary>The logarithm of all eight, and of the few factors that fill no vector.</summary>
        public readonly double Logarithm(ReadOnlySpan<double> rest, double shift)
        {
            var product = 1.0;
            for (var i = 0; i < Vector512<double>.Count; i++)
            {
                product *= mantissa[i];
            }

            foreach (var value in rest)
            {
                product *= value + shift;
            }

            return (Vector512.Sum(exponent) * Math.Log(2)) + Math.Log(product);
        }
    }
}
