namespace MetaBridge.Bayes;

/// <summary>Goes over the points of a posterior with each unit's share taken out of the likelihood's sums.</summary>
internal static class UnitPass
{
    /// <summary>How many numbers may be held at a time.</summary>
    private const int BlockNumbers = 4_000_000;

    /// <summary>Points lighter than this share of the heaviest are the lattice's rim, beyond where its mass was cut off.</summary>
    private const double Rim = 1e-18;

    /// <summary>Rows of what is handed over before the terms that were asked for.</summary>
    public const int LeftOut = 0, Doubled = 1, FirstTerm = 2;

    /// <summary>Writes further numbers about a unit at a point; the coefficients' model then holds the posterior without the unit.</summary>
    public delegate void Fill(GaussianKernel kernel, int unit, int slot, Span<double> terms);

    /// <summary>Visits every unit.</summary>
    /// <param name="solution">The posterior.</param>
    /// <param name="units">How many units there are.</param>
    /// <param name="remove">How a unit is taken out.</param>
    /// <param name="termCount">How many further numbers.</param>
    /// <param name="fill">What writes them; null for none.</param>
    /// <param name="finish">
    /// Takes a unit and rows with one number per slot of the view: ln m(without)/m, ln m(twice)/m, and the further ones.
    /// </param>
    public static void Visit(BayesSolution solution, int units, UnitRemoval.Remove remove, int termCount, Fill? fill, Action<int, double[][]> finish)
    {
        var slots = solution.View.Slots;
        var rim = solution.View.SlotWeights.Max() * Rim;
        var size = Math.Clamp(BlockNumbers / (slots.Length * (termCount + FirstTerm)), 1, units);
        var rows = Enumerable.Range(0, size)
            .Select(_ => Enumerable.Range(0, termCount + FirstTerm).Select(_ => new double[slots.Length]).ToArray()).ToArray();
        for (var first = 0; first < units; first += size)
        {
            var count = Math.Min(size, units - first);
            foreach (var point in solution.View.BySums)
            {
                if (solution.View.SlotWeights[point] < rim)
                {
                    foreach (var unit in rows.AsSpan(0, count))
                    {
                        unit[LeftOut][point] = unit[Doubled][point] = double.NegativeInfinity;
                    }

                    continue;
                }

                Point(solution.Target, slots[point], point, first, rows.AsSpan(0, count), remove, termCount, fill);
            }

            for (var u = 0; u < count; u++)
            {
                finish(first + u, rows[u]);
            }
        }
    }

    private static void Point(
        PosteriorTarget target, int slot, int point, int first, Span<double[][]> rows, UnitRemoval.Remove remove, int termCount, Fill? fill)
    {
        var (kernel, model) = (target.Kernel, target.Coefficients);
        var mixture = target.Mixture(slot);
        var given = target.Given(slot);
        kernel.Evaluate(target.Parameters(slot), target.Scale(slot));
        var whole = kernel.Moments;
        Span<double> moments = stackalloc double[whole.Length];
        Span<double> doubled = stackalloc double[whole.Length];
        Span<double> terms = stackalloc double[termCount];
        var log = model.Integrate(whole, kernel.LogDeterminant, kernel.TotalWeight, mixture, given);
        for (var u = 0; u < rows.Length; u++)
        {
            whole.CopyTo(moments);
            var (logDeterminant, count) = remove(kernel, first + u, moments);
            for (var i = 0; i < moments.Length; i++)
            {
                doubled[i] = (2 * whole[i]) - moments[i];
            }

            rows[u][Doubled][point] = model.Integrate(
                doubled, (2 * kernel.LogDeterminant) - logDeterminant, (2 * kernel.TotalWeight) - count, mixture, given) - log;
            rows[u][LeftOut][point] = model.Integrate(moments, logDeterminant, count, mixture, given) - log;
            fill?.Invoke(kernel, first + u, slot, terms);
            for (var t = 0; t < termCount; t++)
            {
                rows[u][FirstTerm + t][point] = terms[t];
            }
        }
    }
}
