using System.Numerics;
using System.Runtime.Intrinsics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>A product of complex numbers whose logarithm is the sum of their principal logarithms.</summary>
/// <remarks>
/// The principal argument of a product differs from the sum of two principal arguments by a whole turn at most, and the signs of the parts say whether it does. So counting turns,
/// beside a power of two that keeps the product in range, takes the place of a logarithm per factor.
/// </remarks>
internal struct TurningProduct()
{
    /// <summary>Beyond these sizes a power of two is taken out, so that one more factor within them leaves the range of doubles by neither end.</summary>
    private const double Smallest = 1e-100;
    private const double Largest = 1e100;

    private double real = 1;
    private double imaginary;
    private double exponent;
    private double turns;

    /// <summary>Multiplies by a number.</summary>
    public void Multiply(Complex factor)
    {
        var (re, im) = (factor.Real, factor.Imaginary);
        var (newReal, newImaginary) = ((real * re) - (imaginary * im), (real * im) + (imaginary * re));
        if (imaginary >= 0 && im >= 0)
        {
            // Arguments of 0 to π; of two negative numbers, real ones too, the sum is always above π.
            turns += newImaginary < 0 || (real < 0 && re < 0) ? 1 : 0;
        }
        else if (imaginary < 0 && im < 0)
        {
            turns -= newImaginary >= 0 ? 1 : 0;
        }

        (real, imaginary) = (newReal, newImaginary);
        var size = Math.Max(Math.Abs(real), Math.Abs(imaginary));
        if (!(size is > Smallest and < Largest))
        {
            Rescale(size);
        }
    }

    private void Rescale(double size)
    {
        if (!double.IsFinite(size) || size == 0)
        {
            (real, imaginary) = (double.NaN, double.NaN);
            return;
        }

        var power = Math.ILogB(size);
        (real, imaginary) = (Math.ScaleB(real, -power), Math.ScaleB(imaginary, -power));
        exponent += power;
    }

    /// <summary>Multiplies by the product of all lanes.</summary>
    public void Multiply(in Lanes lanes)
    {
        for (var i = 0; i < Vector512<double>.Count; i++)
        {
            Multiply(new Complex(lanes.Real[i], lanes.Imaginary[i]));
        }

        exponent += Vector512.Sum(lanes.Exponent);
        turns -= Vector512.Sum(lanes.Turns);
    }

    /// <summary>The sum of the logarithms.</summary>
    // A zero has no sign here: it is the end of a half turn to the left.
    public readonly Complex Logarithm() => new(
        (0.5 * Math.Log((real * real) + (imaginary * imaginary))) + (exponent * Math.Log(2)),
        Math.Atan2(imaginary + 0.0, real) + (2 * Math.PI * turns));

    /// <summary>Eight products side by side, of factors whose arguments are between −π and 0.</summary>
    internal struct Lanes()
    {
        private const int ExponentBits = 52;
        private const long Bias = 1023;

        /// <summary>The real parts.</summary>
        public Vector512<double> Real = Vector512<double>.One;

        /// <summary>The imaginary parts.</summary>
        public Vector512<double> Imaginary = default;

        /// <summary>Powers of two taken out.</summary>
        public Vector512<long> Exponent = default;

        /// <summary>Turns to the right.</summary>
        public Vector512<double> Turns = default;

        /// <summary>Multiplies by factors with imaginary parts that are not positive.</summary>
        public void Multiply(Vector512<double> re, Vector512<double> im)
        {
            var newReal = (Real * re) - (Imaginary * im);
            var newImaginary = (Real * im) + (Imaginary * re);
            var turned = Vector512.LessThan(Imaginary, Vector512<double>.Zero) & Vector512.GreaterThanOrEqual(newImaginary, Vector512<double>.Zero);
            Turns += turned & Vector512<double>.One;
            var bits = Vector512.ShiftRightLogical(Vector512.Max(Vector512.Abs(newReal), Vector512.Abs(newImaginary)).AsInt64(), ExponentBits);
            var scale = Vector512.ShiftLeft(Vector512.Create(2 * Bias) - bits, ExponentBits).AsDouble();
            Exponent += bits - Vector512.Create(Bias);
            Real = newReal * scale;
            Imaginary = newImaginary * scale;
        }
    }
}
