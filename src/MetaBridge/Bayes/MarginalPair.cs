namespace MetaBridge.Bayes;

/// <summary>A quantity's distribution at two step sizes, and perhaps in another way of computing it.</summary>
/// <param name="Fine">At step h.</param>
/// <param name="Coarse">At step 2h.</param>
internal sealed record MarginalPair(Marginal Fine, Marginal Coarse) : Answer
{
    /// <summary>An error below this share of the standard deviation needs no second opinion.</summary>
    private const double GoodEnough = 1e-7;

    /// <summary>The other way, or null.</summary>
    public MarginalPair? Other { get; init; }

    /// <inheritdoc/>
    public override Estimate Mean => Estimate(marginal => marginal.Mean);

    /// <inheritdoc/>
    public override Estimate Sd => Estimate(marginal => Math.Sqrt(marginal.Variance));

    /// <inheritdoc/>
    public override (double Lower, double Upper) Support => (Fine.Lower, Fine.Upper);

    /// <inheritdoc/>
    public override Estimate Quantile(double probability) => Estimate(marginal => marginal.Quantile(probability));

    /// <inheritdoc/>
    public override Estimate Cumulative(double x) => Estimate(marginal => marginal.Cumulative(x));

    /// <inheritdoc/>
    public override Estimate Density(double x) => Estimate(marginal => marginal.Density(x));

    /// <summary>A functional of the distribution with its error; from the other way where that has the smaller one.</summary>
    public Estimate Estimate(Func<Marginal, double> value)
    {
        var fine = value(Fine);
        var error = Math.Abs(fine - value(Coarse));
        if (Other is null || error <= GoodEnough * Math.Sqrt(Fine.Variance))
        {
            return new Estimate(fine, error);
        }

        var other = Other.Estimate(value);
        return other.Error < error ? other : new Estimate(fine, error);
    }
}
