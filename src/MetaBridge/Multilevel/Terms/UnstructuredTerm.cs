namespace MetaBridge.Multilevel.Terms;

/// <summary>
/// Effects with an unstructured covariance G (q × q) within each outer group: z_i'G z_j, where z is the indicator of the inner level
/// (UN) or a row of predictors (GEN).
/// </summary>
internal abstract class UnstructuredTerm : CovarianceTerm
{
    private readonly int q;
    private readonly double[] g;
    private readonly double[] derivatives;
    private bool hasDerivatives;
    private readonly double[] gamma;
    private int[] outer;
    private int[] inner;
    private double[] z;

    /// <summary>Creates the term.</summary>
    /// <param name="outer">Outer group of each row.</param>
    /// <param name="inner">Inner level of each row, or empty when <paramref name="z"/> is given.</param>
    /// <param name="z">Predictors by rows (k × q), or empty.</param>
    /// <param name="q">Order of G.</param>
    protected UnstructuredTerm(int[] outer, int[] inner, double[] z, int q)
    {
        this.outer = outer;
        this.inner = inner;
        this.z = z;
        this.q = q;
        g = new double[q * q];
        derivatives = new double[q * q * (q * (q + 1) / 2)];
        gamma = new double[q * q];
    }

    public override int ParameterCount => q * (q + 1) / 2;

    public override ReadOnlySpan<int> Groups => outer;

    /// <summary>Order of G.</summary>
    public int Size => q;

    /// <summary>Inner level of each row in the current order; empty for random slopes.</summary>
    public ReadOnlySpan<int> Levels => inner;

    /// <summary>Predictors by rows in the current order (k × q); empty for an inner factor.</summary>
    public ReadOnlySpan<double> Loads => z;

    /// <summary>G at the current parameters, by rows.</summary>
    public ReadOnlySpan<double> Covariance => g;

    /// <summary>G for the derived class to set.</summary>
    protected Span<double> G => g;

    /// <summary>Sum over M's elements of the last gradient's w, by elements of G: ∂/∂G (symmetric, each element counted once).</summary>
    public ReadOnlySpan<double> CovarianceGradient => gamma;

    public override void Order(ReadOnlySpan<int> order)
    {
        outer = Permute(outer, order);
        inner = inner.Length > 0 ? Permute(inner, order) : inner;
        if (z.Length > 0)
        {
            var moved = new double[z.Length];
            for (var i = 0; i < order.Length; i++)
            {
                z.AsSpan(order[i] * q, q).CopyTo(moved.AsSpan(i * q));
            }

            z = moved;
        }
    }

    public override void AddTo(int start, int n, Span<double> m)
    {
        for (var i = 0; i < n; i++)
        {
            var row = m.Slice(i * n, i + 1);
            for (var j = 0; j <= i; j++)
            {
                if (outer[start + i] == outer[start + j])
                {
                    row[j] += Between(g, start + i, start + j);
                }
            }
        }
    }

    public override void BeginGradient() => Array.Clear(gamma);

    public override void Accumulate(int start, int n, ReadOnlySpan<double> w)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                if (outer[start + i] == outer[start + j])
                {
                    AddToGamma(start + i, start + j, (i == j ? 0.5 : 1) * w[(i * n) + j]);
                }
            }
        }
    }

    public override void EndGradient(Span<double> gradient)
    {
        for (var parameter = 0; parameter < ParameterCount; parameter++)
        {
            var derivative = Derivative(parameter);
            var sum = 0.0;
            for (var i = 0; i < q * q; i++)
            {
                sum += gamma[i] * derivative[i];
            }

            gradient[parameter] += sum;
        }
    }

    public override void Apply(int start, int n, int parameter, ReadOnlySpan<double> a, Span<double> f)
    {
        var derivative = Derivative(parameter);
        for (var i = 0; i < n; i++)
        {
            var total = 0.0;
            for (var j = 0; j < n; j++)
            {
                total += outer[start + i] == outer[start + j] ? a[j] * Between(derivative, start + i, start + j) : 0;
            }

            f[i] = total;
        }
    }

    public override void Start(double variance, double correlation, Span<double> natural)
    {
        natural[..q].Fill(variance);
        natural[q..].Fill(correlation);
    }

    public override bool IsVariance(int parameter) => parameter < q;

    /// <summary>∂G/∂parameter at the current parameters.</summary>
    protected ReadOnlySpan<double> Derivative(int parameter)
    {
        for (var j = 0; j < ParameterCount && !hasDerivatives; j++)
        {
            FillDerivative(j, derivatives.AsSpan(j * q * q, q * q));
        }

        hasDerivatives = true;
        return derivatives.AsSpan(parameter * q * q, q * q);
    }

    /// <summary>Writes ∂G/∂parameter.</summary>
    protected abstract void FillDerivative(int parameter, Span<double> derivative);

    /// <summary>To be called whenever the parameters change.</summary>
    protected void Invalidate() => hasDerivatives = false;

    private double Between(ReadOnlySpan<double> matrix, int i, int j)
    {
        if (z.Length == 0)
        {
            return matrix[(inner[i] * q) + inner[j]];
        }

        var total = 0.0;
        for (var a = 0; a < q; a++)
        {
            for (var b = 0; b < q; b++)
            {
                total += z[(i * q) + a] * matrix[(a * q) + b] * z[(j * q) + b];
            }
        }

        return total;
    }

    private void AddToGamma(int i, int j, double w)
    {
        if (z.Length == 0)
        {
            gamma[(inner[i] * q) + inner[j]] += w;
            gamma[(inner[j] * q) + inner[i]] += w;
            return;
        }

        for (var a = 0; a < q; a++)
        {
            for (var b = 0; b < q; b++)
            {
                var value = w * z[(i * q) + a] * z[(j * q) + b];
                gamma[(a * q) + b] += value;
                gamma[(b * q) + a] += value;
            }
        }
    }
}
