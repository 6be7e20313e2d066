namespace MetaBridge.Bayes;

/// <summary>What can be asked of the posterior distribution of one quantity; every number comes with its error.</summary>
internal abstract record Answer
{
    /// <summary>Its mean.</summary>
    public abstract Estimate Mean { get; }

    /// <summary>Its standard deviation.</summary>
    public abstract Estimate Sd { get; }

    /// <summary>Ends of its support.</summary>
    public abstract (double Lower, double Upper) Support { get; }

    /// <summary>The p-quantile.</summary>
    public abstract Estimate Quantile(double probability);

    /// <summary>P(quantity ≤ x).</summary>
    public abstract Estimate Cumulative(double x);

    /// <summary>The density at x; point masses are not part of it.</summary>
    public abstract Estimate Density(double x);
}
