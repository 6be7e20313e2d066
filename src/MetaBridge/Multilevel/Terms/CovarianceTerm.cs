namespace MetaBridge.Multilevel.Terms;

/// <summary>One random term's contribution Z G Z' to the covariance of the outcomes, as a function of its parameters.</summary>
/// <remarks>
/// <para>Two coordinates: <em>natural</em> ones are what users see (variances, correlations); <em>search</em> coordinates are
/// those in which the likelihood is smooth up to the boundary. Rows are numbered in the order that <see cref="Order"/> was
/// last given, in which rows of a block are neighbours.</para>
/// <para>A matrix over a block is n × n by rows. Gradients are of any function of M: given its derivative w with respect to
/// every element of M (symmetric), <see cref="Accumulate"/> adds up what <see cref="EndGradient"/> turns into derivatives.</para>
/// </remarks>
internal abstract class CovarianceTerm
{
    /// <summary>Number of parameters, the same in both coordinates.</summary>
    public abstract int ParameterCount { get; }

    /// <summary>For every row the group within which it is correlated with others through this term.</summary>
    public abstract ReadOnlySpan<int> Groups { get; }

    /// <summary>Permutes the rows: new row i is old row <c>order[i]</c>.</summary>
    public abstract void Order(ReadOnlySpan<int> order);

    /// <summary>Sets the parameters (search coordinates); false when they lie outside the domain.</summary>
    public abstract bool Set(ReadOnlySpan<double> search);

    /// <summary>Adds Z G Z' of the rows start … start + n − 1 to the lower triangle of m.</summary>
    public abstract void AddTo(int start, int n, Span<double> m);

    /// <summary>Begins a gradient.</summary>
    public abstract void BeginGradient();

    /// <summary>Takes in the derivative w with respect to the elements of a block of M.</summary>
    public abstract void Accumulate(int start, int n, ReadOnlySpan<double> w);

    /// <summary>Adds the derivatives with respect to the search coordinates.</summary>
    public abstract void EndGradient(Span<double> gradient);

    /// <summary>
    /// Adds Σ w_ij ∂²M_ij/∂θ_a∂θ_b over all blocks since <see cref="BeginGradient"/> to the m × m matrix; nothing for terms linear in their
    /// coordinates.
    /// </summary>
    public virtual void AddSecondDerivatives(Span<double> matrix)
    {
    }

    /// <summary>f ← (∂M/∂θ_j) a on a block.</summary>
    public abstract void Apply(int start, int n, int parameter, ReadOnlySpan<double> a, Span<double> f);

    /// <summary>Bounds of the search coordinates.</summary>
    public abstract void Bounds(Span<double> lower, Span<double> upper);

    /// <summary>Natural from search coordinates.</summary>
    public abstract void ToNatural(ReadOnlySpan<double> search, Span<double> natural);

    /// <summary>Search from natural coordinates.</summary>
    public abstract void ToSearch(ReadOnlySpan<double> natural, Span<double> search);

    /// <summary>∂natural/∂search, m × m by rows.</summary>
    public abstract void Jacobian(ReadOnlySpan<double> search, Span<double> jacobian);

    /// <summary>Natural starting values: variances of this size, correlations of that.</summary>
    public abstract void Start(double variance, double correlation, Span<double> natural);

    /// <summary>
    /// Correlations from which further searches start, because the likelihood may have several optima; none for terms made of variances.
    /// </summary>
    public virtual IReadOnlyList<double> StartingCorrelations => [];

    /// <summary>Whether the likelihood in this term is far from that of plain variances: other sizes of them are tried too.</summary>
    public virtual bool NeedsManyStarts => StartingCorrelations.Count > 0;

    /// <summary>Which natural parameters are variances (the rest are correlations or ranges).</summary>
    public abstract bool IsVariance(int parameter);

    /// <summary>Mean square of a column of predictors (k × q by rows): an effect of the slope with variance τ² has variance τ² times this.</summary>
    private protected static double MeanSquare(double[] z, int q, int column)
    {
        var sum = 0.0;
        for (var at = column; at < z.Length; at += q)
        {
            sum += z[at] * z[at];
        }

        return sum > 0 ? sum * q / z.Length : 1;
    }

    private protected static T[] Permute<T>(T[] values, ReadOnlySpan<int> order)
    {
        var moved = new T[values.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = values[order[i]];
        }

        return moved;
    }
}
