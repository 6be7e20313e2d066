using System.Numerics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>z'√D (I − ZZ') √D z for a diagonal D ≥ 0 and an orthonormal Z with few columns: a weighted residual sum of squares.</summary>
/// <remarks>
/// <para>No eigenvalues are needed: det(I − 2sC) = Π (1 − 2s d) · det(Z' diag(1/(1 − 2s d)) Z), which costs O(k p²) an s.</para>
/// <para>For Im s &gt; 0 every 1/(1 − 2s d) has a positive imaginary part; so has Z' diag( ) Z as a matrix, and so have its Schur complements. Hence the principal
/// logarithms of the factors and of the pivots add up to the continuous branch.</para>
/// </remarks>
internal sealed class ProjectedForm : IPositiveForm
{
    /// <summary>How closely the largest eigenvalue is enclosed, relative.</summary>
    private const double EigenvalueTolerance = 1e-6;

    private readonly double[] d;
    private readonly double[] z;
    private readonly int k;
    private readonly int p;
    private readonly Complex[] inner;
    private readonly double[] real;

    /// <param name="diagonal">d, k of them.</param>
    /// <param name="basis">Z, k × p by columns.</param>
    /// <param name="columns">p.</param>
    public ProjectedForm(double[] diagonal, double[] basis, int columns)
    {
        d = diagonal;
        z = basis;
        k = diagonal.Length;
        p = columns;
        inner = new Complex[p * p];
        real = new double[p * p];
        for (var i = 0; i < k; i++)
        {
            var h = 0.0;
            for (var j = 0; j < p; j++)
            {
                h += z[(j * k) + i] * z[(j * k) + i];
            }

            Mean += d[i] * (1 - h);
        }

        Abscissa = 1 / (2 * LargestEigenvalue());
    }

    /// <inheritdoc/>
    public double Abscissa { get; }

    /// <inheritdoc/>
    public double Mean { get; }

    /// <inheritdoc/>
    public Complex Cumulant(Complex s)
    {
        Array.Clear(inner);
        var sum = Complex.Zero;
        for (var i = 0; i < k; i++)
        {
            var factor = 1 / (1 - (2 * s * d[i]));
            sum += Complex.Log(factor);
            for (var j = 0; j < p; j++)
            {
                var scaled = factor * z[(j * k) + i];
                for (var l = 0; l <= j; l++)
                {
                    inner[(l * p) + j] += scaled * z[(l * k) + i];
                }
            }
        }

        return 0.5 * (sum - LogDeterminant());
    }

    /// <summary>ln det of the symmetric matrix in the lower triangle of <see cref="inner"/>, by elimination without exchanges.</summary>
    private Complex LogDeterminant()
    {
        var sum = Complex.Zero;
        for (var j = 0; j < p; j++)
        {
            var pivot = inner[(j * p) + j];
            sum += Complex.Log(pivot);
            for (var l = j + 1; l < p; l++)
            {
                var ratio = inner[(j * p) + l] / pivot;
                for (var i = l; i < p; i++)
                {
                    inner[(l * p) + i] -= ratio * inner[(j * p) + i];
                }
            }
        }

        return sum;
    }

    /// <summary>An upper bound of the largest eigenvalue, by bisection on <see cref="HasEigenvalueAbove"/>.</summary>
    private double LargestEigenvalue()
    {
        double low = 0, high = 0;
        foreach (var value in d)
        {
            high = Math.Max(high, value);
        }

        high *= 1 + EigenvalueTolerance;
        while (high - low > EigenvalueTolerance * high)
        {
            var middle = (low + high) / 2;
            // Among the smallest numbers there is none in between.
            if (!(middle > low && middle < high))
            {
                break;
            }

            if (HasEigenvalueAbove(middle))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>
    /// Counts eigenvalues by Sylvester's law of inertia: as many are above x as d are, less the pivots of Z' diag(1/(x − d)) Z that are not positive.
    /// </summary>
    private bool HasEigenvalueAbove(double x)
    {
        Array.Clear(real);
        var count = 0;
        for (var i = 0; i < k; i++)
        {
            count += d[i] >= x ? 1 : 0;
            // A d that is x itself counts as one a rounding above it.
            var factor = 1 / (d[i] == x ? -1e-16 * x : x - d[i]);
            for (var j = 0; j < p; j++)
            {
                for (var l = 0; l <= j; l++)
                {
                    real[(l * p) + j] += factor * z[(j * k) + i] * z[(l * k) + i];
                }
            }
        }

        return count > NotPositivePivots();
    }

    private int NotPositivePivots()
    {
        var count = 0;
        for (var j = 0; j < p; j++)
        {
            var pivot = real[(j * p) + j];
            count += pivot > 0 ? 0 : 1;
            for (var l = j + 1; l < p && pivot != 0; l++)
            {
                var ratio = real[(j * p) + l] / pivot;
                for (var i = l; i < p; i++)
                {
                    real[(l * p) + i] -= ratio * real[(j * p) + i];
                }
            }
        }

        return count;
    }
}
