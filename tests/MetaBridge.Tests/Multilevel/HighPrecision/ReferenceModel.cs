using MetaBridge.Specs;

namespace MetaBridge.Tests.Multilevel.HighPrecision;

/// <summary>
/// The likelihood of a small model straight from its definition, with dense matrices and 32 digits: nothing in common with the engine
/// but the meaning of its search coordinates.
/// </summary>
/// <param name="Y">y.</param>
/// <param name="X">X by rows.</param>
/// <param name="V">V, k × k by rows.</param>
/// <param name="Terms">The random terms.</param>
/// <param name="IsRestricted">REML.</param>
internal sealed record ReferenceModel(double[] Y, double[][] X, double[] V, IReadOnlyList<ReferenceTerm> Terms, bool IsRestricted)
{
    public int ParameterCount => Terms.Sum(term => term.ParameterCount);

    /// <summary>M(θ).</summary>
    public DoubleDouble[] Covariance(DoubleDouble[] theta)
    {
        var m = Array.ConvertAll(V, v => (DoubleDouble)v);
        var first = 0;
        foreach (var term in Terms)
        {
            term.AddTo(m, theta[first..(first + term.ParameterCount)]);
            first += term.ParameterCount;
        }

        return m;
    }

    /// <summary>ℓ(θ) up to a constant.</summary>
    public DoubleDouble LogLikelihood(DoubleDouble[] theta)
    {
        var (k, p) = (Y.Length, X[0].Length);
        var l = DenseMatrix.Cholesky(Covariance(theta), k);
        var columns = Enumerable.Range(0, p).Select(j => X.Select(row => (DoubleDouble)row[j]).ToArray()).Append([.. Y.Select(y => (DoubleDouble)y)])
            .Select(column => DenseMatrix.SolveLower(l, k, column)).ToArray();
        var normal = new DoubleDouble[(p + 1) * (p + 1)];
        for (var i = 0; i <= p; i++)
        {
            for (var j = 0; j <= p; j++)
            {
                normal[(i * (p + 1)) + j] = DenseMatrix.Dot(columns[i], columns[j]);
            }
        }

        // The last pivot of the factor of [X y]'M⁻¹[X y] is the root of the residual sum of squares.
        var factor = DenseMatrix.Cholesky(normal, p + 1);
        DoubleDouble sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            sum += DoubleDouble.Log(l[(i * k) + i]) * 2.0;
        }

        for (var j = 0; j < p && IsRestricted; j++)
        {
            sum += DoubleDouble.Log(factor[(j * (p + 1)) + j]) * 2.0;
        }

        return (sum + (factor[^1] * factor[^1])) * -0.5;
    }

    /// <summary>∂ℓ/∂θ by differences of order 8.</summary>
    public double[] Gradient(double[] theta) => [.. Enumerable.Range(0, theta.Length).Select(j => (double)Differences.First(
        h => LogLikelihood(Differences.Moved(theta, j, h))))];

    /// <summary>−∂²ℓ/∂θ∂θ' by differences of order 8.</summary>
    public double[] Hessian(double[] theta)
    {
        var m = theta.Length;
        var hessian = new double[m * m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                hessian[(i * m) + j] = hessian[(j * m) + i] = -(double)Differences.First(
                    g => Differences.First(h => LogLikelihood(Differences.Moved(Differences.Moved(theta, i, g), j, h))));
            }
        }

        return hessian;
    }

    /// <summary>½ a'Ṁ_i P Ṁ_j a − Σ (∂ℓ/∂M) ∘ ∂²M/∂θ_i∂θ_j: the engine's model of curvature, by its definition.</summary>
    public double[] AverageInformation(double[] theta)
    {
        var (k, m) = (Y.Length, theta.Length);
        var inverse = DenseMatrix.Inverse(Covariance(Differences.Moved(theta, 0, 0.0)), k);
        var projector = DenseMatrix.Project(inverse, X, k);
        var a = DenseMatrix.Multiply(projector, [.. Y.Select(y => (DoubleDouble)y)], k);
        var slopes = Enumerable.Range(0, m).Select(j => Derivative(theta, [j])).ToArray();
        var applied = slopes.Select(slope => DenseMatrix.Multiply(slope, a, k)).ToArray();
        var result = new double[m * m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                var value = DenseMatrix.Dot(applied[i], DenseMatrix.Multiply(projector, applied[j], k)) * 0.5;
                var second = Derivative(theta, [i, j]);
                for (var e = 0; e < k * k; e++)
                {
                    var weight = ((a[e / k] * a[e % k]) - (IsRestricted ? projector[e] : inverse[e])) * 0.5;
                    value -= weight * second[e];
                }

                result[(i * m) + j] = (double)value;
            }
        }

        return result;
    }

    private DoubleDouble[] Derivative(double[] theta, int[] by)
    {
        var result = new DoubleDouble[V.Length];
        for (var e = 0; e < result.Length; e++)
        {
            result[e] = 0.0;
        }

        Differences.Accumulate(by.Length, (steps, weight) =>
        {
            var moved = Differences.Moved(theta, by[0], steps[0]);
            var m = Covariance(by.Length == 1 ? moved : Differences.Moved(moved, by[1], steps[1]));
            for (var e = 0; e < result.Length; e++)
            {
                result[e] += m[e] * weight;
            }
        });
        return result;
    }
}

/// <summary>A random term of a reference model.</summary>
/// <param name="Outer">Outer group (or level) of each row.</param>
/// <param name="Inner">Inner level of each row.</param>
/// <param name="Structure">The structure; null for an intercept.</param>
/// <param name="Positions">Time or place of each inner level.</param>
/// <param name="Slopes">Predictors by rows, for random slopes.</param>
/// <param name="Known">Known correlations between the levels, or null.</param>
/// <param name="IsFree">For UN and GEN: searched by deviations and correlations rather than by a factor.</param>
internal sealed record ReferenceTerm(
    int[] Outer, int[] Inner, CovarianceStructure? Structure, double[] Positions, double[][]? Slopes = null, double[]? Known = null, bool IsFree = false)
{
    private int Size => Slopes?[0].Length ?? Inner.Max() + 1;

    public int ParameterCount => Structure switch
    {
        null or CovarianceStructure.Identity => 1,
        CovarianceStructure.Diagonal or CovarianceStructure.GeneralDiagonal => Size,
        CovarianceStructure.HeteroscedasticCompoundSymmetry or CovarianceStructure.HeteroscedasticAutoregressive => Size + 1,
        CovarianceStructure.Unstructured or CovarianceStructure.General => Size * (Size + 1) / 2,
        _ => 2,
    };

    public void AddTo(DoubleDouble[] m, DoubleDouble[] theta)
    {
        var k = Outer.Length;
        var g = Structure is null ? [] : Between(theta);
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                if (Structure is null)
                {
                    m[(i * k) + j] += theta[0] * (Known is null ? (Outer[i] == Outer[j] ? 1.0 : 0.0)
                        : Known[(Outer[i] * (Outer.Max() + 1)) + Outer[j]]);
                }
                else if (Outer[i] == Outer[j])
                {
                    m[(i * k) + j] += Element(g, i, j);
                }
            }
        }
    }

    private DoubleDouble Element(DoubleDouble[] g, int i, int j)
    {
        if (Slopes is null)
        {
            return g[(Inner[i] * Size) + Inner[j]];
        }

        DoubleDouble sum = 0.0;
        for (var a = 0; a < Size; a++)
        {
            for (var b = 0; b < Size; b++)
            {
                sum += g[(a * Size) + b] * Slopes[i][a] * Slopes[j][b];
            }
        }

        return sum;
    }

    // G by its definition.
    private DoubleDouble[] Between(DoubleDouble[] theta)
    {
        var q = Size;
        var g = new DoubleDouble[q * q];
        for (var a = 0; a < q; a++)
        {
            for (var b = 0; b < q; b++)
            {
                g[(a * q) + b] = Structure switch
                {
                    CovarianceStructure.Unstructured or CovarianceStructure.General => IsFree ? Correlated(theta, a, b) : Factored(theta, a, b),
                    CovarianceStructure.Diagonal or CovarianceStructure.GeneralDiagonal => a == b ? theta[a] : 0.0,
                    CovarianceStructure.HeteroscedasticCompoundSymmetry or CovarianceStructure.HeteroscedasticAutoregressive =>
                        theta[a] * theta[b] * Correlation(theta[q], a, b),
                    CovarianceStructure.Identity => a == b ? theta[0] : 0.0,
                    _ => theta[0] * Correlation(theta[1], a, b),
                };
            }
        }

        return g;
    }

    private DoubleDouble Factored(DoubleDouble[] theta, int a, int b)
    {
        var q = Size;
        DoubleDouble sum = 0.0;
        for (int k = 0, start = 0; k <= Math.Min(a, b); start += q - k, k++)
        {
            sum += theta[start + a - k] * theta[start + b - k];
        }

        return sum;
    }

    private DoubleDouble Correlated(DoubleDouble[] theta, int a, int b)
    {
        if (a == b)
        {
            return theta[a] * theta[a];
        }

        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        var at = Size + (low * Size) - (low * (low + 1) / 2) + (high - low - 1);
        return theta[a] * theta[b] * theta[at];
    }

    private double ClosestDistance => Positions.SelectMany((p, i) => Positions.Skip(i + 1).Select(q => Math.Abs(p - q))).Min();

    private DoubleDouble Correlation(DoubleDouble search, int a, int b)
    {
        if (a == b)
        {
            return 1.0;
        }

        var d = Math.Abs(Positions[a] - Positions[b]);
        var u = d / DoubleDouble.Exp(search);
        return Structure switch
        {
            CovarianceStructure.CompoundSymmetry or CovarianceStructure.HeteroscedasticCompoundSymmetry => search,
            CovarianceStructure.Autoregressive or CovarianceStructure.HeteroscedasticAutoregressive => DoubleDouble.Pow(search, Math.Abs(a - b)),
            // Searched is the correlation of the closest two.
            CovarianceStructure.ContinuousAutoregressive => DoubleDouble.Pow(search, d / ClosestDistance),
            CovarianceStructure.SpatialExponential => DoubleDouble.Exp(-u),
            CovarianceStructure.SpatialGaussian => DoubleDouble.Exp(-(u * u)),
            CovarianceStructure.SpatialLinear => u.High < 1 ? 1.0 - u : 0.0,
            CovarianceStructure.SpatialRational => 1.0 / (1.0 + (u * u)),
            CovarianceStructure.SpatialSpherical => u.High < 1 ? 1.0 - (u * 1.5) + (u * u * u * 0.5) : 0.0,
            _ => throw new InvalidOperationException(),
        };
    }
}
