namespace MetaBridge.Numerics.Dense;

/// <summary>Cholesky factorisation and solves for small symmetric matrices stored by rows, lower triangle.</summary>
internal static class SmallCholesky
{
    /// <summary>A = LL' in place (only the lower triangle is read and written); false when A is not positive definite.</summary>
    public static bool Factor(Span<double> a, int n)
    {
        for (var j = 0; j < n; j++)
        {
            var rowJ = a.Slice(j * n, n);
            var d = rowJ[j];
            for (var t = 0; t < j; t++)
            {
                d -= rowJ[t] * rowJ[t];
            }

            // A pivot that is only rounding is as bad as a negative one.
            if (!(d > 0) || !double.IsFinite(d))
            {
                return false;
            }

            d = Math.Sqrt(d);
            rowJ[j] = d;
            for (var i = j + 1; i < n; i++)
            {
                var rowI = a.Slice(i * n, n);
                var sum = rowI[j];
                for (var t = 0; t < j; t++)
                {
                    sum -= rowI[t] * rowJ[t];
                }

                rowI[j] = sum / d;
            }
        }

        return true;
    }

    /// <summary>log|A| from its factor.</summary>
    public static double LogDeterminant(ReadOnlySpan<double> l, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            sum += Math.Log(l[(i * n) + i]);
        }

        return 2 * sum;
    }

    /// <summary>x ← L⁻¹x.</summary>
    public static void SolveLower(ReadOnlySpan<double> l, int n, Span<double> x)
    {
        for (var i = 0; i < n; i++)
        {
            var row = l.Slice(i * n, i + 1);
            var sum = x[i];
            for (var t = 0; t < i; t++)
            {
                sum -= row[t] * x[t];
            }

            x[i] = sum / row[i];
        }
    }

    /// <summary>x ← L'⁻¹x.</summary>
    public static void SolveUpper(ReadOnlySpan<double> l, int n, Span<double> x)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            x[i] /= l[(i * n) + i];
            for (var t = 0; t < i; t++)
            {
                x[t] -= l[(i * n) + t] * x[i];
            }
        }
    }

    /// <summary>x ← A⁻¹x.</summary>
    public static void Solve(ReadOnlySpan<double> l, int n, Span<double> x)
    {
        SolveLower(l, n, x);
        SolveUpper(l, n, x);
    }

    /// <summary>x ← LL'x = Ax.</summary>
    public static void Multiply(ReadOnlySpan<double> l, int n, Span<double> x)
    {
        for (var j = 0; j < n; j++)
        {
            var sum = 0.0;
            for (var i = j; i < n; i++)
            {
                sum += l[(i * n) + j] * x[i];
            }

            x[j] = sum;
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var sum = 0.0;
            for (var j = 0; j <= i; j++)
            {
                sum += l[(i * n) + j] * x[j];
            }

            x[i] = sum;
        }
    }

    /// <summary>A⁻¹ in full from its factor.</summary>
    public static void Inverse(ReadOnlySpan<double> l, int n, Span<double> inverse)
    {
        Span<double> column = n <= 64 ? stackalloc double[n] : new double[n];
        for (var j = 0; j < n; j++)
        {
            column.Clear();
            column[j] = 1;
            Solve(l, n, column);
            for (var i = 0; i < n; i++)
            {
                inverse[(i * n) + j] = column[i];
            }
        }
    }
}
