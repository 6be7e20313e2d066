namespace MetaBridge.Data.Formulas;

/// <summary>
/// Polynomials p₁ … p_d with Σᵢ pⱼ(xᵢ) pₗ(xᵢ) = 1 for j = l and else 0, each orthogonal to the constant: what R's <c>poly</c>
/// and, on 1 … n, <c>contr.poly</c> give.
/// </summary>
/// <remarks>
/// Stieltjes' three-term recurrence (Forsythe 1957): p_{j+1} = (x − αⱼ) pⱼ − βⱼ p_{j−1}, with every new column orthogonalised a second
/// time against all earlier ones, which keeps the result orthogonal to rounding. The leading coefficient is positive, which
/// is R's sign. Cost O(n d²).
/// </remarks>
internal static class OrthogonalPolynomials
{
    /// <summary>The values of p₁ … p_d at x, stored by columns (n × d).</summary>
    public static double[] Evaluate(ReadOnlySpan<double> x, int degree)
    {
        var n = x.Length;
        var mean = SummaryFunctions.Mean(x.ToArray());
        var basis = new double[n * (degree + 1)];
        basis.AsSpan(0, n).Fill(1 / Math.Sqrt(n));
        for (var j = 1; j <= degree; j++)
        {
            var previous = basis.AsSpan((j - 1) * n, n);
            var column = basis.AsSpan(j * n, n);
            for (var i = 0; i < n; i++)
            {
                column[i] = (x[i] - mean) * previous[i];
            }

            Orthogonalise(basis, n, j);
            Orthogonalise(basis, n, j);
            Normalise(column);
        }

        return basis[n..];
    }

    /// <summary>Subtracts from column j its parts along the columns before it.</summary>
    private static void Orthogonalise(double[] basis, int n, int j)
    {
        var column = basis.AsSpan(j * n, n);
        for (var l = 0; l < j; l++)
        {
            var earlier = basis.AsSpan(l * n, n);
            var part = Dot(column, earlier);
            for (var i = 0; i < n; i++)
            {
                column[i] -= part * earlier[i];
            }
        }
    }

    private static void Normalise(Span<double> column)
    {
        var norm = Math.Sqrt(Dot(column, column));
        for (var i = 0; i < column.Length; i++)
        {
            column[i] /= norm;
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
