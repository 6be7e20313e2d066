namespace MetaBridge.Bayes;

/// <summary>The same quantity under several models, some of them sampled; the models' errors are independent of each other.</summary>
internal sealed record AveragedAnswer : Answer
{
    private readonly (Answer Answer, Estimate Probability)[] parts;
    private readonly AveragedMarginal marginal;

    /// <summary>Averages.</summary>
    /// <param name="parts">Answers and the models' probabilities.</param>
    public AveragedAnswer((Answer Answer, Estimate Probability)[] parts)
    {
        this.parts = parts;
        marginal = new AveragedMarginal(parts.Select(part => (part.Probability.Value, MarginalOf(part.Answer))));
    }

    /// <inheritdoc/>
    public override Estimate Mean => new(marginal.Mean, Error(answer => answer.Mean, marginal.Mean));

    /// <inheritdoc/>
    public override Estimate Sd
    {
        get
        {
            // The second moment about the overall mean is an average over the models; d sd = d variance / (2 sd).
            var sd = Math.Sqrt(marginal.Variance);
            return new Estimate(sd, sd == 0 ? 0 : Error(About, marginal.Variance) / (2 * sd));

            Estimate About(Answer answer)
            {
                var (mean, spread) = (answer.Mean, answer.Sd);
                var distance = mean.Value - marginal.Mean;
                return new Estimate(
                    (spread.Value * spread.Value) + (distance * distance), (2 * spread.Value * spread.Error) + (2 * Math.Abs(distance) * mean.Error));
            }
        }
    }

    /// <inheritdoc/>
    public override (double Lower, double Upper) Support => (parts.Min(part => part.Answer.Support.Lower), parts.Max(part => part.Answer.Support.Upper));

    /// <inheritdoc/>
    public override Estimate Quantile(double probability)
    {
        var q = marginal.Quantile(probability);
        // A point mass that spans the probability is the quantile whatever the errors.
        var isPoint = parts.Any(part => MarginalOf(part.Answer) is PointMarginal point && point.Mean == q);
        var e = isPoint ? 0 : Cumulative(q).Error;
        return new Estimate(
            q, e == 0 ? 0 : (marginal.Quantile(Math.Min(probability + e, 1 - 1e-12)) - marginal.Quantile(Math.Max(probability - e, 1e-12))) / 2);
    }

    /// <inheritdoc/>
    public override Estimate Cumulative(double x)
    {
        var value = marginal.Cumulative(x);
        return new Estimate(value, Error(answer => answer.Cumulative(x), value));
    }

    /// <inheritdoc/>
    public override Estimate Density(double x)
    {
        var value = marginal.Density(x);
        return new Estimate(value, Error(answer => answer.Density(x), value));
    }

    /// <summary>√Σ of (p d value)² + (d p (value − average))².</summary>
    private double Error(Func<Answer, Estimate> ask, double average) => Math.Sqrt(parts.Sum(part =>
    {
        var own = ask(part.Answer);
        var (a, b) = (part.Probability.Value * own.Error, part.Probability.Error * (own.Value - average));
        return (a * a) + (b * b);
    }));

    private static Marginal MarginalOf(Answer answer) => answer switch
    {
        MarginalPair pair => pair.Fine,
        SampledAnswer sampled => sampled.Marginal,
        AveragedAnswer averaged => averaged.marginal,
        _ => throw new InvalidOperationException("Unknown kind of answer."),
    };
}
