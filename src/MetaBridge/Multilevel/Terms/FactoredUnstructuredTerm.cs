namespace MetaBridge.Multilevel.Terms;

/// <summary>An unstructured covariance searched by its factor G = L L', L lower triangular after a permutation of the effects.</summary>
/// <remarks>
/// <para>G is positive semidefinite throughout and smooth in L, singular or not; signs of columns are free, so there are no bounds. Where G
/// tends to a singular matrix, columns of L tend to zero, and the curvature there is that of the optimality condition (∂ℓ/∂G negative
/// definite on the null space), so that the search stays quadratic (Burer &amp; Monteiro, 2003).</para>
/// <para>Matrices of rank r are those whose last q − r columns are zero, once the effects are ordered by pivoting
/// (<see cref="Pivot"/>). Coordinates: the columns of L one after the other, each from its diagonal down.</para>
/// </remarks>
internal sealed class FactoredUnstructuredTerm(int[] outer, int[] inner, double[] z, int q)
    : UnstructuredTerm(outer, inner, z, q)
{
    // A pivot that is rounding beside its variance.
    private const double Rounding = 1e-14;

    private readonly int q = q;
    private readonly double[] l = new double[q * q];
    private readonly int[] order = [.. Enumerable.Range(0, q)];

    /// <summary>Coordinate of L_ik (ordered effects), i ≥ k.</summary>
    public int IndexOf(int i, int k) => (k * q) - (k * (k - 1) / 2) + (i - k);

    public override bool Set(ReadOnlySpan<double> search)
    {
        Invalidate();
        for (int k = 0, at = 0; k < q; k++)
        {
            for (var i = k; i < q; i++)
            {
                l[(i * q) + k] = search[at++];
            }
        }

        for (var i = 0; i < q; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var t = 0; t <= j; t++)
                {
                    sum += l[(i * q) + t] * l[(j * q) + t];
                }

                G[(order[i] * q) + order[j]] = G[(order[j] * q) + order[i]] = sum;
            }
        }

        return true;
    }

    /// <summary>
    /// The face of singular matrices that the present G nearly lies on: effects are ordered by pivoting, columns of vanishing pivots and rows
    /// of vanishing variances become zero.
    /// </summary>
    /// <param name="tolerance">Parts of a variance below this vanish.</param>
    /// <param name="dropsSmallVariances">Whether variances below this part of the largest vanish too (units of effects may differ).</param>
    /// <param name="search">The coordinates in the present order; on return those of the face in the new order.</param>
    /// <param name="isOnFace">On return the coordinates that may change on the face.</param>
    /// <returns>The rank.</returns>
    public int Pivot(double tolerance, bool dropsSmallVariances, Span<double> search, Span<bool> isOnFace)
    {
        Set(search);
        var (g, rest) = (Covariance.ToArray(), Covariance.ToArray());
        var largest = Enumerable.Range(0, q).Max(i => g[(i * q) + i]);
        var isDropped = new bool[q];
        var isTaken = new bool[q];
        for (var i = 0; i < q; i++)
        {
            isDropped[i] = isTaken[i] = !(g[(i * q) + i] > (dropsSmallVariances ? tolerance * largest : 0));
        }

        var rank = 0;
        for (; isTaken.Contains(false); rank++)
        {
            var best = Enumerable.Range(0, q).Where(i => !isTaken[i]).MaxBy(i => rest[(i * q) + i] / g[(i * q) + i]);
            if (!(rest[(best * q) + best] > tolerance * g[(best * q) + best]))
            {
                break;
            }

            (order[rank], isTaken[best]) = (best, true);
            Eliminate(rest, best, isTaken);
        }

        int[] others = [.. Enumerable.Range(0, q).Except(order[..rank])];
        others.CopyTo(order, rank);
        Decompose(g, rank, search);
        for (var k = 0; k < q; k++)
        {
            for (var i = k; i < q; i++)
            {
                var at = IndexOf(i, k);
                isOnFace[at] = k < rank && !isDropped[order[i]];
                search[at] = isOnFace[at] ? search[at] : 0;
            }
        }

        return rank;
    }

    public override void Bounds(Span<double> lower, Span<double> upper)
    {
        lower.Fill(double.NegativeInfinity);
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
                covariance[(i * q) + j] = covariance[(j * q) + i] = natural[at++] * Math.Sqrt(natural[i] * natural[j]);
            }
        }

        Decompose(covariance, q, search);
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
                    // Without a variance there is no correlation to change.
                    var (gi, gj) = (g[(i * q) + i], g[(j * q) + j]);
                    var scale = Math.Sqrt(gi * gj);
                    jacobian[(at * m) + parameter] = scale > 0
                        ? (derivative[(i * q) + j] / scale)
                            - (0.5 * (g[(i * q) + j] / scale) * ((derivative[(i * q) + i] / gi) + (derivative[(j * q) + j] / gj)))
                        : 0;
                }
            }
        }
    }

    // ∂²G/∂L_ik∂L_jk = e_i e_j' + e_j e_i'.
    public override void AddSecondDerivatives(Span<double> matrix)
    {
        var m = ParameterCount;
        var gamma = CovarianceGradient;
        for (var k = 0; k < q; k++)
        {
            for (var i = k; i < q; i++)
            {
                for (var j = k; j < q; j++)
                {
                    matrix[(IndexOf(i, k) * m) + IndexOf(j, k)] += 2 * gamma[(order[i] * q) + order[j]];
                }
            }
        }
    }

    protected override void FillDerivative(int parameter, Span<double> derivative)
    {
        var (k, at) = (0, parameter);
        for (; at >= q - k; k++)
        {
            at -= q - k;
        }

        derivative.Clear();
        var row = order[k + at];
        for (var j = k; j < q; j++)
        {
            derivative[(row * q) + order[j]] += l[(j * q) + k];
            derivative[(order[j] * q) + row] += l[(j * q) + k];
        }
    }

    // Columns of the factor of a covariance (natural order of effects); those from the rank on, and those of vanishing pivots, are zero.
    private void Decompose(double[] covariance, int rank, Span<double> search)
    {
        search.Clear();
        var variances = Array.ConvertAll(order, i => covariance[(i * q) + i]);
        for (var k = 0; k < rank; k++)
        {
            var pivot = covariance[(order[k] * q) + order[k]];
            if (!(pivot > Rounding * variances[k]))
            {
                continue;
            }

            var root = Math.Sqrt(pivot);
            for (var i = k; i < q; i++)
            {
                search[IndexOf(i, k)] = covariance[(order[i] * q) + order[k]] / root;
            }

            for (var i = k + 1; i < q; i++)
            {
                for (var j = k + 1; j < q; j++)
                {
                    covariance[(order[i] * q) + order[j]] -= search[IndexOf(i, k)] * search[IndexOf(j, k)];
                }
            }
        }
    }

    private void Eliminate(double[] rest, int pivot, bool[] isTaken)
    {
        for (var i = 0; i < q; i++)
        {
            for (var j = 0; j < q && !isTaken[i]; j++)
            {
                if (!isTaken[j])
                {
                    rest[(i * q) + j] -= rest[(i * q) + pivot] * rest[(pivot * q) + j] / rest[(pivot * q) + pivot];
                }
            }
        }
    }
}
