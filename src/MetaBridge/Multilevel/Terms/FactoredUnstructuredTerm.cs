namespace MetaBridge.Multilevel.Terms;

/// <summary>An unstructured covariance searched by its factors G = L D L' with unit lower L and D = diag(d), d ≥ 0.</summary>
/// <remarks>
/// G is positive semidefinite throughout, singular G lies exactly on the bounds, and M is linear in d, so that the derivative at d = 0
/// tells whether to leave it. Order: d₁ … d_q, then L₂₁, L₃₁, …, L_q1, L₃₂, …
/// </remarks>
internal sealed class FactoredUnstructuredTerm(int[] outer, int[] inner, double[] z, int q)
    : UnstructuredTerm(outer, inner, z, q)
{
    private readonly int q = q;
    private readonly double[] l = new double[q * q];
    private readonly double[] d = new double[q];

    public override bool Set(ReadOnlySpan<double> search)
    {
        Invalidate();
        Unpack(search);
        for (var i = 0; i < q; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var t = 0; t <= j; t++)
                {
                    sum += l[(i * q) + t] * d[t] * l[(j * q) + t];
                }

                G[(i * q) + j] = G[(j * q) + i] = sum;
            }
        }

        return true;
    }

    public override void Bounds(Span<double> lower, Span<double> upper)
    {
        lower.Fill(double.NegativeInfinity);
        lower[..q].Clear();
        upper.Fill(double.PositiveInfinity);
    }

    public override void ToNatural(ReadOnlySpan<double> search, Span<double> natural)
    {
        Set(search);
        var g = Covariance;
        for (int i = 0, at = q; i < q; i++)
        {
            natural[i] = g[(i * q) + i];
            for (var j = i + 1; j < q; j++)
            {
                var scale = Math.Sqrt(g[(i * q) + i] * g[(j * q) + j]);
                natural[at++] = scale > 0 ? Math.Clamp(g[(i * q) + j] / scale, -1, 1) : 0;
            }
        }
    }

    public override void ToSearch(ReadOnlySpan<double> natural, Span<double> search)
    {
        var covariance = new double[q * q];
        for (int i = 0, at = q; i < q; i++)
        {
            covariance[(i * q) + i] = natural[i];
            for (var j = i + 1; j < q; j++)
            {
                covariance[(j * q) + i] = natural[at++] * Math.Sqrt(natural[i] * natural[j]);
            }
        }

        for (var k = 0; k < q; k++)
        {
            var pivot = Math.Max(covariance[(k * q) + k], 0);
            // A pivot that is rounding beside its variance means a singular G: its column of L is free, so zero.
            pivot = pivot <= 1e-14 * natural[k] ? 0 : pivot;
            search[k] = pivot;
            for (var i = k + 1; i < q; i++)
            {
                search[IndexOf(i, k)] = pivot > 0 ? covariance[(i * q) + k] / pivot : 0;
            }

            for (var i = k + 1; i < q; i++)
            {
                for (var j = k + 1; j <= i; j++)
                {
                    covariance[(i * q) + j] -= search[IndexOf(i, k)] * pivot * search[IndexOf(j, k)];
                }
            }
        }
    }

    public override void Jacobian(ReadOnlySpan<double> search, Span<double> jacobian)
    {
        var m = ParameterCount;
        Set(search);
        var g = Covariance;
        for (var parameter = 0; parameter < m; parameter++)
        {
            var derivative = Derivative(parameter);
            for (int i = 0, at = q; i < q; i++)
            {
                jacobian[(i * m) + parameter] = derivative[(i * q) + i];
                for (var j = i + 1; j < q; j++, at++)
                {
                    var (gi, gj) = (g[(i * q) + i], g[(j * q) + j]);
                    if (!(gi * gj > 0))
                    {
                        jacobian[(at * m) + parameter] = 0;
                        continue;
                    }

                    var rho = g[(i * q) + j] / Math.Sqrt(gi * gj);
                    jacobian[(at * m) + parameter] = (derivative[(i * q) + j] / Math.Sqrt(gi * gj))
                        - (0.5 * rho * ((derivative[(i * q) + i] / gi) + (derivative[(j * q) + j] / gj)));
                }
            }
        }
    }

    // ∂²G/∂d_k∂L_ik = e_i l_k' + l_k e_i' and ∂²G/∂L_ik∂L_jk = d_k (e_i e_j' + e_j e_i').
    public override void AddSecondDerivatives(Span<double> matrix)
    {
        var m = ParameterCount;
        var gamma = CovarianceGradient;
        for (var k = 0; k < q; k++)
        {
            for (var i = k + 1; i < q; i++)
            {
                var sum = 0.0;
                for (var j = k; j < q; j++)
                {
                    sum += 2 * gamma[(i * q) + j] * l[(j * q) + k];
                }

                var row = IndexOf(i, k);
                matrix[(k * m) + row] += sum;
                matrix[(row * m) + k] += sum;
                for (var j = k + 1; j < q; j++)
                {
                    matrix[(row * m) + IndexOf(j, k)] += 2 * d[k] * gamma[(i * q) + j];
                }
            }
        }
    }

    // L_ik sits behind the q pivots, column by column.
    private int IndexOf(int i, int k) => q + (k * q) - (k * (k + 1) / 2) + (i - k - 1);

    private void Unpack(ReadOnlySpan<double> search)
    {
        Array.Clear(l);
        for (var k = 0; k < q; k++)
        {
            d[k] = search[k];
            l[(k * q) + k] = 1;
            for (var i = k + 1; i < q; i++)
            {
                l[(i * q) + k] = search[IndexOf(i, k)];
            }
        }
    }

    protected override void FillDerivative(int parameter, Span<double> derivative)
    {
        var k = parameter;
        var row = -1;
        for (var c = 0; c < q && row < 0 && parameter >= q; c++)
        {
            if (parameter < IndexOf(q, c))
            {
                (k, row) = (c, c + 1 + parameter - IndexOf(c + 1, c));
            }
        }

        for (var i = 0; i < q; i++)
        {
            for (var j = 0; j < q; j++)
            {
                derivative[(i * q) + j] = row < 0
                    ? l[(i * q) + k] * l[(j * q) + k]
                    : d[k] * ((i == row ? l[(j * q) + k] : 0) + (j == row ? l[(i * q) + k] : 0));
            }
        }
    }
}
