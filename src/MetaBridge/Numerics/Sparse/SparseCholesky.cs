namespace MetaBridge.Numerics.Sparse;

/// <summary>A = L D L' of a sparse symmetric positive definite matrix whose pattern stays while its values change.</summary>
/// <remarks>
/// Row by row along the elimination tree (Liu, 1986; Davis, 2005), unit lower L by columns. <see cref="SelectInverse"/> gives the elements
/// of A⁻¹ on the pattern of L at the cost of a factorisation (Takahashi, Fagan &amp; Chen, 1973). The order of elimination is the caller's.
/// </remarks>
internal sealed class SparseCholesky
{
    private readonly int n;
    private readonly int[] columnStarts;
    private readonly int[] rows;
    private readonly int[] parent;
    private readonly int[] starts;
    private readonly int[] indices;
    private readonly double[] values;
    private readonly double[] diagonal;
    private readonly int[] filled;
    private readonly double[] work;
    private readonly int[] pattern;
    private readonly int[] mark;
    private readonly double[] inverseValues;
    private readonly double[] inverseDiagonal;

    /// <summary>Analyses a pattern.</summary>
    /// <param name="n">Order.</param>
    /// <param name="columnStarts">Upper triangle by columns with the diagonal: start of each column, and the number of entries at the end.</param>
    /// <param name="rows">Row of each entry, at most its column.</param>
    public SparseCholesky(int n, int[] columnStarts, int[] rows)
    {
        this.n = n;
        this.columnStarts = columnStarts;
        this.rows = rows;
        parent = new int[n];
        mark = new int[n];
        pattern = new int[n];
        work = new double[n];
        filled = new int[n];
        diagonal = new double[n];
        starts = new int[n + 1];
        CountColumns();
        indices = new int[starts[n]];
        values = new double[starts[n]];
        inverseValues = new double[starts[n]];
        inverseDiagonal = new double[n];
    }

    /// <summary>Entries of L below the diagonal.</summary>
    public int FactorEntries => starts[n];

    /// <summary>log|A|.</summary>
    public double LogDeterminant
    {
        get
        {
            var sum = 0.0;
            foreach (var d in diagonal)
            {
                sum += Math.Log(d);
            }

            return sum;
        }
    }

    /// <summary>Factorises; false when A is not positive definite.</summary>
    /// <param name="entries">Values in the order of the pattern.</param>
    public bool Factor(ReadOnlySpan<double> entries)
    {
        Array.Fill(mark, -1);
        Array.Clear(filled);
        for (var k = 0; k < n; k++)
        {
            var top = Reach(k, entries);
            var d = work[k];
            work[k] = 0;
            for (; top < n; top++)
            {
                var i = pattern[top];
                var y = work[i];
                work[i] = 0;
                var end = starts[i] + filled[i];
                for (var p = starts[i]; p < end; p++)
                {
                    work[indices[p]] -= values[p] * y;
                }

                var l = y / diagonal[i];
                d -= l * y;
                indices[end] = k;
                values[end] = l;
                filled[i]++;
            }

            if (!(d > 0) || !double.IsFinite(d))
            {
                Array.Clear(work);
                return false;
            }

            diagonal[k] = d;
        }

        return true;
    }

    /// <summary>x ← D^(−½) L⁻¹x, so that x'x becomes x'A⁻¹x.</summary>
    public void HalfSolve(Span<double> x)
    {
        for (var j = 0; j < n; j++)
        {
            var xj = x[j];
            for (var p = starts[j]; p < starts[j + 1] && xj != 0; p++)
            {
                x[indices[p]] -= values[p] * xj;
            }
        }

        for (var j = 0; j < n; j++)
        {
            x[j] /= Math.Sqrt(diagonal[j]);
        }
    }

    /// <summary>The other half: x ← L'⁻¹D^(−½)x.</summary>
    public void FinishSolve(Span<double> x)
    {
        for (var j = n - 1; j >= 0; j--)
        {
            var sum = x[j] / Math.Sqrt(diagonal[j]);
            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                sum -= values[p] * x[indices[p]];
            }

            x[j] = sum;
        }
    }

    /// <summary>Computes A⁻¹ on the pattern of L.</summary>
    public void SelectInverse()
    {
        Array.Fill(mark, -1);
        for (var j = n - 1; j >= 0; j--)
        {
            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                mark[indices[p]] = p;
                inverseValues[p] = 0;
            }

            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                TakeColumn(indices[p], p);
            }

            var d = 1 / diagonal[j];
            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                d -= values[p] * inverseValues[p];
                mark[indices[p]] = -1;
            }

            inverseDiagonal[j] = d;
        }
    }

    /// <summary>Element (j, j) of A⁻¹.</summary>
    public double InverseDiagonal(int j) => inverseDiagonal[j];

    /// <summary>Element of A⁻¹ at an entry of L.</summary>
    public double InverseAt(int entry) => inverseValues[entry];

    /// <summary>Where L keeps element (i, j), i &gt; j; after the first factorisation.</summary>
    public int EntryOf(int i, int j) => Array.BinarySearch(indices, starts[j], starts[j + 1] - starts[j], i);

    // What column k of the inverse contributes to the current column, whose entry for row k is at position p.
    private void TakeColumn(int k, int p)
    {
        inverseValues[p] -= values[p] * inverseDiagonal[k];
        for (var e = starts[k]; e < starts[k + 1]; e++)
        {
            var at = mark[indices[e]];
            if (at >= 0)
            {
                inverseValues[at] -= values[p] * inverseValues[e];
                inverseValues[p] -= values[at] * inverseValues[e];
            }
        }
    }

    // Elimination tree and column counts of L.
    private void CountColumns()
    {
        var counts = new int[n];
        for (var k = 0; k < n; k++)
        {
            parent[k] = -1;
            mark[k] = k;
            for (var p = columnStarts[k]; p < columnStarts[k + 1]; p++)
            {
                for (var i = rows[p]; mark[i] != k; i = parent[i])
                {
                    parent[i] = parent[i] < 0 ? k : parent[i];
                    counts[i]++;
                    mark[i] = k;
                }
            }
        }

        for (var k = 0; k < n; k++)
        {
            starts[k + 1] = starts[k] + counts[k];
        }
    }

    // Scatters column k and finds the pattern of row k of L, in an order in which earlier columns come first.
    private int Reach(int k, ReadOnlySpan<double> entries)
    {
        var top = n;
        mark[k] = k;
        for (var p = columnStarts[k]; p < columnStarts[k + 1]; p++)
        {
            var i = rows[p];
            work[i] += entries[p];
            var length = 0;
            for (; mark[i] != k; i = parent[i])
            {
                pattern[length++] = i;
                mark[i] = k;
            }

            while (length > 0)
            {
                pattern[--top] = pattern[--length];
            }
        }

        return top;
    }
}
