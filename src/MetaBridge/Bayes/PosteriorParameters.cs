using MetaBridge.Numerics;

namespace MetaBridge.Bayes;

/// <summary>Turns a parameter's name into its distribution.</summary>
internal sealed class PosteriorParameters
{
    /// <summary>What the names of coefficients of ln τ begin with.</summary>
    public const string ScalePrefix = "log(tau): ";

    private readonly BayesProblem problem;
    private readonly BayesSolution solution;
    private readonly Dictionary<string, Func<PosteriorView, Marginal>[]> byName = new(StringComparer.Ordinal);

    public PosteriorParameters(BayesProblem problem, BayesSolution solution)
    {
        this.problem = problem;
        this.solution = solution;
        TypicalVariance = TypicalVarianceOf(problem.Input);
        foreach (var coefficient in problem.Design.Reported)
        {
            Add(coefficient.Name, [view => solution.Linear(view, coefficient.Combination, _ => 0)], Coefficients);
        }

        AddScale();
        AddHeterogeneity();
    }

    /// <summary>Names of the effect's coefficients.</summary>
    public List<string> Coefficients { get; } = [];

    /// <summary>Names of the parameters of ln τ: its coefficients on the original scale.</summary>
    public List<string> ScaleCoefficients { get; } = [];

    /// <summary>Names of the rows of a heterogeneity summary.</summary>
    public List<string> Heterogeneity { get; } = [];

    /// <summary>Names of the rows of the main table.</summary>
    public IEnumerable<string> Main => [.. Coefficients, Heterogeneity[0], .. ScaleCoefficients, .. Heterogeneity.Where(name => name == "rho")];

    /// <summary>ṽ; NaN when k = p leaves it undefined.</summary>
    public double TypicalVariance { get; }

    /// <summary>The distribution of a parameter in one or two ways to compute it, or null when there is none of that name.</summary>
    public Func<PosteriorView, Marginal>[]? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>All names.</summary>
    public IEnumerable<string> Names => byName.Keys;

    private void Add(string name, Func<PosteriorView, Marginal>[] ways, List<string> list)
    {
        byName.TryAdd(name, ways);
        list.Add(name);
    }

    private void AddScale()
    {
        foreach (var row in Slopes(problem))
        {
            Add(ScalePrefix + row.Name, [view => Slope(view, row.Combination[1..])], ScaleCoefficients);
        }
    }

    /// <summary>The coefficients of ln τ on the scale of the data.</summary>
    public static IEnumerable<ReportedCoefficient> Slopes(BayesProblem problem) =>
        problem.ScaleDesign?.Reported.Where(row => !row.Name.StartsWith("intercept", StringComparison.Ordinal)) ?? [];

    /// <summary>A combination of the coefficients of ln τ, by lines along the axis that it varies most along.</summary>
    private Marginal Slope(PosteriorView view, double[] combination)
    {
        var axes = view.Target.Axes;
        var used = Enumerable.Range(0, combination.Length).Where(j => combination[j] != 0 && axes.IndexOf(AxisRole.Scale, j) >= 0).ToArray();
        if (used.Length == 0)
        {
            return new PointMarginal(VectorKernels.Dot(combination, view.Target.Scale(view.Slots[0])));
        }

        var main = used.Length == 1 ? used[0] : used.MaxBy(j => Math.Abs(combination[j]) * Math.Sqrt(view.Moments(slot => view.Target.Scale(slot)[j]).Variance));
        var factor = combination[main];
        return view.Monotone(new MonotoneQuantity(
            axes.IndexOf(AxisRole.Scale, main),
            [.. used.Where(j => j != main).Select(j => axes.IndexOf(AxisRole.Scale, j))],
            slot => VectorKernels.Dot(combination, view.Target.Scale(slot)),
            (slot, x) => (x - VectorKernels.Dot(combination, view.Target.Scale(slot)) + (factor * view.Target.Scale(slot)[main])) / factor,
            factor < 0,
            (End(upper: false), End(upper: true))));

        double End(bool upper) => Enumerable.Range(0, combination.Length).Where(j => combination[j] != 0)
            .Sum(j => combination[j] * (combination[j] > 0 == upper ? problem.Input.ScalePriors[j].Upper : problem.Input.ScalePriors[j].Lower));
    }

    private void AddHeterogeneity()
    {
        var isClustered = problem.Input.Clusters is not null;
        foreach (var quantity in HeterogeneityQuantity.All)
        {
            var isDefined = (isClustered || quantity.Part == HeterogeneityPart.Total)
                && (quantity.Scale <= HeterogeneityScale.TauSquared || double.IsFinite(TypicalVariance));
            if (isDefined)
            {
                Add(quantity.Name, Quantity(quantity), Heterogeneity);
            }

            if (quantity == HeterogeneityQuantity.All[0] && isClustered)
            {
                Add("rho", [Allocation], Heterogeneity);
            }
        }
    }

    private static int[] Before(int axis) => [.. Enumerable.Range(0, axis)];

    private Marginal Allocation(PosteriorView view)
    {
        var axis = view.Target.Axes.IndexOf(AxisRole.Allocation);
        var prior = problem.Input.Allocation;
        return axis < 0
            ? new PointMarginal(prior.PointValue)
            : view.Monotone(new MonotoneQuantity(
                axis, Before(axis), slot => view.Target.Parameters(slot).Rho, (_, x) => x, false, (prior.Lower, prior.Upper)));
    }

    /// <summary>
    /// A heterogeneity measure by lines along τ, or for a part also by lines along ρ: a measure that hardly depends on an axis where it matters has no
    /// resolution along it, so whoever asks takes the one with the smaller error.
    /// </summary>
    private Func<PosteriorView, Marginal>[] Quantity(HeterogeneityQuantity quantity)
    {
        Func<PosteriorView, Marginal>[] ways = [.. new[] { QuantityByTau(quantity), QuantityByRho(quantity) }.OfType<Func<PosteriorView, Marginal>>()];
        return ways.Length > 0 ? ways : [view => new PointMarginal(Value(view, quantity, view.Slots[0]))];
    }

    private Func<PosteriorView, Marginal>? QuantityByTau(HeterogeneityQuantity quantity)
    {
        var axes = solution.Target.Axes;
        var axis = axes.IndexOf(AxisRole.Heterogeneity);
        var isAlwaysZero = axes.IndexOf(AxisRole.Allocation) < 0 && quantity.Share(solution.Target.Parameters(0)) == 0;
        return axis < 0 || isAlwaysZero ? null : view => view.Monotone(new MonotoneQuantity(
            axis,
            Before(axis),
            slot => Value(view, quantity, slot),
            (slot, x) => quantity.TauAt(x, view.Target.Parameters(slot), view.Factors(slot), TypicalVariance),
            false,
            quantity.Support));
    }

    private Func<PosteriorView, Marginal>? QuantityByRho(HeterogeneityQuantity quantity)
    {
        var axes = solution.Target.Axes;
        var axis = axes.IndexOf(AxisRole.Allocation);
        var tau = problem.Input.Heterogeneity;
        var isWithin = quantity.Part == HeterogeneityPart.Within;
        var reachesWhole = isWithin ? problem.Input.Allocation.Lower == 0 : problem.Input.Allocation.Upper == 1;
        var whole = quantity with { Part = HeterogeneityPart.Total };
        return axis < 0 || quantity.Part == HeterogeneityPart.Total || (tau.IsPoint && tau.PointValue == 0) ? null : view => view.Monotone(new MonotoneQuantity(
            axis,
            [.. Enumerable.Range(0, axes.Outer).Where(d => d != axis)],
            slot => Value(view, quantity, slot),
            (slot, x) =>
            {
                var share = quantity.ShareAt(x, view.Target.Parameters(slot), view.Factors(slot), TypicalVariance);
                return isWithin ? 1 - share : share;
            },
            isWithin,
            tau.IsPoint ? (0, Whole(view, quantity)) : quantity.Support)
        {
            // No share of a whole exceeds it: below the tau at which the whole is x the part is below x for every rho.
            Corner = tau.IsPoint || !reachesWhole ? null : (slot, x) => whole.TauAt(x, view.Target.Parameters(slot), view.Factors(slot), TypicalVariance),
        });
    }

    private double Whole(PosteriorView view, HeterogeneityQuantity quantity) =>
        Value(view, quantity with { Part = HeterogeneityPart.Total }, view.Slots[0]);

    private double Value(PosteriorView view, HeterogeneityQuantity quantity, int slot) =>
        quantity.Value(view.Target.Parameters(slot), view.Factors(slot), TypicalVariance);

    /// <summary>ṽ = (k − p)/tr(P), P = W − WX(X'WX)⁻¹X'W with W = diag(1/v) (Higgins &amp; Thompson, 2002).</summary>
    public static double TypicalVarianceOf(BayesInput input)
    {
        int k = input.StudyCount, p = input.Columns;
        if (k <= p)
        {
            return double.NaN;
        }

        var w = Array.ConvertAll(input.Variances, v => 1 / v);
        var squared = Array.ConvertAll(w, x => x * x);
        double[] a = new double[p * p], inverse = new double[p * p];
        for (var r = 0; r < p; r++)
        {
            for (var c = 0; c < p; c++)
            {
                a[(r * p) + c] = VectorKernels.Dot(w, input.Design.AsSpan(r * k, k), input.Design.AsSpan(c * k, k));
            }
        }

        SmallMatrix.InvertPositive(a, p, inverse);
        var trace = w.Sum();
        for (var r = 0; r < p; r++)
        {
            for (var c = 0; c < p; c++)
            {
                trace -= inverse[(r * p) + c] * VectorKernels.Dot(squared, input.Design.AsSpan(r * k, k), input.Design.AsSpan(c * k, k));
            }
        }

        return (k - p) / trace;
    }
}
