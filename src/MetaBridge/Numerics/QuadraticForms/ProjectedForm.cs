using System.Numerics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>z'√D (I − ZZ') √D z for a diagonal D ≥ 0 and an orthonormal Z with few columns: a weighted residual sum of squares.</summary>
/// <remarks>
/// <para>No eigenvalues are needed: det(I − 2sC) = Π (1 − 2s d) · det(Z' diag(1/(1 − 2s d)) Z), which costs O(k p²) an s, and far less once
/// <see cref="Focus"/> has prepared for points near each other.</para>
/// <para>For Im s &gt; 0 every 1/(1 − 2s d) has a positive imaginary part; so has Z' diag( ) Z as a matrix, and so have its Schur complements. Hence the principal
/// logarithms of the factors and of the pivots add up to the continuous branch.</para>
/// </remarks>
internal sealed class ProjectedForm : IPositiveForm
{
    /// <summary>With fewer studies nearly all of them would be left over by the series.</summary>
    private const int FewestForSeries = 1500;

    private readonly double[] d;
    private readonly double[] z;
    private readonly int p;
    private readonly Complex[] inner;
    private readonly FactorRows rows;
    private CumulantSeries? near;

    /// <param name="diagonal">d, k of them.</param>
    /// <param name="basis">Z, k × p by columns.</param>
    /// <param name="columns">p.</param>
    public ProjectedForm(double[] diagonal, double[] basis, int columns)
    {
        (d, z, p) = (diagonal, basis, columns);
        inner = new Complex[p * p];
        rows = new FactorRows(d, z, p);
        var largest = LargestEigenvalue.Bound(d, z, p);
        Abscissa = 1 / (2 * largest);
        (Mean, Deviation) = Moments(largest);
    }

    /// <inheritdoc/>
    public double Abscissa { get; }

    /// <inheritdoc/>
    public double Mean { get; }

    /// <inheritdoc/>
    public double Deviation { get; }

    /// <inheritdoc/>
    public Complex Cumulant(Complex s)
    {
        var product = new TurningProduct();
        var sum = Complex.Zero;
        if (near is not null && near.Covers(s))
        {
            sum = near.Take(s, ref product, inner);
        }
        else
        {
            Array.Clear(inner);
            rows.Take(s, ref product, inner);
        }

        Eliminate(ref product);
        return -0.5 * (sum + product.Logarithm());
    }

    /// <inheritdoc/>
    public void Focus(double c, double radius) => near = d.Length >= FewestForSeries && radius > 0 ? new CumulantSeries(d, z, p, c, radius) : null;

    /// <summary>Multiplies by the pivots of the symmetric matrix in the lower triangle of <see cref="inner"/>, by elimination without exchanges.</summary>
    private void Eliminate(ref TurningProduct product)
    {
        for (var j = 0; j < p; j++)
        {
            var pivot = inner[(j * p) + j];
            product.Multiply(pivot);
            for (var l = j + 1; l < p; l++)
            {
                var ratio = inner[(j * p) + l] / pivot;
                for (var i = l; i < p; i++)
                {
                    inner[(l * p) + i] -= ratio * inner[(j * p) + i];
                }
            }
        }
    }

    /// <summary>Σ λ and √(2 Σ λ²): tr C = Σ d (1 − h), tr C² = Σ d² (1 − 2h) + ‖Z'DZ‖², in a unit in which squares are in the range of numbers.</summary>
    private (double Mean, double Deviation) Moments(double unit)
    {
        double mean = 0, squares = 0;
        for (var i = 0; i < d.Length; i++)
        {
            var h = 0.0;
            for (var j = 0; j < p; j++)
            {
                h += z[(j * d.Length) + i] * z[(j * d.Length) + i];
            }

            mean += d[i] * (1 - h);
            squares += d[i] / unit * (d[i] / unit) * (1 - (2 * h));
        }

        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l <= j; l++)
            {
                var element = VectorKernels.Dot(z.AsSpan(j * d.Length, d.Length), z.AsSpan(l * d.Length, d.Length), d) / unit;
                squares += (l == j ? 1 : 2) * element * element;
            }
        }

        return (mean, unit * Math.Sqrt(2 * squares));
    }
}
