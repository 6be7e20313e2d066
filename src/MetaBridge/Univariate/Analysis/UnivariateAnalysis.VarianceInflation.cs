using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Univariate.Analysis;

/// <content>Collinearity of the moderators.</content>
public sealed partial class UnivariateAnalysis
{
    private const double EqualFactors = 1e-12;

    /// <summary>Variance inflation factors of every coefficient, or of sets of them.</summary>
    /// <param name="sets">Sets of coefficients counted from 0; null for each by itself, without the intercept.</param>
    /// <param name="includesIntercept">Whether the intercept is one of the coefficients that inflate, and has a factor itself.</param>
    /// <param name="refits">Whether Var(b alone) comes from a fit with these moderators alone, which has another τ²; else from this fit's covariance.</param>
    /// <returns>One result per set.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: the model has no moderators, or a set holds the intercept where it is left out.
    /// </exception>
    /// <remarks>metafor's <c>vif(fit, btt=, reestimate=)</c>.</remarks>
    public IReadOnlyList<VarianceInflation> VarianceInflation(
        IReadOnlyList<IReadOnlyList<int>>? sets = null, bool includesIntercept = false, bool refits = false)
    {
        var (p, names) = (Fit.Coefficients.Count, Fit.Coefficients.Names);
        var first = Fit.HasIntercept && !includesIntercept ? 1 : 0;
        if (p == first || (Fit.HasIntercept && p == 1))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "Variance inflation needs moderators; the model has none.", new Dictionary<string, object?> { ["option"] = "vif" });
        }

        sets ??= [.. Enumerable.Range(first, p - first).Select(j => new[] { j })];
        foreach (var index in sets.SelectMany(set => set).Where(index => index < first || index >= p))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"Coefficient {index + 1} has no variance inflation factor here; the coefficients are {first + 1} to {p}.",
                new Dictionary<string, object?> { ["option"] = "btt", ["value"] = index + 1 });
        }

        return [.. sets.Select(set => new VarianceInflation(set, [.. set.Select(j => names[j])], Certain(refits ? ByRefit(set) : FromCovariance(Fit.Covariance, set, first))))];
    }

    /// <summary>Variance inflation factors with their distribution where the moderators do not depend on each other.</summary>
    /// <param name="simulation">How often, and from which seed.</param>
    /// <param name="sets">Sets of coefficients counted from 0; null for each by itself, without the intercept.</param>
    /// <param name="includesIntercept">As in <see cref="VarianceInflation"/>.</param>
    /// <param name="refits">As in <see cref="VarianceInflation"/>, in every simulated set too.</param>
    /// <returns>One result per set.</returns>
    /// <exception cref="MetaBridgeException">
    /// As <see cref="VarianceInflation"/>; <see cref="ErrorCode.InvalidOption"/>: fewer than two iterations, redundant moderators were dropped from the model, or the
    /// formula is not the model's; <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    /// <remarks>
    /// metafor's <c>vif(fit, sim=)</c>. Each variable of the formula is reshuffled among the studies by itself, the model matrix is built again (so that interactions and
    /// factors stay what they are), the model is fitted again, τ² too, and its factors are taken: the principle of Horn's (1965) parallel analysis.
    /// </remarks>
    public IReadOnlyList<VarianceInflation> SimulateVarianceInflation(
        InflationSimulation simulation, IReadOnlyList<IReadOnlyList<int>>? sets = null, bool includesIntercept = false, bool refits = false)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        if (simulation.Iterations < 2)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"A distribution of variance inflation factors needs at least 2 iterations; {simulation.Iterations} were asked for.",
                new Dictionary<string, object?> { ["option"] = "sim", ["value"] = simulation.Iterations });
        }

        var observed = VarianceInflation(sets, includesIntercept, refits);
        var shuffles = InflationShuffles.Of(Fit, simulation.Seed, simulation.Moderators ?? Coding?.Moderators, Data);
        var values = new double[observed.Count][];
        for (var set = 0; set < values.Length; set++)
        {
            values[set] = new double[simulation.Iterations];
        }

        Simulate(simulation, () => new InflationRun(this, [.. observed.Select(found => found.Coefficients)], includesIntercept, refits), (run, number) =>
        {
            var x = shuffles.Next(number);
            for (var set = 0; set < values.Length; set++)
            {
                values[set][number] = x is null ? double.PositiveInfinity : run.Of(set, x);
            }
        });
        return [.. observed.Select((found, set) => found with { Simulated = values[set], Proportion = ShareBelow(values[set], found.Factor) })];
    }

    private void Simulate(InflationSimulation simulation, Func<InflationRun> start, Action<InflationRun, int> one)
    {
        var threads = new ParallelOptions { CancellationToken = settings.CancellationToken, MaxDegreeOfParallelism = simulation.Threads ?? -1 };
        try
        {
            Parallel.For(0, simulation.Iterations, threads, start, (number, _, run) =>
            {
                one(run, number);
                return run;
            }, _ => { });
        }
        catch (OperationCanceledException stopped)
        {
            throw Stopped("The simulation of variance inflation", stopped);
        }
        catch (AggregateException several) when (several.InnerExceptions is [MetaBridgeException problem, ..])
        {
            throw problem;
        }
    }

    // Equal factors differ by rounding.
    private static double ShareBelow(double[] values, double factor)
    {
        var known = values.Count(value => !double.IsNaN(value));
        return known == 0 ? double.NaN : values.Count(value => value < factor * (1 - EqualFactors)) / (double)known;
    }

    /// <summary>The factor of a set from a covariance of all coefficients; infinite where it is singular.</summary>
    internal static double FromCovariance(double[] covariance, IReadOnlyList<int> set, int first)
    {
        var p = (int)Math.Sqrt(covariance.Length);
        int[] rest = [.. Enumerable.Range(first, p - first).Except(set)];
        return Math.Exp(LogDeterminant(covariance, p, set) + LogDeterminant(covariance, p, rest) - LogDeterminant(covariance, p, [.. set, .. rest]));
    }

    /// <summary>The factor of a set from its own block of two covariances.</summary>
    internal static double FromBlocks(double[] covariance, IReadOnlyList<int> set, double[] alone, IReadOnlyList<int> there) => Math.Exp(
        LogDeterminantRaw(covariance, (int)Math.Sqrt(covariance.Length), set) - LogDeterminantRaw(alone, (int)Math.Sqrt(alone.Length), there));

    private double ByRefit(IReadOnlyList<int> set)
    {
        int[] others = [.. Enumerable.Range(Fit.HasIntercept ? 1 : 0, Fit.Coefficients.Count - (Fit.HasIntercept ? 1 : 0)).Except(set)];
        var alone = others.Length == 0 ? Fit : WithoutCoefficients(others).Fit;
        int[] there = [.. set.Select(j => alone.Coefficients.Names.ToList().IndexOf(Fit.Coefficients.Names[j]))];
        return FromBlocks(Fit.Covariance, set, alone.Covariance, there);
    }

    private static double Certain(double factor) => double.IsFinite(factor) ? factor : throw new MetaBridgeException(
        ErrorCode.RankDeficientDesign, "The covariance of the coefficients is singular, so that a variance is inflated without bound.");

    // ln det of the correlations of some coefficients.
    private static double LogDeterminant(double[] covariance, int p, IReadOnlyList<int> which)
    {
        var logs = which.Sum(j => Math.Log(covariance[(j * p) + j]));
        return LogDeterminantRaw(covariance, p, which) - logs;
    }

    private static double LogDeterminantRaw(double[] covariance, int p, IReadOnlyList<int> which)
    {
        var m = which.Count;
        var block = new double[m * m];
        var sizes = which.Select(j => Math.Sqrt(covariance[(j * p) + j])).ToArray();
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                block[(i * m) + j] = covariance[(which[j] * p) + which[i]] / sizes[i] / sizes[j];
            }
        }

        return m == 0 ? 0 : SmallCholesky.Factor(block, m) ? SmallCholesky.LogDeterminant(block, m) + (2 * sizes.Sum(Math.Log)) : double.NegativeInfinity;
    }
}
