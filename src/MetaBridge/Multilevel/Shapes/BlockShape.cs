using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>M block by block: dense Cholesky of every connected cluster. O(Σ n³), linear in the number of clusters.</summary>
internal sealed partial class BlockShape : CovarianceShape
{
    // From this order on the vectorised kernels pay.
    private const int LargeBlock = 24;

    private readonly BlockLayout layout;
    private readonly CovarianceTerm[] terms;
    private readonly int[] firstParameter;
    private readonly int columns;
    private readonly double[] data;
    private readonly double[] sampling;
    private readonly long[] offsets;
    private readonly double[] factors;
    private readonly double[] solved;
    private readonly double[] cross;
    private readonly double[] residualWeights;
    private readonly double[] inverse;
    private readonly double[] work;
    private readonly double[] derivative;

    /// <summary>Creates the shape.</summary>
    /// <param name="layout">The blocks.</param>
    /// <param name="samplingCovariance">V in the original order of rows.</param>
    /// <param name="terms">The random terms; their rows are reordered to the layout's order.</param>
    /// <param name="data">Y by rows, original order.</param>
    /// <param name="columns">c.</param>
    public BlockShape(BlockLayout layout, SamplingCovariance samplingCovariance, CovarianceTerm[] terms, double[] data, int columns)
    {
        this.layout = layout;
        this.terms = terms;
        this.columns = columns;
        firstParameter = new int[terms.Length + 1];
        for (var t = 0; t < terms.Length; t++)
        {
            terms[t].Order(layout.Order);
            firstParameter[t + 1] = firstParameter[t] + terms[t].ParameterCount;
        }

        var k = layout.Order.Length;
        this.data = new double[k * columns];
        for (var i = 0; i < k; i++)
        {
            data.AsSpan(layout.Order[i] * columns, columns).CopyTo(this.data.AsSpan(i * columns));
        }

        offsets = new long[layout.Count + 1];
        for (var b = 0; b < layout.Count; b++)
        {
            long n = layout.Starts[b + 1] - layout.Starts[b];
            offsets[b + 1] = offsets[b] + (n * n);
        }

        sampling = Spread(samplingCovariance);
        factors = new double[offsets[^1]];
        solved = new double[k * columns];
        cross = new double[columns * columns];
        residualWeights = new double[k];
        var largest = layout.Largest;
        inverse = new double[largest * largest];
        work = new double[largest * largest];
        derivative = new double[Math.Max(1, ParameterCount) * largest];
    }

    public override string Description => layout.Count == 1 ? "dense" : "blocks";

    public override int ParameterCount => firstParameter[^1];

    public override double Cost => layout.CubicCost;

    public override ReadOnlySpan<double> CrossProducts => cross;

    public override bool Factor(ReadOnlySpan<double> theta)
    {
        for (var t = 0; t < terms.Length; t++)
        {
            if (!terms[t].Set(theta[firstParameter[t]..firstParameter[t + 1]]))
            {
                return false;
            }
        }

        sampling.CopyTo(factors, 0);
        Array.Clear(cross);
        LogDeterminant = 0;
        data.CopyTo(solved, 0);
        for (var b = 0; b < layout.Count; b++)
        {
            if (!FactorBlock(b))
            {
                return false;
            }
        }

        return true;
    }

    public override void AddGradient(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> inverseInformation, Span<double> gradient)
    {
        foreach (var term in terms)
        {
            term.BeginGradient();
        }

        for (var b = 0; b < layout.Count; b++)
        {
            var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
            FinishSolve(b, coefficients);
            if (terms.Length == 0)
            {
                continue;
            }

            Invert(b);
            var w = inverse.AsSpan(0, n * n);
            ToDerivative(start, n, inverseInformation, w);
            foreach (var term in terms)
            {
                term.Accumulate(start, n, w);
            }
        }

        for (var t = 0; t < terms.Length; t++)
        {
            terms[t].EndGradient(gradient[firstParameter[t]..firstParameter[t + 1]]);
        }
    }

    public override void AddInformation(ReadOnlySpan<double> inverseInformation, Span<double> information)
    {
        var (m, p) = (ParameterCount, columns - 1);
        var ff = new double[m * m];
        var xf = new double[p * m];
        for (var b = 0; b < layout.Count; b++)
        {
            AddBlockInformation(b, ff, xf);
        }

        AddProjected(ff, xf, inverseInformation, m, p, information);
        SubtractSecondDerivatives(terms, firstParameter, information);
    }

    public override double[] Solve(ReadOnlySpan<double> b, int count) =>
        Transform(b, count, static (l, n, x) => SmallCholesky.Solve(l, n, x));

    public override double[] Multiply(ReadOnlySpan<double> b, int count) =>
        Transform(b, count, static (l, n, x) => SmallCholesky.Multiply(l, n, x));

    private delegate void ColumnAction(ReadOnlySpan<double> factor, int n, Span<double> column);

    private double[] Transform(ReadOnlySpan<double> b, int count, ColumnAction action)
    {
        var result = new double[b.Length];
        var column = new double[layout.Largest];
        for (var block = 0; block < layout.Count; block++)
        {
            var (start, n) = (layout.Starts[block], layout.Starts[block + 1] - layout.Starts[block]);
            var l = factors.AsSpan((int)offsets[block], n * n);
            for (var c = 0; c < count; c++)
            {
                for (var i = 0; i < n; i++)
                {
                    column[i] = b[(layout.Order[start + i] * count) + c];
                }

                action(l, n, column.AsSpan(0, n));
                for (var i = 0; i < n; i++)
                {
                    result[(layout.Order[start + i] * count) + c] = column[i];
                }
            }
        }

        return result;
    }

    private bool FactorBlock(int b)
    {
        var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
        var m = factors.AsSpan((int)offsets[b], n * n);
        foreach (var term in terms)
        {
            term.AddTo(start, n, m);
        }

        var isDefinite = n < LargeBlock ? SmallCholesky.Factor(m, n) : DenseKernels.Cholesky(factors, (int)offsets[b], n);
        if (!isDefinite)
        {
            return false;
        }

        LogDeterminant += SmallCholesky.LogDeterminant(m, n);
        var z = solved.AsSpan(start * columns, n * columns);
        HalfSolve(m, n, z);
        for (var i = 0; i < n; i++)
        {
            var row = z.Slice(i * columns, columns);
            for (var a = 0; a < columns; a++)
            {
                for (var c = 0; c < columns; c++)
                {
                    cross[(a * columns) + c] += row[a] * row[c];
                }
            }
        }

        return true;
    }

    // z ← L⁻¹z for all columns at once.
    private void HalfSolve(ReadOnlySpan<double> l, int n, Span<double> z)
    {
        for (var i = 0; i < n; i++)
        {
            var target = z.Slice(i * columns, columns);
            for (var t = 0; t < i; t++)
            {
                var factor = l[(i * n) + t];
                var source = z.Slice(t * columns, columns);
                for (var c = 0; c < target.Length; c++)
                {
                    target[c] -= factor * source[c];
                }
            }

            var d = 1 / l[(i * n) + i];
            for (var c = 0; c < target.Length; c++)
            {
                target[c] *= d;
            }
        }
    }

    // solved ← U = L'⁻¹(L⁻¹Y), and a = U[−γ; 1].
    private void FinishSolve(int b, ReadOnlySpan<double> coefficients)
    {
        var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
        var l = factors.AsSpan((int)offsets[b], n * n);
        var z = solved.AsSpan(start * columns, n * columns);
        for (var i = n - 1; i >= 0; i--)
        {
            var source = z.Slice(i * columns, columns);
            var d = 1 / l[(i * n) + i];
            for (var c = 0; c < columns; c++)
            {
                source[c] *= d;
            }

            for (var t = 0; t < i; t++)
            {
                var factor = l[(i * n) + t];
                for (var c = 0; c < columns; c++)
                {
                    z[(t * columns) + c] -= factor * source[c];
                }
            }

            var a = source[columns - 1];
            for (var c = 0; c < columns - 1; c++)
            {
                a -= coefficients[c] * source[c];
            }

            residualWeights[start + i] = a;
        }
    }

    private void Invert(int b)
    {
        var n = layout.Starts[b + 1] - layout.Starts[b];
        if (n < LargeBlock)
        {
            SmallCholesky.Inverse(factors.AsSpan((int)offsets[b], n * n), n, inverse.AsSpan(0, n * n));
        }
        else
        {
            DenseKernels.Inverse(factors, (int)offsets[b], n, work, inverse);
        }
    }

    // From M⁻¹ of a block to ∂ℓ/∂M = −½(M⁻¹ − U_x C U_x') + ½aa'.
    private void ToDerivative(int start, int n, ReadOnlySpan<double> c, Span<double> w)
    {
        var p = columns - 1;
        Span<double> uc = p <= 32 ? stackalloc double[p] : new double[p];
        for (var i = 0; i < n; i++)
        {
            var ui = solved.AsSpan((start + i) * columns, p);
            for (var a = 0; a < p; a++)
            {
                uc[a] = 0;
                for (var e = 0; e < p; e++)
                {
                    uc[a] += c[(a * p) + e] * ui[e];
                }
            }

            var ai = residualWeights[start + i];
            for (var j = 0; j <= i; j++)
            {
                var uj = solved.AsSpan((start + j) * columns, p);
                var projected = w[(i * n) + j];
                for (var a = 0; a < p; a++)
                {
                    projected -= uc[a] * uj[a];
                }

                w[(i * n) + j] = w[(j * n) + i] = 0.5 * ((ai * residualWeights[start + j]) - projected);
            }
        }
    }

    private void AddBlockInformation(int b, double[] ff, double[] xf)
    {
        var (m, p) = (ParameterCount, columns - 1);
        var (start, n) = (layout.Starts[b], layout.Starts[b + 1] - layout.Starts[b]);
        var a = residualWeights.AsSpan(start, n);
        for (var t = 0; t < terms.Length; t++)
        {
            for (var j = 0; j < terms[t].ParameterCount; j++)
            {
                var f = derivative.AsSpan((firstParameter[t] + j) * n, n);
                terms[t].Apply(start, n, j, a, f);
                for (var i = 0; i < n; i++)
                {
                    for (var c = 0; c < p; c++)
                    {
                        xf[(c * m) + firstParameter[t] + j] += solved[((start + i) * columns) + c] * f[i];
                    }
                }

                SmallCholesky.SolveLower(factors.AsSpan((int)offsets[b], n * n), n, f);
            }
        }

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = DenseKernels.Dot(derivative.AsSpan(i * n, n), derivative.AsSpan(j * n, n));
                ff[(i * m) + j] += sum;
                ff[(j * m) + i] = ff[(i * m) + j];
            }
        }
    }

    private double[] Spread(SamplingCovariance covariance)
    {
        var values = new double[offsets[^1]];
        var k = layout.Order.Length;
        var (blockOf, position) = (new int[k], new int[k]);
        for (var b = 0; b < layout.Count; b++)
        {
            for (var i = layout.Starts[b]; i < layout.Starts[b + 1]; i++)
            {
                var row = layout.Order[i];
                (blockOf[row], position[row]) = (b, i - layout.Starts[b]);
                values[Index(b, position[row], position[row])] = covariance.Variances[row];
            }
        }

        foreach (var block in covariance.Blocks)
        {
            for (var i = 0; i < block.Rows.Count; i++)
            {
                for (var j = 0; j < block.Rows.Count; j++)
                {
                    values[Index(blockOf[block.Rows[i]], position[block.Rows[i]], position[block.Rows[j]])] = block[i, j];
                }
            }
        }

        return values;
    }

    private long Index(int b, int i, int j) => offsets[b] + ((long)i * (layout.Starts[b + 1] - layout.Starts[b])) + j;
}
