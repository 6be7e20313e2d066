namespace MetaBridge.Numerics;

/// <summary>A = Q R with orthonormal columns in Q (k × r) and R upper triangular (r × r); dependent columns left out.</summary>
/// <remarks>
/// Modified Gram-Schmidt with one reorthogonalisation, O(k p²). A column is dependent when less than <see cref="RankTolerance"/> of
/// its norm is left after the earlier columns are taken out: the rule and the constant of R's <c>lm</c>.
/// </remarks>
internal sealed class ThinQr
{
    /// <summary>R's tolerance in <c>qr</c> and <c>lm</c>.</summary>
    public const double RankTolerance = 1e-7;

    private ThinQr(double[] q, double[] r, int rows, int[] kept)
    {
        Q = q;
        R = r;
        Rows = rows;
        Kept = kept;
    }

    /// <summary>k × r by columns.</summary>
    public double[] Q { get; }

    /// <summary>r × r by columns, upper triangular.</summary>
    public double[] R { get; }

    /// <summary>k.</summary>
    public int Rows { get; }

    /// <summary>Indices of the columns of A that Q and R stand for.</summary>
    public int[] Kept { get; }

    /// <summary>r.</summary>
    public int Rank => Kept.Length;

    /// <summary>Factorises.</summary>
    /// <param name="a">k × p by columns.</param>
    /// <param name="rows">k.</param>
    /// <param name="columns">p.</param>
    /// <param name="dropDependent">False to keep every column whatever its remainder (zero remainders give a zero column).</param>
    public static ThinQr Factor(ReadOnlySpan<double> a, int rows, int columns, bool dropDependent = true)
    {
        var q = new double[rows * columns];
        var r = new double[columns * columns];
        var kept = new int[columns];
        var rank = Factor(a, rows, columns, dropDependent, q, r, kept);
        return rank == columns
            ? new ThinQr(q, r, rows, kept)
            : new ThinQr(q[..(rank * rows)], Compact(r, columns, rank), rows, kept[..rank]);
    }

    /// <summary>Factorises another matrix of the same shape in place of this one, if that has full rank; nothing is allocated.</summary>
    /// <param name="a">The matrix, by columns.</param>
    /// <returns>False when a column is redundant; the factors mean nothing then.</returns>
    public bool TryReplace(ReadOnlySpan<double> a) => Factor(a, Rows, Rank, true, Q, R, Kept) == Rank;

    private static int Factor(ReadOnlySpan<double> a, int rows, int columns, bool dropDependent, double[] q, double[] r, int[] kept)
    {
        var rank = 0;
        for (var j = 0; j < columns; j++)
        {
            var source = a.Slice(j * rows, rows);
            var column = q.AsSpan(rank * rows, rows);
            source.CopyTo(column);
            var before = Math.Sqrt(VectorKernels.Dot(source, source));
            var coefficients = r.AsSpan(rank * columns, columns);
            coefficients.Clear();
            Orthogonalize(q, rows, rank, column, coefficients);
            Orthogonalize(q, rows, rank, column, coefficients);
            var norm = Math.Sqrt(VectorKernels.Dot(column, column));
            if (dropDependent && !(norm >= RankTolerance * before && norm > 0))
            {
                continue;
            }

            coefficients[rank] = norm;
            VectorKernels.Scale(column, norm > 0 ? 1 / norm : 0);
            kept[rank++] = j;
        }

        return rank;
    }

    /// <summary>Solves R x = b in place.</summary>
    public void SolveUpper(Span<double> b) => Triangular.SolveUpper(R, Rank, b);

    /// <summary>ln |det R|.</summary>
    public double LogDeterminant() => Triangular.LogDeterminant(R, Rank);

    private static void Orthogonalize(double[] q, int rows, int count, Span<double> column, Span<double> coefficients)
    {
        for (var l = 0; l < count; l++)
        {
            var basis = q.AsSpan(l * rows, rows);
            var dot = VectorKernels.Dot(basis, column);
            VectorKernels.AddScaled(-dot, basis, column);
            coefficients[l] += dot;
        }
    }

    private static double[] Compact(double[] r, int stride, int rank)
    {
        var compact = new double[rank * rank];
        for (var j = 0; j < rank; j++)
        {
            r.AsSpan(j * stride, rank).CopyTo(compact.AsSpan(j * rank, rank));
        }

        return compact;
    }
}

/// <summary>Small upper triangular matrices, n × n by columns.</summary>
internal static class Triangular
{
    /// <summary>Solves R x = b in place.</summary>
    public static void SolveUpper(ReadOnlySpan<double> r, int n, Span<double> b)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            var sum = b[i];
            for (var j = i + 1; j < n; j++)
            {
                sum -= r[(j * n) + i] * b[j];
            }

            b[i] = sum / r[(i * n) + i];
        }
    }

    /// <summary>ln |det R|.</summary>
    public static double LogDeterminant(ReadOnlySpan<double> r, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            sum += Math.Log(Math.Abs(r[(i * n) + i]));
        }

        return sum;
    }
}
