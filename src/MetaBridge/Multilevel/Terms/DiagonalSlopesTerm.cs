namespace MetaBridge.Multilevel.Terms;

/// <summary>Independent random slopes (GDIAG): Σ_a τ_a² z_ia z_ja within each outer group.</summary>
internal sealed class DiagonalSlopesTerm(int[] outer, double[] z, int q) : CovarianceTerm
{
    private readonly double[] variances = new double[q];
    private readonly double[] gradientSums = new double[q];
    private int[] outer = outer;
    private double[] z = z;

    public override int ParameterCount => q;

    public override ReadOnlySpan<int> Groups => outer;

    /// <summary>Predictors by rows in the current order, k × q.</summary>
    public ReadOnlySpan<double> Loads => z;

    /// <summary>τ² of each slope at the current parameters.</summary>
    public ReadOnlySpan<double> Variances => variances;

    public override void Order(ReadOnlySpan<int> order)
    {
        outer = Permute(outer, order);
        var moved = new double[z.Length];
        for (var i = 0; i < order.Length; i++)
        {
            z.AsSpan(order[i] * q, q).CopyTo(moved.AsSpan(i * q));
        }

        z = moved;
    }

    public override bool Set(ReadOnlySpan<double> search)
    {
        search[..q].CopyTo(variances);
        return true;
    }

    public override void AddTo(int start, int n, Span<double> m)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var a = 0; a < q && outer[start + i] == outer[start + j]; a++)
                {
                    m[(i * n) + j] += variances[a] * Product(start + i, start + j, a);
                }
            }
        }
    }

    public override void BeginGradient() => Array.Clear(gradientSums);

    public override void Accumulate(int start, int n, ReadOnlySpan<double> w)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var a = 0; a < q && outer[start + i] == outer[start + j]; a++)
                {
                    gradientSums[a] += (i == j ? 1 : 2) * w[(i * n) + j] * Product(start + i, start + j, a);
                }
            }
        }
    }

    public override void EndGradient(Span<double> gradient)
    {
        for (var a = 0; a < q; a++)
        {
            gradient[a] += gradientSums[a];
        }
    }

    public override void Apply(int start, int n, int parameter, ReadOnlySpan<double> a, Span<double> f)
    {
        for (var i = 0; i < n; i++)
        {
            var total = 0.0;
            for (var j = 0; j < n; j++)
            {
                total += outer[start + i] == outer[start + j] ? a[j] * Product(start + i, start + j, parameter) : 0;
            }

            f[i] = total;
        }
    }

    public override void Bounds(Span<double> lower, Span<double> upper)
    {
        lower.Clear();
        upper.Fill(double.PositiveInfinity);
    }

    public override void ToNatural(ReadOnlySpan<double> search, Span<double> natural) => search.CopyTo(natural);

    public override void ToSearch(ReadOnlySpan<double> natural, Span<double> search) => natural.CopyTo(search);

    public override void Jacobian(ReadOnlySpan<double> search, Span<double> jacobian)
    {
        jacobian.Clear();
        for (var a = 0; a < q; a++)
        {
            jacobian[(a * q) + a] = 1;
        }
    }

    public override void Start(double variance, double correlation, Span<double> natural) => natural.Fill(variance);

    public override bool IsVariance(int parameter) => true;

    private double Product(int i, int j, int a) => z[(i * q) + a] * z[(j * q) + a];
}
