namespace MetaBridge.Multilevel.Terms;

/// <summary>An unstructured covariance searched by its standard deviations τ ≥ 0 and correlations, so that each can be fixed.</summary>
/// <remarks>
/// As in metafor, G itself may be indefinite as long as the covariance of the outcomes is positive definite, which the likelihood
/// checks. Order: τ₁ … τ_q, then ρ₁₂, ρ₁₃, …, ρ₂₃, …
/// </remarks>
internal sealed class FreeUnstructuredTerm(int[] outer, int[] inner, double[] z, int q)
    : UnstructuredTerm(outer, inner, z, q)
{
    private readonly int q = q;
    private readonly double[] values = new double[q * (q + 1) / 2];

    public override bool Set(ReadOnlySpan<double> search)
    {
        Invalidate();
        search[..values.Length].CopyTo(values);
        for (int i = 0, at = q; i < q; i++)
        {
            G[(i * q) + i] = values[i] * values[i];
            for (var j = i + 1; j < q; j++)
            {
                G[(i * q) + j] = G[(j * q) + i] = values[at++] * values[i] * values[j];
            }
        }

        return true;
    }

    public override void Bounds(Span<double> lower, Span<double> upper)
    {
        lower.Fill(-1);
        upper.Fill(1);
        lower[..q].Clear();
        upper[..q].Fill(double.PositiveInfinity);
    }

    public override void ToNatural(ReadOnlySpan<double> search, Span<double> natural)
    {
        search.CopyTo(natural);
        for (var i = 0; i < q; i++)
        {
            natural[i] *= natural[i];
        }
    }

    public override void ToSearch(ReadOnlySpan<double> natural, Span<double> search)
    {
        natural.CopyTo(search);
        for (var i = 0; i < q; i++)
        {
            search[i] = Math.Sqrt(search[i]);
        }
    }

    public override void Jacobian(ReadOnlySpan<double> search, Span<double> jacobian)
    {
        var m = ParameterCount;
        jacobian[..(m * m)].Clear();
        for (var i = 0; i < m; i++)
        {
            jacobian[(i * m) + i] = i < q ? 2 * search[i] : 1;
        }
    }

    // G_ij = ρ_ij τ_i τ_j: each element is a product of its own three parameters.
    public override void AddSecondDerivatives(Span<double> matrix)
    {
        var m = ParameterCount;
        var gamma = CovarianceGradient;
        for (int i = 0, at = q; i < q; i++)
        {
            matrix[(i * m) + i] += 2 * gamma[(i * q) + i];
            for (var j = i + 1; j < q; j++, at++)
            {
                var w = 2 * gamma[(i * q) + j];
                AddPair(matrix, m, i, j, w * values[at]);
                AddPair(matrix, m, i, at, w * values[j]);
                AddPair(matrix, m, j, at, w * values[i]);
            }
        }
    }

    private static void AddPair(Span<double> matrix, int m, int a, int b, double value)
    {
        matrix[(a * m) + b] += value;
        matrix[(b * m) + a] += value;
    }

    protected override void FillDerivative(int parameter, Span<double> derivative)
    {
        derivative.Clear();
        for (int i = 0, at = q; i < q; i++)
        {
            for (var j = i + 1; j < q; j++, at++)
            {
                var slope = parameter == i ? values[at] * values[j]
                    : parameter == j ? values[at] * values[i]
                    : parameter == at ? values[i] * values[j] : 0;
                derivative[(i * q) + j] = derivative[(j * q) + i] = slope;
            }
        }

        if (parameter < q)
        {
            derivative[(parameter * q) + parameter] = 2 * values[parameter];
        }
    }
}
