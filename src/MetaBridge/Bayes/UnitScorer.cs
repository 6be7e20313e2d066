using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Bayes;

/// <summary>A unit's log densities: predicted by the others, and fitted with all.</summary>
internal readonly record struct UnitScore(Estimate LeftOut, Estimate Fitted, double ParetoK);

/// <summary>Averages over the points what <see cref="UnitPass"/> says about a unit, and keeps account of the errors of sums over units.</summary>
internal abstract class UnitScorer
{
    /// <summary>Errors of Σ left out and of Σ (fitted − left out) over the units so far.</summary>
    public abstract (double LeftOut, double Gap) TotalErrors { get; }

    /// <summary>The limit of k̂; NaN where nothing is weighted.</summary>
    public virtual double ParetoKLimit => double.NaN;

    /// <summary>ln p(y_u | y_{−u}) from ln m(without)/m, and the fitted density from ln m(twice)/m.</summary>
    public abstract UnitScore Score(double[] leftOut, double[] doubled);

    /// <summary>The posterior without the unit: means of terms that are known at every point.</summary>
    /// <param name="leftOut">ln m(without)/m.</param>
    /// <param name="terms">One row per mean.</param>
    public abstract Estimate[] Without(double[] leftOut, ReadOnlySpan<double[]> terms);
}

/// <summary>Exactly, from a lattice; errors against twice the step.</summary>
internal sealed class LatticeScorer(LatticeSolution solution) : UnitScorer
{
    private double leftOutDifference, gapDifference;

    /// <inheritdoc/>
    public override (double LeftOut, double Gap) TotalErrors => (Math.Abs(leftOutDifference), Math.Abs(gapDifference));

    /// <inheritdoc/>
    public override UnitScore Score(double[] leftOut, double[] doubled)
    {
        var (left, leftCoarse) = LogAverage(leftOut);
        var (fitted, fittedCoarse) = LogAverage(doubled);
        leftOutDifference += leftCoarse - left;
        gapDifference += fitted - fittedCoarse + (left - leftCoarse);
        return new UnitScore(new Estimate(-left, Math.Abs(left - leftCoarse)), new Estimate(fitted, Math.Abs(fitted - fittedCoarse)), double.NaN);
    }

    /// <inheritdoc/>
    public override Estimate[] Without(double[] leftOut, ReadOnlySpan<double[]> terms)
    {
        var top = leftOut.Max();
        double[] fine = new double[leftOut.Length], coarse = new double[leftOut.Length];
        for (var i = 0; i < leftOut.Length; i++)
        {
            var ratio = Math.Exp(leftOut[i] - top);
            fine[i] = solution.Fine.SlotWeights[i] * ratio;
            coarse[i] = solution.Coarse.Weights[solution.Fine.Slots[i]] * ratio;
        }

        double sum = fine.Sum(), coarseSum = coarse.Sum();
        var result = new Estimate[terms.Length];
        for (var t = 0; t < terms.Length; t++)
        {
            var value = Numerics.VectorKernels.Dot(fine, terms[t]) / sum;
            result[t] = new Estimate(value, Math.Abs(value - (Numerics.VectorKernels.Dot(coarse, terms[t]) / coarseSum)));
        }

        return result;
    }

    /// <summary>ln Σ w exp(x) at both steps.</summary>
    private (double Fine, double Coarse) LogAverage(double[] logs)
    {
        var top = logs.Max();
        double fine = 0, coarse = 0;
        for (var i = 0; i < logs.Length; i++)
        {
            var value = Math.Exp(logs[i] - top);
            fine += solution.Fine.SlotWeights[i] * value;
            coarse += solution.Coarse.Weights[solution.Fine.Slots[i]] * value;
        }

        return (top + Math.Log(fine), top + Math.Log(coarse));
    }
}

/// <summary>From draws, by Pareto-smoothed importance weights; errors are Monte Carlo standard errors.</summary>
/// <remarks>
/// The weights m(y_{−u} | θ)/m(y | θ) have the coefficients and random effects integrated out, so they vary far less than those of the full parameter vector.
/// </remarks>
internal sealed class SampledScorer(SampledSolution solution) : UnitScorer
{
    private readonly double[] leftOutInfluence = new double[solution.View.Slots.Length], gapInfluence = new double[solution.View.Slots.Length];

    /// <inheritdoc/>
    public override (double LeftOut, double Gap) TotalErrors => (Error(leftOutInfluence), Error(gapInfluence));

    /// <inheritdoc/>
    public override double ParetoKLimit => ParetoSmoothing.Limit(leftOutInfluence.Length);

    /// <inheritdoc/>
    public override UnitScore Score(double[] leftOut, double[] doubled)
    {
        var (logs, k) = ParetoSmoothing.Smooth(leftOut);
        var weights = Normalised(logs);
        // ln Σ w p / Σ w with p = m(y)/m(y without u); its influence at a draw is w (p − mean) / mean.
        var top = leftOut.Min();
        var densities = Array.ConvertAll(leftOut, log => Math.Exp(top - log));
        var mean = Numerics.VectorKernels.Dot(weights, densities) / weights.Length;
        var leftOutTerms = weights.Zip(densities, (w, p) => w * (p - mean) / mean).ToArray();
        var highest = doubled.Max();
        var fitted = Array.ConvertAll(doubled, log => Math.Exp(log - highest));
        var average = fitted.Average();
        var gapTerms = fitted.Zip(leftOutTerms, (f, t) => (f / average) - 1 - t).ToArray();
        Numerics.VectorKernels.AddScaled(1, leftOutTerms, leftOutInfluence);
        Numerics.VectorKernels.AddScaled(1, gapTerms, gapInfluence);
        return new UnitScore(
            new Estimate(Math.Log(mean) - top, Error(leftOutTerms)),
            new Estimate(highest + Math.Log(average), Error(fitted) / average),
            k);
    }

    /// <inheritdoc/>
    public override Estimate[] Without(double[] leftOut, ReadOnlySpan<double[]> terms)
    {
        var weights = Normalised(ParetoSmoothing.Smooth(leftOut).LogWeights);
        var result = new Estimate[terms.Length];
        for (var t = 0; t < terms.Length; t++)
        {
            var mean = Numerics.VectorKernels.Dot(weights, terms[t]) / weights.Length;
            result[t] = new Estimate(mean, Error([.. weights.Zip(terms[t], (w, x) => w * (x - mean))]));
        }

        return result;
    }

    /// <summary>Weights whose mean is 1.</summary>
    private static double[] Normalised(double[] logs)
    {
        var weights = Array.ConvertAll(logs, Math.Exp);
        var mean = weights.Average();
        return Array.ConvertAll(weights, w => w / mean);
    }

    private double Error(double[] terms) => MonteCarlo.Error(terms, solution.Draws.Chains);
}
