using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>Moments of y'P_a y for P_a = A − AX(X'AX)⁻¹X'A with any positive weights a: what the moment estimators of τ² need.</summary>
/// <remarks>
/// With P_a = √A (I − ZZ') √A: tr(P_a D) = Σ a d (1 − h), tr(P_a D P_a E) = Σ (ad)(ae)(1 − 2h) + ⟨Z'(ad)Z, Z'(ae)Z⟩ for diagonal D, E.
/// O(k p²).
/// </remarks>
internal sealed class WeightedForms
{
    private readonly double[] a;
    private readonly double[] z;
    private readonly int k;
    private readonly int p;
    private readonly double[] h;

    public WeightedForms(double[] weights, double[] residuals, double[] q, int p)
    {
        a = weights;
        k = weights.Length;
        this.p = p;
        z = new double[k * p];
        h = new double[k];
        var roots = Array.ConvertAll(a, Math.Sqrt);
        WeightedBasis.Build(q, roots, k, p, z, default);
        var u = new double[k];
        VectorKernels.Multiply(roots, residuals, u);
        WeightedBasis.TakeOut(z, k, p, u);
        YPy = VectorKernels.Dot(u, u);
        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < k; i++)
            {
                h[i] += z[(j * k) + i] * z[(j * k) + i];
            }
        }
    }

    /// <summary>y'P_a y.</summary>
    public double YPy { get; }

    /// <summary>Z, k × p by columns.</summary>
    public double[] Basis => z;

    /// <summary>tr(P_a).</summary>
    public double Trace()
    {
        var sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            sum += a[i] * (1 - h[i]);
        }

        return sum;
    }

    /// <summary>tr(P_a V).</summary>
    public double Trace(double[] v)
    {
        var sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            sum += a[i] * v[i] * (1 - h[i]);
        }

        return sum;
    }

    /// <summary>tr(P_a M P_a M) for M = diag(v + τ²): half the variance of y'P_a y.</summary>
    public double TraceOfSquare(double[] v, double tau2)
    {
        var d = new double[k];
        var sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            d[i] = a[i] * (v[i] + tau2);
            sum += d[i] * d[i] * (1 - (2 * h[i]));
        }

        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l <= j; l++)
            {
                var element = VectorKernels.Dot(z.AsSpan(j * k, k), z.AsSpan(l * k, k), d);
                sum += (l == j ? 1 : 2) * element * element;
            }
        }

        return sum;
    }
}
