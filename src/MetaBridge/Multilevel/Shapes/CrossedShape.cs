using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics.Sparse;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>
/// Crossed intercepts and independent sampling errors, worked on the side of the random effects: M = D + Z Λ² Z', a sparse
/// A = I + Λ Z'D⁻¹Z Λ (Henderson, 1950; Bates et al., 2015).
/// </summary>
/// <remarks>
/// <para>Terms with a level per row go into D = diag(v + σ²). Λ = diag(σ) may hold zeros. log|M| = log|D| + log|A|;
/// M⁻¹ = D⁻¹ − D⁻¹ZΛ A⁻¹ ΛZ'D⁻¹.</para>
/// <para>Traces need A⁻¹ only where A has entries: tr(Z_l'M⁻¹Z_l) = (q_l − tr(A⁻¹)_ll)/σ_l². That quotient loses digits as σ_l → 0, so for tiny
/// σ_l it is computed column by column.</para>
/// </remarks>
internal sealed partial class CrossedShape : CovarianceShape
{
    // Below this σ²·max(Z'D⁻¹Z) the quotient for the trace would lose more than half of the digits.
    private const double SmallEffect = 1e-6;

    private readonly int k;
    private readonly int columns;
    private readonly int q;
    private readonly int[][] levels;
    private readonly int[] parameterOf;
    private readonly int leafParameter;
    private readonly int[] ownerOf;
    private readonly double[] v;
    private readonly double[] y;
    private readonly double[] d;
    private readonly double[] scale;
    private readonly SparseCholesky cholesky;
    private readonly int[] entryAt;
    private readonly int[] columnOfEntry;
    private readonly int[] rowOfEntry;
    private readonly double[] product;
    private readonly double[] entries;
    private readonly double[] half;
    private readonly double[] cross;
    private readonly double[] solved;
    private readonly double[] a;
    private int[]? factorAt;

    private CrossedShape(int k, int columns, int[][] levels, int[] parameterOf, int leafParameter, int parameters, double[] v, double[] y, CrossedPattern pattern)
    {
        (this.k, this.columns, this.levels, this.parameterOf, this.leafParameter, this.v, this.y) = (k, columns, levels, parameterOf, leafParameter, v, y);
        ParameterCount = parameters;
        q = pattern.Size;
        ownerOf = pattern.OwnerOf;
        entryAt = pattern.EntryAt;
        (columnOfEntry, rowOfEntry) = (pattern.ColumnOfEntry, pattern.Rows);
        cholesky = new SparseCholesky(q, pattern.ColumnStarts, pattern.Rows);
        d = new double[k];
        scale = new double[q];
        product = new double[pattern.Rows.Length];
        entries = new double[pattern.Rows.Length];
        half = new double[columns * q];
        cross = new double[columns * columns];
        solved = new double[k * columns];
        a = new double[k];
    }

    public override string Description => "sparse";

    public override int ParameterCount { get; }

    public override double Cost => (20.0 * k * levels.Length) + (10.0 * cholesky.FactorEntries * Math.Max(1, cholesky.FactorEntries / Math.Max(1, q)));

    public override ReadOnlySpan<double> CrossProducts => cross;

    /// <summary>The shape, or null when V is not diagonal or a term is not a plain intercept.</summary>
    public static CrossedShape? TryOf(SamplingCovariance sampling, CovarianceTerm[] terms, double[] data, int columns)
    {
        var k = sampling.RowCount;
        if (sampling.Blocks.Count > 0 || terms.Any(term => term is not InterceptTerm { HasKnownCorrelation: false }))
        {
            return null;
        }

        var plain = terms.Cast<InterceptTerm>().ToArray();
        var leaf = Array.FindIndex(plain, term => term.LevelCount == k);
        // A second term with a level per row would be the same effect again; it is rare enough to be left to dense blocks.
        if (plain.Count(term => term.LevelCount == k) > 1)
        {
            return null;
        }

        int[] parameterOf = [.. Enumerable.Range(0, plain.Length).Where(t => t != leaf)];
        var levels = Array.ConvertAll(parameterOf, t => plain[t].Levels.ToArray());
        var pattern = CrossedPattern.Of(k, levels, Array.ConvertAll(parameterOf, t => plain[t].LevelCount));
        return new CrossedShape(k, columns, pattern.Levels, parameterOf, leaf, plain.Length, [.. sampling.Variances], data, pattern);
    }

    public override bool Factor(ReadOnlySpan<double> theta)
    {
        var log = default(LogProduct);
        for (var i = 0; i < k; i++)
        {
            d[i] = v[i] + (leafParameter >= 0 ? theta[leafParameter] : 0);
            if (!(d[i] > 0))
            {
                return false;
            }

            log.Multiply(d[i]);
        }

        for (var j = 0; j < q; j++)
        {
            scale[j] = Math.Sqrt(theta[parameterOf[ownerOf[j]]]);
        }

        FormProduct();
        for (var e = 0; e < entries.Length; e++)
        {
            entries[e] = (scale[rowOfEntry[e]] * product[e] * scale[columnOfEntry[e]]) + (rowOfEntry[e] == columnOfEntry[e] ? 1 : 0);
        }

        if (!cholesky.Factor(entries))
        {
            return false;
        }

        LogDeterminant = log.Value + cholesky.LogDeterminant;
        Multiplied(y, columns, half, cross);
        return true;
    }

    public override double[] Solve(ReadOnlySpan<double> b, int count)
    {
        var copy = b.ToArray();
        var (projected, products, result) = (new double[count * q], new double[count * count], new double[b.Length]);
        Multiplied(copy, count, projected, products);
        SolveInto(copy, count, projected, result);
        return result;
    }

    public override double[] Multiply(ReadOnlySpan<double> b, int count)
    {
        var result = new double[b.Length];
        var sums = new double[q];
        for (var c = 0; c < count; c++)
        {
            Array.Clear(sums);
            for (var i = 0; i < k; i++)
            {
                foreach (var level in levels)
                {
                    sums[level[i]] += scale[level[i]] * b[(i * count) + c];
                }
            }

            for (var i = 0; i < k; i++)
            {
                result[(i * count) + c] = d[i] * b[(i * count) + c];
                foreach (var level in levels)
                {
                    result[(i * count) + c] += scale[level[i]] * sums[level[i]];
                }
            }
        }

        return result;
    }

    // Z'D⁻¹Z on the pattern of A.
    private void FormProduct()
    {
        Array.Clear(product);
        var pairs = levels.Length * (levels.Length + 1) / 2;
        for (var i = 0; i < k; i++)
        {
            var w = 1 / d[i];
            for (var e = 0; e < pairs; e++)
            {
                product[entryAt[(i * pairs) + e]] += w;
            }
        }
    }

    // projected ← A^(−½)ΛZ'D⁻¹B by columns, products ← B'M⁻¹B.
    private void Multiplied(double[] b, int count, double[] projected, double[] products)
    {
        Array.Clear(projected);
        Array.Clear(products);
        for (var i = 0; i < k; i++)
        {
            var w = 1 / d[i];
            var row = b.AsSpan(i * count, count);
            for (var c = 0; c < count; c++)
            {
                var wb = w * row[c];
                for (var e = 0; e <= c; e++)
                {
                    products[(c * count) + e] += wb * row[e];
                }

                foreach (var level in levels)
                {
                    projected[(c * q) + level[i]] += scale[level[i]] * wb;
                }
            }
        }

        for (var c = 0; c < count; c++)
        {
            var own = projected.AsSpan(c * q, q);
            cholesky.HalfSolve(own);
            for (var e = 0; e <= c; e++)
            {
                products[(c * count) + e] -= Numerics.Dense.DenseKernels.Dot(own, projected.AsSpan(e * q, q));
                products[(e * count) + c] = products[(c * count) + e];
            }
        }
    }

    // result ← M⁻¹B, given what Multiplied left in projected.
    private void SolveInto(double[] b, int count, double[] projected, double[] result)
    {
        var effects = new double[q];
        for (var c = 0; c < count; c++)
        {
            projected.AsSpan(c * q, q).CopyTo(effects);
            cholesky.FinishSolve(effects);
            for (var i = 0; i < k; i++)
            {
                var sum = b[(i * count) + c];
                foreach (var level in levels)
                {
                    sum -= scale[level[i]] * effects[level[i]];
                }

                result[(i * count) + c] = sum / d[i];
            }
        }
    }
}
