namespace MetaBridge.Tests.Multilevel.HighPrecision;

/// <summary>Central differences of order 8 in double-double numbers: truncation near h⁸ and rounding near 1e-32/h are both far below 1e-16.</summary>
internal static class Differences
{
    private const double Step = 1.0 / 1024;
    private static readonly DoubleDouble[] Weights = [(DoubleDouble)4.0 / 5.0, (DoubleDouble)(-1.0) / 5.0, (DoubleDouble)4.0 / 105.0, (DoubleDouble)(-1.0) / 280.0];

    /// <summary>f'(0).</summary>
    public static DoubleDouble First(Func<double, DoubleDouble> f)
    {
        DoubleDouble sum = 0.0;
        for (var s = 0; s < Weights.Length; s++)
        {
            sum += Weights[s] * (f((s + 1) * Step) - f(-(s + 1) * Step));
        }

        return sum / Step;
    }

    /// <summary>Calls with every combination of steps of a derivative of order 1 or 2, and its weight.</summary>
    public static void Accumulate(int order, Action<double[], DoubleDouble> take)
    {
        for (var s = 0; s < 2 * Weights.Length; s++)
        {
            var (h, w) = At(s);
            if (order == 1)
            {
                take([h], w);
                continue;
            }

            for (var t = 0; t < 2 * Weights.Length; t++)
            {
                var (g, v) = At(t);
                take([h, g], w * v);
            }
        }
    }

    /// <summary>θ with one coordinate moved by h times its size.</summary>
    public static DoubleDouble[] Moved(double[] theta, int j, double h) => Moved(Array.ConvertAll(theta, t => (DoubleDouble)t), j, h);

    /// <summary>θ with one coordinate moved.</summary>
    public static DoubleDouble[] Moved(DoubleDouble[] theta, int j, double h)
    {
        var moved = (DoubleDouble[])theta.Clone();
        moved[j] += h;
        return moved;
    }

    private static (double H, DoubleDouble Weight) At(int s)
    {
        var i = s / 2;
        return s % 2 == 0 ? ((i + 1) * Step, Weights[i] / Step) : (-(i + 1) * Step, -Weights[i] / Step);
    }
}

/// <summary>Dense matrices by rows.</summary>
internal static class DenseMatrix
{
    public static DoubleDouble Dot(DoubleDouble[] a, DoubleDouble[] b)
    {
        DoubleDouble sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    public static DoubleDouble[] Multiply(DoubleDouble[] a, DoubleDouble[] x, int n) =>
        [.. Enumerable.Range(0, n).Select(i => Dot(a[(i * n)..((i + 1) * n)], x))];

    public static DoubleDouble[] Cholesky(DoubleDouble[] a, int n)
    {
        var l = (DoubleDouble[])a.Clone();
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = l[(i * n) + j];
                for (var t = 0; t < j; t++)
                {
                    sum -= l[(i * n) + t] * l[(j * n) + t];
                }

                l[(i * n) + j] = i == j ? DoubleDouble.Sqrt(sum) : sum / l[(j * n) + j];
            }
        }

        return l;
    }

    public static DoubleDouble[] SolveLower(DoubleDouble[] l, int n, DoubleDouble[] b)
    {
        var x = (DoubleDouble[])b.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var t = 0; t < i; t++)
            {
                x[i] -= l[(i * n) + t] * x[t];
            }

            x[i] /= l[(i * n) + i];
        }

        return x;
    }

    public static DoubleDouble[] Inverse(DoubleDouble[] a, int n)
    {
        var l = Cholesky(a, n);
        var half = Enumerable.Range(0, n).Select(j => SolveLower(l, n, [.. Enumerable.Range(0, n).Select(i => (DoubleDouble)(i == j ? 1.0 : 0.0))])).ToArray();
        return [.. Enumerable.Range(0, n * n).Select(e => Dot(half[e / n], half[e % n]))];
    }

    /// <summary>M⁻¹ − M⁻¹X(X'M⁻¹X)⁻¹X'M⁻¹.</summary>
    public static DoubleDouble[] Project(DoubleDouble[] inverse, double[][] x, int n)
    {
        var p = x[0].Length;
        var columns = Enumerable.Range(0, p).Select(j => x.Select(row => (DoubleDouble)row[j]).ToArray()).ToArray();
        var applied = columns.Select(column => Multiply(inverse, column, n)).ToArray();
        var normal = new DoubleDouble[p * p];
        for (var e = 0; e < p * p; e++)
        {
            normal[e] = Dot(columns[e / p], applied[e % p]);
        }

        var c = Inverse(normal, p);
        var result = (DoubleDouble[])inverse.Clone();
        for (var e = 0; e < n * n; e++)
        {
            for (var ab = 0; ab < p * p; ab++)
            {
                result[e] -= applied[ab / p][e / n] * c[ab] * applied[ab % p][e % n];
            }
        }

        return result;
    }
}
