using System.Numerics;
using System.Runtime.InteropServices;

namespace MetaBridge.Numerics;

/// <summary>Sums of products over spans of equal length, several numbers at a time.</summary>
internal static class VectorKernels
{
    /// <summary>Σ aᵢ bᵢ.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> sum = default, other = default;
        var j = 0;
        for (; j < va.Length - 1 && j < vb.Length - 1; j += 2)
        {
            sum += va[j] * vb[j];
            other += va[j + 1] * vb[j + 1];
        }

        if (j < va.Length && j < vb.Length)
        {
            sum += va[j] * vb[j];
        }

        var total = Vector.Sum(sum + other);
        for (var i = va.Length * Vector<double>.Count; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    /// <summary>Σ aᵢ bᵢ cᵢ.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        var vc = MemoryMarshal.Cast<double, Vector<double>>(c);
        var sum = Vector<double>.Zero;
        for (var i = 0; i < va.Length && i < vb.Length && i < vc.Length; i++)
        {
            sum += va[i] * vb[i] * vc[i];
        }

        var total = Vector.Sum(sum);
        for (var i = va.Length * Vector<double>.Count; i < a.Length; i++)
        {
            total += a[i] * b[i] * c[i];
        }

        return total;
    }

    /// <summary>y ← y + factor·x.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        var vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        var f = new Vector<double>(factor);
        for (var i = 0; i < vx.Length && i < vy.Length; i++)
        {
            vy[i] += f * vx[i];
        }

        for (var i = vx.Length * Vector<double>.Count; i < x.Length; i++)
        {
            y[i] += factor * x[i];
        }
    }

    /// <summary>target ← a∘b.</summary>
    public static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> target)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        var vt = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var i = 0; i < va.Length && i < vb.Length && i < vt.Length; i++)
        {
            vt[i] = va[i] * vb[i];
        }

        for (var i = va.Length * Vector<double>.Count; i < a.Length; i++)
        {
            target[i] = a[i] * b[i];
        }
    }

    /// <summary>x ← factor·x.</summary>
    public static void Scale(Span<double> x, double factor)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        for (var i = 0; i < vx.Length; i++)
        {
            vx[i] *= factor;
        }

        for (var i = vx.Length * Vector<double>.Count; i < x.Length; i++)
        {
            x[i] *= factor;
        }
    }

    /// <summary>A new array of ones.</summary>
    public static double[] Ones(int count)
    {
        var ones = GC.AllocateUninitializedArray<double>(count);
        Array.Fill(ones, 1.0);
        return ones;
    }

    /// <summary>Σ xᵢ.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        Vector<double> even = default, odd = default;
        var i = 0;
        for (; i < vx.Length - 1; i += 2)
        {
            even += vx[i];
            odd += vx[i + 1];
        }

        if (i < vx.Length)
        {
            even += vx[i];
        }

        var total = Vector.Sum(even + odd);
        foreach (var value in x[(vx.Length * Vector<double>.Count)..])
        {
            total += value;
        }

        return total;
    }

    /// <summary>Σ (xᵢ − c)².</summary>
    public static double SquaresAbout(ReadOnlySpan<double> x, double center)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        var c = new Vector<double>(center);
        Vector<double> even = default, odd = default;
        var i = 0;
        for (; i < vx.Length - 1; i += 2)
        {
            even += (vx[i] - c) * (vx[i] - c);
            odd += (vx[i + 1] - c) * (vx[i + 1] - c);
        }

        if (i < vx.Length)
        {
            even += (vx[i] - c) * (vx[i] - c);
        }

        var total = Vector.Sum(even + odd);
        foreach (var value in x[(vx.Length * Vector<double>.Count)..])
        {
            total += (value - center) * (value - center);
        }

        return total;
    }

    /// <summary>Whether no value is infinite or NaN.</summary>
    public static bool AllFinite(ReadOnlySpan<double> x)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        Vector<double> sum = default;
        for (var i = 0; i < vx.Length; i++)
        {
            // x − x is 0 for finite numbers and NaN for all else; a sum of such keeps the NaN.
            sum += vx[i] - vx[i];
        }

        var rest = Vector.Sum(sum);
        foreach (var value in x[(vx.Length * Vector<double>.Count)..])
        {
            rest += value - value;
        }

        return rest == 0;
    }

    /// <summary>Σ (yᵢ − centre)²/vᵢ and Σ 1/vᵢ.</summary>
    public static (double Squares, double Weight) WeightedSquares(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double centre)
    {
        var vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        var vv = MemoryMarshal.Cast<double, Vector<double>>(v);
        var c = new Vector<double>(centre);
        var (squares, weights) = (Vector<double>.Zero, Vector<double>.Zero);
        for (var i = 0; i < vy.Length && i < vv.Length; i++)
        {
            var weight = Vector<double>.One / vv[i];
            var residual = vy[i] - c;
            squares += residual * residual * weight;
            weights += weight;
        }

        var (square, total) = (Vector.Sum(squares), Vector.Sum(weights));
        for (var i = vy.Length * Vector<double>.Count; i < y.Length; i++)
        {
            square += (y[i] - centre) * (y[i] - centre) / v[i];
            total += 1 / v[i];
        }

        return (square, total);
    }

    /// <summary>Σ ln xᵢ.</summary>
    public static double SumOfLogs(ReadOnlySpan<double> x)
    {
        var vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        var sum = Vector<double>.Zero;
        foreach (var part in vx)
        {
            sum += Vector.Log(part);
        }

        var total = Vector.Sum(sum);
        for (var i = vx.Length * Vector<double>.Count; i < x.Length; i++)
        {
            total += Math.Log(x[i]);
        }

        return total;
    }
}
