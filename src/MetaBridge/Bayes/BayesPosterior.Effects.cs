namespace MetaBridge.Bayes;

/// <summary>What a prediction speaks of.</summary>
public enum PredictionKind
{
    /// <summary>The average effect itself: x'β.</summary>
    Average,

    /// <summary>The true average effect of a new cluster: x'β + N(0, ρτ²); without clusters the same as <see cref="NewStudy"/>.</summary>
    NewCluster,

    /// <summary>The true effect of a new study in a new cluster: x'β + N(0, τ²).</summary>
    NewStudy,

    /// <summary>The effect size observed in a new study in a new cluster: x'β + N(0, τ² + v), with v its sampling variance.</summary>
    NewObservation,
}

/// <summary>A cluster's true average effect and its deviation from the overall one.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="StudyCount">How many studies it has.</param>
/// <param name="Effect">mu + u_j; with moderators at their average over all studies.</param>
/// <param name="Deviation">u_j.</param>
/// <param name="NewStudy">The true effect of a further study of this cluster: mu + u_j + N(0, (1 − ρ)τ²).</param>
public sealed record ClusterEffect(string Cluster, int StudyCount, PosteriorRow Effect, PosteriorRow Deviation, PosteriorRow NewStudy);

/// <content>Random effects and predictions.</content>
public sealed partial class BayesPosterior
{
    /// <summary>How many numbers the mixtures that are built at a time may take, and at least how many clusters or studies that is.</summary>
    private const int BlockNumbers = 4_000_000, SmallestBlock = 16;

    /// <summary>A prediction at the average of the moderators.</summary>
    /// <param name="kind">What to predict.</param>
    /// <param name="samplingVariance">The sampling variance of a <see cref="PredictionKind.NewObservation"/>; not used by the others.</param>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.InvalidOption"/>: an observation needs a positive sampling variance.</exception>
    public PosteriorRow Predict(PredictionKind kind, double? samplingVariance = null)
    {
        var v = Observed(kind, samplingVariance);
        return InTurn(() => PredictAt(kind.ToString(), AverageRow(), (view, slot) => v + (Share(kind, view.Target.Parameters(slot)) * view.Factors(slot).Average())));
    }

    /// <summary>One prediction per study, at its moderators and, for an observation, with its sampling variance.</summary>
    /// <param name="kind">What to predict.</param>
    public IReadOnlyList<PosteriorRow> PredictStudies(PredictionKind kind)
    {
        var positions = Positions();
        return InTurn(() => Enumerable.Range(0, positions.Length).Select(i => PredictAt(Problem.Studies.Labels[i], DesignRow(i), (view, slot) =>
        {
            var factors = view.Factors(slot);
            var factor = factors.Length == 1 ? factors[0] : factors[positions[i]];
            return Observed(kind, Problem.Input.Variances[i]) + (Share(kind, view.Target.Parameters(slot)) * factor);
        })).ToArray());
    }

    /// <summary>One prediction per row of new data.</summary>
    /// <param name="newData">Rows with the moderators of the effect and, for new studies and clusters, of ln τ.</param>
    /// <param name="kind">What to predict.</param>
    /// <param name="samplingVariances">One sampling variance per row for a <see cref="PredictionKind.NewObservation"/>; not used by the others.</param>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.UnknownName"/> for a missing column or an unknown level, <see cref="Errors.ErrorCode.MissingColumn"/>,
    /// <see cref="Errors.ErrorCode.WrongColumnType"/>, <see cref="Errors.ErrorCode.NonFiniteValue"/> for a missing value,
    /// <see cref="Errors.ErrorCode.LengthMismatch"/>, or <see cref="Errors.ErrorCode.InvalidOption"/>: an observation needs a positive sampling variance.
    /// </exception>
    public IReadOnlyList<PosteriorRow> PredictAt(Data.Dataset newData, PredictionKind kind, IReadOnlyList<double>? samplingVariances = null)
    {
        ArgumentNullException.ThrowIfNull(newData);
        if (samplingVariances is not null && samplingVariances.Count != newData.RowCount)
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.LengthMismatch, $"There are {newData.RowCount} rows of new data, but {samplingVariances.Count} sampling variances.");
        }

        var variances = Enumerable.Range(0, newData.RowCount).Select(i => Observed(kind, samplingVariances?[i])).ToArray();
        var (designs, scales) = NewRows.Code(Problem, newData);
        return InTurn(() => Enumerable.Range(0, newData.RowCount).Select(i => PredictAt(
            newData.RowLabel(i),
            designs[i],
            (view, slot) => variances[i] + (Share(kind, view.Target.Parameters(slot)) * NewRows.Factor(scales[i], view.Target.Scale(slot))))).ToArray());
    }

    /// <summary>The clusters' effects in order of appearance; empty without clusters.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.NotSupported"/> with likelihood weights.</exception>
    public IReadOnlyList<ClusterEffect> ClusterEffects()
    {
        CheckUnweighted();
        var row = AverageRow();
        var count = Problem.ClusterNames.Count;
        var kernel = Solution.Target.Kernel;
        return InTurn(() => Blocks(count, 3, (view, cluster, loads) => FillCluster(view, cluster, row, loads), (cluster, rows) => new ClusterEffect(
            Problem.ClusterNames[cluster],
            kernel.Cluster(cluster).End - kernel.Cluster(cluster).Start,
            rows[0],
            rows[1],
            rows[2])));
    }

    /// <summary>The studies' true effects x'β + u_j + e_ij given all data.</summary>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.NotSupported"/> with likelihood weights.</exception>
    public IReadOnlyList<PosteriorRow> StudyEffects()
    {
        CheckUnweighted();
        var positions = Positions();
        return InTurn(() => Blocks(
            positions.Length,
            1,
            (view, study, loads) => FillStudy(view, study, positions[study], loads),
            (study, rows) => rows[0] with { Name = Problem.Studies.Labels[study] }));
    }

    /// <summary>
    /// Builds the distributions of many quantities at once: at each lattice point the likelihood's sums are formed once for a block of them.
    /// </summary>
    private List<T> Blocks<T>(
        int count, int perItem, Action<PosteriorView, int, (NormalLoads Loads, int Point)[]> fill, Func<int, PosteriorRow[], T> finish)
    {
        var result = new List<T>(count);
        var numbers = perItem * Solution.View.Slots.Length * (Solution.Free.Length + 2);
        var blockSize = Math.Max(BlockNumbers / numbers, SmallestBlock);
        for (var first = 0; first < count; first += blockSize)
        {
            var size = Math.Min(blockSize, count - first);
            var perView = Solution.Views.Select(view => BlockOf(view, first, size, perItem, fill)).ToArray();
            for (var i = 0; i < size; i++)
            {
                var rows = Enumerable.Range(i * perItem, perItem)
                    .Select(r => Summarize("", Solution.Combine(Array.ConvertAll(perView, marginals => marginals[r])))).ToArray();
                result.Add(finish(first + i, rows));
            }
        }

        return result;
    }

    private static Marginal[] BlockOf(
        PosteriorView view, int first, int size, int perItem, Action<PosteriorView, int, (NormalLoads Loads, int Point)[]> fill)
    {
        var target = view.Target;
        var loads = Enumerable.Range(0, size * perItem).Select(_ => new NormalLoads(view.Slots.Length, target.Coefficients.Count)).ToArray();
        var current = new (NormalLoads, int)[perItem];
        var negligible = view.SlotWeights.Max() * GaussianMixture.Negligible;
        foreach (var point in view.BySums)
        {
            if (view.SlotWeights[point] <= negligible)
            {
                continue;
            }

            var slot = view.Slots[point];
            target.Kernel.Evaluate(target.Parameters(slot), target.Scale(slot));
            for (var i = 0; i < size; i++)
            {
                for (var r = 0; r < perItem; r++)
                {
                    current[r] = (loads[(i * perItem) + r], point);
                }

                fill(view, first + i, current);
            }
        }

        return Array.ConvertAll(loads, view.Linear);
    }

    /// <summary>γ_j | β ~ N((t_y − t_x'β)/(1 + S), 1/(1 + S)); u_j = τ√ρ γ_j.</summary>
    private void FillCluster(PosteriorView view, int cluster, double[] row, (NormalLoads Loads, int Point)[] items)
    {
        var target = view.Target;
        var point = items[0].Point;
        var at = target.Parameters(view.Slots[point]);
        var p = target.Coefficients.Count;
        var totals = target.Kernel.ClusterTotals.AsSpan(cluster * (p + 2), p + 2);
        var factor = at.Tau * Math.Sqrt(at.Rho) / (1 + totals[0]);
        Span<double> mean = new double[p];
        var constant = Solution.Reduce(row, mean);
        for (var kind = 0; kind < items.Length; kind++)
        {
            var loads = items[kind].Loads;
            var isDeviation = kind == 1;
            var c = loads.Multipliers(point);
            for (var r = 0; r < p; r++)
            {
                c[r] = (isDeviation ? 0 : mean[r]) - (factor * totals[1 + r]);
            }

            loads.Constants[point] = (isDeviation ? 0 : constant) + (factor * totals[p + 1]);
            loads.Noise[point] = (at.Rho * at.Tau * at.Tau / (1 + totals[0])) + (kind == 2 ? at.OneMinusRho * at.Tau * at.Tau : 0);
        }
    }

    /// <summary>θ_i = φ y_i + (1 − φ)(x_i'β + u_i γ_j) + N(0, φ v_i) with φ = 1 − v_i/a_i.</summary>
    private void FillStudy(PosteriorView view, int study, int position, (NormalLoads Loads, int Point)[] items)
    {
        var (loads, point) = items[0];
        var kernel = view.Target.Kernel;
        var p = view.Target.Coefficients.Count;
        var v = kernel.Variances[position];
        var keep = v * kernel.Weights[position];
        var c = loads.Multipliers(point);
        var constant = Solution.Reduce(DesignRow(study), c);
        double loading = 0, s = 0;
        ReadOnlySpan<double> totals = default;
        if (kernel.ClusterCount > 0)
        {
            totals = kernel.ClusterTotals.AsSpan(kernel.ClusterAt(position) * (p + 2), p + 2);
            (loading, s) = (kernel.Loadings[position], totals[0]);
        }

        for (var r = 0; r < p; r++)
        {
            c[r] = keep * (c[r] - (loading == 0 ? 0 : loading * totals[1 + r] / (1 + s)));
        }

        var between = loading == 0 ? 0 : loading * totals[p + 1] / (1 + s);
        loads.Constants[point] = constant + ((1 - keep) * kernel.Value(p, position)) + (keep * between);
        loads.Noise[point] = ((1 - keep) * v) + (keep * keep * loading * loading / (1 + s));
    }

    private PosteriorRow PredictAt(string name, double[] row, Func<PosteriorView, int, double> noise) =>
        Summarize(name, Solution.Ask(view => Solution.Linear(view, row, slot => noise(view, slot))));

    /// <summary>The sampling variance that a prediction contains.</summary>
    private static double Observed(PredictionKind kind, double? samplingVariance) => kind != PredictionKind.NewObservation ? 0
        : samplingVariance is { } v && v > 0 && double.IsFinite(v) ? v
        : throw new Errors.MetaBridgeException(
            Errors.ErrorCode.InvalidOption,
            FormattableString.Invariant($"The prediction of an observed effect needs its sampling variance, a positive number; it is {samplingVariance?.ToString() ?? "missing"}."));

    /// <summary>Where each study is inside the kernel.</summary>
    private int[] Positions()
    {
        var positions = new int[Problem.Input.StudyCount];
        var order = Solution.Target.Kernel.Order;
        for (var position = 0; position < order.Length; position++)
        {
            positions[order[position]] = position;
        }

        return positions;
    }

    /// <summary>The part of τ² that a prediction contains.</summary>
    private double Share(PredictionKind kind, VarianceParameters at) => at.Tau * at.Tau * kind switch
    {
        PredictionKind.Average => 0,
        PredictionKind.NewCluster when Problem.Input.Clusters is not null => at.Rho,
        _ => 1,
    };

    private double[] DesignRow(int study)
    {
        var k = Problem.Input.StudyCount;
        return [.. Enumerable.Range(0, Problem.Input.Columns).Select(j => Problem.Input.Design[(j * k) + study])];
    }

    private double[] AverageRow()
    {
        var k = Problem.Input.StudyCount;
        return [.. Enumerable.Range(0, Problem.Input.Columns).Select(j => Problem.Input.Design.AsSpan(j * k, k).ToArray().Average())];
    }

    private void CheckUnweighted()
    {
        if (Problem.Input.Weights is not null)
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.NotSupported, "With likelihood weights the studies' true effects have no distribution of their own.");
        }
    }
}
