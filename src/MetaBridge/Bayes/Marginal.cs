using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>The posterior distribution of one quantity, computed at one step size of the quadrature.</summary>
internal abstract class Marginal
{
    /// <summary>Its mean.</summary>
    public abstract double Mean { get; }

    /// <summary>Its variance.</summary>
    public abstract double Variance { get; }

    /// <summary>Ends of its support.</summary>
    public virtual double Lower => double.NegativeInfinity;

    /// <inheritdoc cref="Lower"/>
    public virtual double Upper => double.PositiveInfinity;

    /// <summary>P(quantity ≤ x).</summary>
    public abstract double Cumulative(double x);

    /// <summary>The density at x; point masses are not part of it.</summary>
    public abstract double Density(double x);

    /// <summary>The p-quantile.</summary>
    public virtual double Quantile(double probability)
    {
        var sd = Math.Sqrt(Variance);
        var z = -Numerics.Distributions.NormalUpperQuantile(probability);
        if (Lower == 0 && double.IsPositiveInfinity(Upper) && Mean > 0)
        {
            // A positive quantity is closer to log-normal; searching its logarithm also keeps relative accuracy near 0.
            var logVariance = Math.Log(1 + (Variance / (Mean * Mean)));
            var start = Math.Log(Mean) - (logVariance / 2) + (z * Math.Sqrt(logVariance));
            return Math.Exp(QuantileSearch.Invert(
                s => Cumulative(Math.Exp(s)), probability, start, Math.Sqrt(logVariance), double.NegativeInfinity, double.PositiveInfinity));
        }

        var guess = Math.Clamp(Mean + (z * sd), InsideLower(sd), InsideUpper(sd));
        return QuantileSearch.Invert(Cumulative, probability, guess, sd, Lower, Upper);
    }

    private double InsideLower(double sd) => double.IsInfinity(Lower) ? double.NegativeInfinity : Lower + Math.Min(0.1 * sd, (Mean - Lower) / 2);

    private double InsideUpper(double sd) => double.IsInfinity(Upper) ? double.PositiveInfinity : Upper - Math.Min(0.1 * sd, (Upper - Mean) / 2);
}

/// <summary>A quantity that is known.</summary>
internal sealed class PointMarginal(double value) : Marginal
{
    /// <inheritdoc/>
    public override double Mean => value;

    /// <inheritdoc/>
    public override double Variance => 0;

    /// <inheritdoc/>
    public override double Cumulative(double x) => x >= value ? 1 : 0;

    /// <inheritdoc/>
    public override double Density(double x) => 0;

    /// <inheritdoc/>
    public override double Quantile(double probability) => value;
}

/// <summary>A weighted average of distributions: the same quantity under several models.</summary>
internal sealed class AveragedMarginal : Marginal
{
    private readonly (double Probability, Marginal Marginal)[] parts;

    public AveragedMarginal(IEnumerable<(double Probability, Marginal Marginal)> parts)
    {
        this.parts = [.. parts.Where(part => part.Probability > 0)];
        Mean = this.parts.Sum(part => part.Probability * part.Marginal.Mean);
        Variance = this.parts.Sum(part =>
            part.Probability * (part.Marginal.Variance + ((part.Marginal.Mean - Mean) * (part.Marginal.Mean - Mean))));
        // Point masses must stay inside the search, so a bounded support is only used when every part has it.
        Upper = this.parts.Max(part => part.Marginal is PointMarginal ? part.Marginal.Mean : part.Marginal.Upper);
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override double Upper { get; }

    /// <inheritdoc/>
    public override double Cumulative(double x) => parts.Sum(part => part.Probability * part.Marginal.Cumulative(x));

    /// <inheritdoc/>
    public override double Density(double x) => parts.Sum(part => part.Probability * part.Marginal.Density(x));

    /// <inheritdoc/>
    public override double Quantile(double probability)
    {
        // A point mass that spans the probability is the answer, exactly.
        foreach (var point in parts.Where(part => part.Marginal is PointMarginal).Select(part => part.Marginal.Mean).Distinct())
        {
            var mass = parts.Where(part => part.Marginal is PointMarginal && part.Marginal.Mean == point).Sum(part => part.Probability);
            var upTo = Cumulative(point);
            if (upTo >= probability && upTo - mass < probability)
            {
                return point;
            }
        }

        return base.Quantile(probability);
    }
}
