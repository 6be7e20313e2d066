namespace MetaBridge.Bayes;

/// <summary>Exact leave-one-out predictive densities.</summary>
/// <param name="Units">Names of what was left out: studies or clusters.</param>
/// <param name="LogDensities">ln p(y_u | all other data), random effects integrated out.</param>
/// <param name="Elpd">Their sum, the expected log predictive density.</param>
/// <param name="StandardError">√(n · sample variance of the terms); NaN for a single unit.</param>
public sealed record LeaveOneOutResult(IReadOnlyList<string> Units, IReadOnlyList<Estimate> LogDensities, Estimate Elpd, double StandardError)
{
    /// <summary>−2 elpd.</summary>
    public double Looic => -2 * Elpd.Value;
}

/// <summary>ln p(y_u | y_{−u}) = −ln ∫ m(y_{−u} | θ)/m(y | θ) p(θ | y) dθ, the ratio from the likelihood's sums less the unit's share.</summary>
internal static class LeaveOneOut
{
    /// <summary>Studies one at a time.</summary>
    public static LeaveOneOutResult Studies(BayesPosterior posterior)
    {
        var kernel = posterior.Solution.Fine.Target.Kernel;
        var units = Enumerable.Range(0, posterior.Problem.Input.StudyCount).ToArray();
        // The sums are in the kernel's order; the results go back to the data's.
        return Compute(posterior, units.Length, RemoveStudy, unit => kernel.Order[unit], posterior.Problem.Studies.Labels);
    }

    /// <summary>Whole clusters one at a time.</summary>
    public static LeaveOneOutResult Clusters(BayesPosterior posterior) =>
        Compute(posterior, posterior.Problem.ClusterNames.Count, RemoveCluster, unit => unit, posterior.Problem.ClusterNames);

    private delegate (double LogDeterminant, double Count) Remove(GaussianKernel kernel, int unit, Span<double> moments);

    private static LeaveOneOutResult Compute(
        BayesPosterior posterior, int units, Remove remove, Func<int, int> place, IReadOnlyList<string> names)
    {
        var fine = Densities(posterior.Solution.Fine, units, remove);
        var coarse = Densities(posterior.Solution.Coarse, units, remove);
        var densities = new Estimate[units];
        for (var u = 0; u < units; u++)
        {
            densities[place(u)] = new Estimate(fine[u], Math.Abs(fine[u] - coarse[u]));
        }

        var mean = fine.Average();
        var variance = fine.Sum(x => (x - mean) * (x - mean)) / (units - 1.0);
        return new LeaveOneOutResult(
            names,
            densities,
            new Estimate(fine.Sum(), Math.Abs(fine.Sum() - coarse.Sum())),
            Math.Sqrt(units * variance));
    }

    private static double[] Densities(PosteriorView view, int units, Remove remove)
    {
        var (target, kernel, coefficients) = (view.Target, view.Target.Kernel, view.Target.Coefficients);
        // Ratios are averaged relative to the largest so far, since a surprising unit has ratios beyond the range of doubles.
        var largest = new double[units];
        var sums = new double[units];
        Array.Fill(largest, double.NegativeInfinity);
        double[]? moments = null;
        for (var point = 0; point < view.Slots.Length; point++)
        {
            var slot = view.Slots[point];
            kernel.Evaluate(target.Parameters(slot), target.Scale(slot));
            moments ??= new double[kernel.Moments.Length];
            var mixture = target.Mixture(slot);
            var whole = coefficients.Integrate(kernel.Moments, kernel.LogDeterminant, kernel.TotalWeight, mixture);
            for (var u = 0; u < units; u++)
            {
                kernel.Moments.CopyTo(moments, 0);
                var (logDeterminant, count) = remove(kernel, u, moments);
                var log = coefficients.Integrate(moments, logDeterminant, count, mixture) - whole;
                if (log > largest[u])
                {
                    sums[u] *= Math.Exp(largest[u] - log);
                    largest[u] = log;
                }

                sums[u] += view.SlotWeights[point] * Math.Exp(log - largest[u]);
            }
        }

        return [.. sums.Select((sum, u) => -largest[u] - Math.Log(sum))];
    }

    private static (double LogDeterminant, double Count) RemoveStudy(GaussianKernel kernel, int position, Span<double> moments)
    {
        var q = kernel.Width;
        var (w, u, omega) = (kernel.Weights[position], kernel.Loadings[position], kernel.Omega(position));
        Span<double> row = stackalloc double[q];
        for (var c = 0; c < q; c++)
        {
            row[c] = kernel.Value(c, position);
        }

        GaussianKernel.AddOuter(moments, row, -w);
        var logDeterminant = kernel.LogDeterminant - (omega * Math.Log(omega / w));
        if (kernel.ClusterCount > 0)
        {
            var totals = kernel.ClusterTotals.AsSpan(kernel.ClusterAt(position) * (q + 1), q + 1);
            var rest = 1 + totals[0] - (w * u * u);
            GaussianKernel.AddOuter(moments, totals[1..], 1 / (1 + totals[0]));
            for (var c = 0; c < q; c++)
            {
                row[c] = totals[1 + c] - (w * u * row[c]);
            }

            GaussianKernel.AddOuter(moments, row, -1 / rest);
            logDeterminant += Math.Log(rest / (1 + totals[0]));
        }

        return (logDeterminant, kernel.TotalWeight - omega);
    }

    private static (double LogDeterminant, double Count) RemoveCluster(GaussianKernel kernel, int cluster, Span<double> moments)
    {
        var q = kernel.Width;
        var totals = kernel.ClusterTotals.AsSpan(cluster * (q + 1), q + 1);
        GaussianKernel.AddOuter(moments, totals[1..], 1 / (1 + totals[0]));
        var logDeterminant = kernel.LogDeterminant - Math.Log(1 + totals[0]);
        var count = kernel.TotalWeight;
        Span<double> row = stackalloc double[q];
        var (start, end) = kernel.Cluster(cluster);
        for (var i = start; i < end; i++)
        {
            for (var c = 0; c < q; c++)
            {
                row[c] = kernel.Value(c, i);
            }

            var omega = kernel.Omega(i);
            GaussianKernel.AddOuter(moments, row, -kernel.Weights[i]);
            logDeterminant -= omega * Math.Log(omega / kernel.Weights[i]);
            count -= omega;
        }

        return (logDeterminant, count);
    }
}
