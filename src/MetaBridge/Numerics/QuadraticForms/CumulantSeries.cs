using System.Numerics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>The determinant of <see cref="ProjectedForm"/> near a real point c, at a cost that hardly depends on the number of studies.</summary>
/// <remarks>
/// <para>With g = 1 − 2cd, r = 2d/g and s = c + δ: 1 − 2sd = g (1 − δr). Where |δr| is small, Σ ln(1 − δr) = −Σ δⁿ/n Σ rⁿ and Σ zz'/(g (1 − δr)) = Σ δⁿ Σ zz' rⁿ/g are
/// power series in δ, whose coefficients one pass over the studies gives. The other rows are taken as they are.</para>
/// <para>Within the points that count for the integral of <see cref="FormTail"/>, Σ (δr)² is about 200 at most. So no more than 200/0.4² = 1,250 rows are left over, however many
/// there are.</para>
/// </remarks>
internal sealed class CumulantSeries
{
    private const int Block = 256;

    /// <summary>
    /// The largest |δr| and the number of powers: 0.4³² is 2e-13 at the edge of the circle, where what is integrated has all but vanished, and falls by 2³² half way to it.
    /// </summary>
    private const double Ratio = 0.4;
    private const int Powers = 32;

    private readonly double center;
    private readonly double radius;
    private readonly int p;
    private readonly double[] sums = new double[Powers + 1];
    private readonly double[] moments;
    private readonly FactorRows rest;

    /// <param name="d">The diagonal.</param>
    /// <param name="z">The basis by columns.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="c">c.</param>
    /// <param name="radius">The largest |δ|.</param>
    public CumulantSeries(double[] d, double[] z, int columns, double c, double radius)
    {
        (center, this.radius, p) = (c, radius, columns);
        moments = new double[p * p * (Powers + 1)];
        var left = new List<int>();
        var block = new BlockOfRows(p);
        for (var start = 0; start < d.Length; start += Block)
        {
            Add(block, d, z, start, Math.Min(Block, d.Length - start), left);
        }

        for (var n = 1; n <= Powers; n++)
        {
            sums[n] /= -n;
        }

        rest = Rows(d, z, left);
    }

    /// <summary>Whether the series holds at a point.</summary>
    public bool Covers(Complex s) => Complex.Abs(s - center) <= radius;

    /// <summary>Multiplies the product, fills the lower triangle of the matrix Z' diag(1/(1 − 2s d)) Z and returns the logarithm of the factors that are not in the product.</summary>
    public Complex Take(Complex s, ref TurningProduct product, Complex[] inner)
    {
        var u = (s - center) / radius;
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l <= j; l++)
            {
                inner[(l * p) + j] = At(u, moments.AsSpan(((l * p) + j) * (Powers + 1), Powers + 1));
            }
        }

        rest.Take(s, ref product, inner);
        return At(u, sums);
    }

    private static Complex At(Complex u, ReadOnlySpan<double> coefficients)
    {
        // Real and imaginary parts by hand: the operators of Complex check for what can't be here.
        double re = 0, im = 0;
        for (var n = coefficients.Length - 1; n >= 0; n--)
        {
            (re, im) = ((re * u.Real) - (im * u.Imaginary) + coefficients[n], (re * u.Imaginary) + (im * u.Real));
        }

        return new Complex(re, im);
    }

    private void Add(BlockOfRows block, double[] d, double[] z, int start, int count, List<int> left)
    {
        Span<double> g = block.Factor.AsSpan(0, count), inverse = block.Inverse.AsSpan(0, count), r = block.Ratio.AsSpan(0, count), power = block.Power.AsSpan(0, count);
        for (var i = 0; i < count; i++)
        {
            g[i] = 1 - (2 * center * d[start + i]);
            inverse[i] = 1 / g[i];
            r[i] = 2 * radius * d[start + i] * inverse[i];
        }

        for (var i = 0; i < count; i++)
        {
            if (!(g[i] > 0 && r[i] <= Ratio))
            {
                left.Add(start + i);
                (g[i], inverse[i], r[i]) = (1, 0, 0);
            }
        }

        sums[0] += VectorKernels.SumOfLogs(g);
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l <= j; l++)
            {
                var product = block.Products.AsSpan(((l * p) + j) * Block, count);
                VectorKernels.Multiply(z.AsSpan((j * d.Length) + start, count), z.AsSpan((l * d.Length) + start, count), product);
                VectorKernels.Multiply(product, inverse, product);
                moments[((l * p) + j) * (Powers + 1)] += VectorKernels.Sum(product);
            }
        }

        r.CopyTo(power);
        for (var n = 1; n <= Powers; n++)
        {
            AddPower(block, power, n);
            VectorKernels.Multiply(power, r, power);
        }
    }

    private void AddPower(BlockOfRows block, ReadOnlySpan<double> power, int n)
    {
        sums[n] += VectorKernels.Sum(power);
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l <= j; l++)
            {
                moments[(((l * p) + j) * (Powers + 1)) + n] += VectorKernels.Dot(power, block.Products.AsSpan(((l * p) + j) * Block, power.Length));
            }
        }
    }

    private FactorRows Rows(double[] d, double[] z, List<int> rows)
    {
        var kept = new double[rows.Count * p];
        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                kept[(j * rows.Count) + i] = z[(j * d.Length) + rows[i]];
            }
        }

        return new FactorRows([.. rows.Select(i => d[i])], kept, p);
    }

    /// <summary>Scratch space.</summary>
    private sealed class BlockOfRows(int p)
    {
        /// <summary>g.</summary>
        public double[] Factor { get; } = new double[Block];

        /// <summary>1/g, or 0 for a row that is left over.</summary>
        public double[] Inverse { get; } = new double[Block];

        /// <summary>r times the radius, or 0.</summary>
        public double[] Ratio { get; } = new double[Block];

        /// <summary>Its powers.</summary>
        public double[] Power { get; } = new double[Block];

        /// <summary>zz'/g, a block for each pair of columns.</summary>
        public double[] Products { get; } = new double[p * p * Block];
    }
}
