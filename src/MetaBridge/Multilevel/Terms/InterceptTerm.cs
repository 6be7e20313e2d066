namespace MetaBridge.Multilevel.Terms;

/// <summary>σ² Z R Z': one random effect per level of a grouping, levels independent (R = I) or with known correlations.</summary>
internal sealed class InterceptTerm : CovarianceTerm
{
    private readonly double[]? correlation;
    private readonly int levelCount;
    private int[] levels;
    private int[] groups;
    private double variance;
    private double sum;

    /// <summary>Creates the term.</summary>
    /// <param name="levels">The level of each row, counted from 0.</param>
    /// <param name="levelCount">How many levels.</param>
    /// <param name="correlation">R, levelCount × levelCount, or null for the identity.</param>
    public InterceptTerm(int[] levels, int levelCount, double[]? correlation = null)
    {
        this.levels = levels;
        this.levelCount = levelCount;
        this.correlation = correlation;
        groups = correlation is null ? levels : ConnectedLevels(levels, levelCount, correlation);
    }

    public override int ParameterCount => 1;

    public override ReadOnlySpan<int> Groups => groups;

    public bool HasKnownCorrelation => correlation is not null;

    // Terms over the same levels with different known correlations compete for the same variance.
    public override bool NeedsManyStarts => HasKnownCorrelation;

    /// <summary>R, or null for the identity.</summary>
    public double[]? Correlation => correlation;

    /// <summary>How many levels the grouping has.</summary>
    public int LevelCount => levelCount;

    /// <summary>The level of each row in the current order.</summary>
    public ReadOnlySpan<int> Levels => levels;

    /// <summary>Covariance of the effects of two levels at the current parameters.</summary>
    public double CovarianceBetween(int a, int b) => variance * Between(a, b);

    public override void Order(ReadOnlySpan<int> order)
    {
        groups = Permute(groups, order);
        levels = correlation is null ? groups : Permute(levels, order);
    }

    public override bool Set(ReadOnlySpan<double> search)
    {
        variance = search[0];
        return variance >= 0;
    }

    public override void AddTo(int start, int n, Span<double> m)
    {
        for (var i = 0; i < n; i++)
        {
            var level = levels[start + i];
            var row = m.Slice(i * n, i + 1);
            for (var j = 0; j <= i; j++)
            {
                row[j] += variance * Between(level, levels[start + j]);
            }
        }
    }

    public override void BeginGradient() => sum = 0;

    public override void Accumulate(int start, int n, ReadOnlySpan<double> w)
    {
        var total = 0.0;
        for (var i = 0; i < n; i++)
        {
            var level = levels[start + i];
            var row = w.Slice(i * n, i + 1);
            for (var j = 0; j < i; j++)
            {
                total += 2 * row[j] * Between(level, levels[start + j]);
            }

            total += row[i] * Between(level, level);
        }

        sum += total;
    }

    public override void EndGradient(Span<double> gradient) => gradient[0] += sum;

    public override void Apply(int start, int n, int parameter, ReadOnlySpan<double> a, Span<double> f)
    {
        for (var i = 0; i < n; i++)
        {
            var level = levels[start + i];
            var total = 0.0;
            for (var j = 0; j < n; j++)
            {
                total += a[j] * Between(level, levels[start + j]);
            }

            f[i] = total;
        }
    }

    public override void Bounds(Span<double> lower, Span<double> upper) => (lower[0], upper[0]) = (0, double.PositiveInfinity);

    public override void ToNatural(ReadOnlySpan<double> search, Span<double> natural) => natural[0] = search[0];

    public override void ToSearch(ReadOnlySpan<double> natural, Span<double> search) => search[0] = natural[0];

    public override void Jacobian(ReadOnlySpan<double> search, Span<double> jacobian) => jacobian[0] = 1;

    public override void Start(double variance, double correlation, Span<double> natural) => natural[0] = variance;

    public override bool IsVariance(int parameter) => true;

    private double Between(int a, int b) => correlation is null ? (a == b ? 1 : 0) : correlation[(a * levelCount) + b];

    // Levels that R connects, directly or through others, share a group.
    private static int[] ConnectedLevels(int[] levels, int count, double[] correlation)
    {
        var sets = new DisjointSets(count);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (correlation[(i * count) + j] != 0)
                {
                    sets.Join(i, j);
                }
            }
        }

        return Array.ConvertAll(levels, sets.Find);
    }
}
