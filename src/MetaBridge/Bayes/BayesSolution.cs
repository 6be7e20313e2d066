namespace MetaBridge.Bayes;

/// <summary>A solved problem: the posterior and how its coefficients stand for the model's.</summary>
/// <param name="Input">The data.</param>
/// <param name="Free">Columns of the design whose coefficients are not points.</param>
/// <param name="Offsets">What to add to each coefficient of the centred problem; a point's value.</param>
internal abstract record BayesSolution(BayesInput Input, int[] Free, double[] Offsets)
{
    /// <summary>The posterior.</summary>
    public abstract PosteriorView View { get; }

    /// <summary>What its points stand for.</summary>
    public PosteriorTarget Target => View.Target;

    /// <summary>ln p(y).</summary>
    public abstract Estimate LogMarginalLikelihood { get; }

    /// <summary>The posterior and the others that its errors are taken from.</summary>
    public abstract IReadOnlyList<PosteriorView> Views { get; }

    /// <summary>The answer that one distribution per view gives.</summary>
    public abstract Answer Combine(Marginal[] perView);

    /// <summary>A mean over the points of quantities that are known at each, with its error.</summary>
    /// <param name="terms">One number per slot of <see cref="View"/>.</param>
    public abstract Estimate Average(double[] terms);

    /// <summary>What averages over the points with units left out.</summary>
    public abstract UnitScorer Scorer();

    /// <summary>The answer to a question that every view answers.</summary>
    public Answer Ask(Func<PosteriorView, Marginal> make) => Combine([.. Views.Select(make)]);

    /// <summary>Writes a combination of all coefficients as one of the free ones; returns what the offsets contribute.</summary>
    public double Reduce(ReadOnlySpan<double> combination, Span<double> multipliers)
    {
        for (var r = 0; r < Free.Length; r++)
        {
            multipliers[r] = combination[Free[r]];
        }

        var sum = 0.0;
        for (var j = 0; j < Offsets.Length; j++)
        {
            sum += combination[j] * Offsets[j];
        }

        return sum;
    }

    /// <summary>The distribution of a combination of coefficients plus independent normal noise.</summary>
    /// <param name="view">The posterior.</param>
    /// <param name="combination">One multiplier per column of the design.</param>
    /// <param name="noise">The variance to add at a point.</param>
    public Marginal Linear(PosteriorView view, double[] combination, Func<int, double> noise)
    {
        var multipliers = new double[Free.Length];
        var constant = Reduce(combination, multipliers);
        return view.Linear(multipliers, constant, noise);
    }
}

/// <summary>A posterior that was integrated; errors are differences from a lattice of twice the step.</summary>
/// <param name="Input">The data.</param>
/// <param name="Free">Columns of the design whose coefficients are not points.</param>
/// <param name="Offsets">What to add to each coefficient of the centred problem; a point's value.</param>
/// <param name="Fine">At step h.</param>
/// <param name="Coarse">At step 2h, for error estimates.</param>
internal sealed record LatticeSolution(BayesInput Input, int[] Free, double[] Offsets, LatticeView Fine, LatticeView Coarse)
    : BayesSolution(Input, Free, Offsets)
{
    /// <inheritdoc/>
    public override PosteriorView View => Fine;

    /// <inheritdoc/>
    public override IReadOnlyList<PosteriorView> Views { get; } = [Fine, Coarse];

    /// <inheritdoc/>
    public override Estimate LogMarginalLikelihood => new(Fine.LogIntegral, Math.Abs(Fine.LogIntegral - Coarse.LogIntegral));

    /// <inheritdoc/>
    public override Answer Combine(Marginal[] perView) => new MarginalPair(perView[0], perView[1]);

    /// <inheritdoc/>
    public override UnitScorer Scorer() => new LatticeScorer(this);

    /// <inheritdoc/>
    public override Estimate Average(double[] terms)
    {
        double fine = 0, coarse = 0;
        for (var i = 0; i < terms.Length; i++)
        {
            fine += Fine.SlotWeights[i] * terms[i];
            coarse += Coarse.Weights[Fine.Slots[i]] * terms[i];
        }

        return new Estimate(fine, Math.Abs(fine - coarse));
    }

    /// <summary>The same at half the step; null when that is too much work. This solution must not be used any more afterwards.</summary>
    public LatticeSolution? Refined()
    {
        var lattice = Fine.Lattice;
        return lattice.TryRefine(BayesSolver.Tolerance)
            ? new LatticeSolution(
                Input, Free, Offsets, new LatticeView(lattice, Fine.Target, coarse: false), new LatticeView(lattice, Fine.Target, coarse: true))
            : null;
    }
}

/// <summary>A posterior that was sampled; errors are Monte Carlo standard errors.</summary>
/// <param name="Input">The data.</param>
/// <param name="Free">Columns of the design whose coefficients are not points.</param>
/// <param name="Offsets">What to add to each coefficient of the centred problem; a point's value.</param>
/// <param name="Draws">The draws.</param>
/// <param name="Evidence">ln p(y) by bridge sampling.</param>
internal sealed record SampledSolution(BayesInput Input, int[] Free, double[] Offsets, DrawsView Draws, Estimate Evidence)
    : BayesSolution(Input, Free, Offsets)
{
    /// <inheritdoc/>
    public override PosteriorView View => Draws;

    /// <inheritdoc/>
    public override IReadOnlyList<PosteriorView> Views { get; } = [Draws];

    /// <inheritdoc/>
    public override Estimate LogMarginalLikelihood => Evidence;

    /// <inheritdoc/>
    public override Answer Combine(Marginal[] perView) => new SampledAnswer(perView[0], Draws.Chains);

    /// <inheritdoc/>
    public override UnitScorer Scorer() => new SampledScorer(this);

    /// <inheritdoc/>
    public override Estimate Average(double[] terms) => new(terms.Average(), MonteCarlo.Error(terms, Draws.Chains));
}
