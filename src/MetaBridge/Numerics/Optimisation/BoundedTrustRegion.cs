using MetaBridge.Numerics.Dense;

namespace MetaBridge.Numerics.Optimisation;

/// <summary>
/// Minimises a smooth function of few variables in a box by a trust-region Newton method with projected steps
/// (Moré &amp; Sorensen, 1983; Lin &amp; Moré, 1999).
/// </summary>
/// <remarks>
/// Variables can stop exactly on a bound and leave it again. The objective's curvature model (for a likelihood: average
/// information) is corrected by a symmetric rank-one update of the difference between it and the true Hessian, so that the end of
/// the search is superlinear although no second derivatives are computed. Steps are measured in the curvature's own scale, so the
/// search does not depend on the units of the variables. Near the optimum, where function values differ by rounding only, steps
/// are judged by the gradient instead.
/// </remarks>
internal sealed class BoundedTrustRegion
{
    /// <summary>Distance to the optimum, in standard errors, at which the search is done.</summary>
    public const double DecrementTolerance = 1e-9;

    private const int MaxIterations = 300;
    private const double FirstRadius = 10;
    private const double LargestRadius = 1e4;

    // Below this predicted change of the value, relative to its size, rounding decides the actual change.
    private const double NoiseLevel = 1e-11;

    private const double HoldRadius = 1e-4;

    // Half of a squared standard error: well inside the region where a likelihood is nearly quadratic.
    private const double BasinSize = 0.5;

    private readonly ISmoothObjective objective;
    private readonly double[] lower;
    private readonly double[] upper;
    private readonly int m;
    private readonly double[] x;
    private readonly double[] trial;
    private readonly double[] gradient;
    private readonly double[] newGradient;
    private readonly double[] curvature;
    private readonly double[] correction;
    private readonly double[] model;
    private readonly double[] step;
    private readonly TrustRegionStep solver;
    private double value;
    private int evaluations;

    public BoundedTrustRegion(ISmoothObjective objective, double[] lower, double[] upper)
    {
        this.objective = objective;
        this.lower = lower;
        this.upper = upper;
        m = objective.ParameterCount;
        x = new double[m];
        trial = new double[m];
        gradient = new double[m];
        newGradient = new double[m];
        curvature = new double[m * m];
        correction = new double[m * m];
        model = new double[m * m];
        step = new double[m];
        solver = new TrustRegionStep(m);
    }

    /// <summary>Searches from a start, which is moved into the box first.</summary>
    /// <param name="start">Where to start.</param>
    /// <param name="known">An optimum found before; a search that runs into its basin is given up.</param>
    /// <param name="cancellation">Stops the work early.</param>
    public OptimumReport Minimise(ReadOnlySpan<double> start, OptimumReport? known = null, CancellationToken cancellation = default)
    {
        Array.Clear(solver.Held);
        for (var i = 0; i < m; i++)
        {
            x[i] = Math.Clamp(start[i], lower[i], upper[i]);
        }

        evaluations = 1;
        Array.Clear(correction);
        value = objective.Value(x);
        if (!double.IsFinite(value))
        {
            return Report(SearchStatus.BadStart, double.NaN, 0);
        }

        objective.Derivatives(gradient, curvature);
        return Search(known, cancellation);
    }

    private OptimumReport Search(OptimumReport? known, CancellationToken cancellation)
    {
        var radius = FirstRadius;
        var stalls = 0;
        var decrement = double.PositiveInfinity;
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            BuildModel();
            decrement = solver.Decrement(x, gradient, model, lower, upper);
            if (decrement < DecrementTolerance)
            {
                return Report(SearchStatus.Converged, decrement, iteration);
            }

            if (known is not null && IsInBasin(known))
            {
                return Report(SearchStatus.SameOptimum, decrement, iteration);
            }

            var predicted = solver.Solve(x, gradient, model, lower, upper, radius, step);
            if (!(predicted > 0))
            {
                return Report(SearchStatus.PrecisionLimit, decrement, iteration);
            }

            var verdict = TryStep(predicted, decrement, ref radius);
            if (verdict == Verdict.Stalled && ++stalls > 2)
            {
                return Report(SearchStatus.PrecisionLimit, decrement, iteration);
            }

            if (verdict == Verdict.Rejected && radius < 1e-13)
            {
                return Report(SearchStatus.PrecisionLimit, decrement, iteration);
            }
        }

        return Report(SearchStatus.IterationLimit, decrement, MaxIterations);
    }

    private enum Verdict
    {
        Accepted,
        Rejected,
        Stalled,
    }

    private Verdict TryStep(double predicted, double decrement, ref double radius)
    {
        for (var i = 0; i < m; i++)
        {
            trial[i] = Math.Clamp(x[i] + step[i], lower[i], upper[i]);
        }

        evaluations++;
        var newValue = objective.Value(trial);
        var length = solver.LastLength;
        var noise = NoiseLevel * (1 + Math.Abs(value));
        if (!double.IsFinite(newValue))
        {
            radius = Math.Min(length, radius) / 4;
            HoldIfAtBorderOfDomain(ref radius);
            return Verdict.Rejected;
        }

        var isTerminal = predicted < noise;
        var ratio = (value - newValue) / predicted;
        if (!isTerminal)
        {
            radius = ratio < 0.25 ? Math.Min(length, radius) / 4
                : ratio > 0.75 && length > 0.9 * radius ? Math.Min(2 * radius, LargestRadius)
                : radius;
        }

        if (!isTerminal && !(ratio > 1e-4))
        {
            // A rejected step says that the correction may be wrong; the plain curvature model is the safe one.
            Array.Clear(correction);
            return Verdict.Rejected;
        }

        objective.Derivatives(newGradient, curvature);
        var isStalled = isTerminal && newValue > value + noise;
        UpdateCorrection();
        trial.CopyTo(x, 0);
        newGradient.CopyTo(gradient, 0);
        value = newValue;
        if (!isTerminal)
        {
            return Verdict.Accepted;
        }

        BuildModel();
        return isStalled || solver.Decrement(x, gradient, model, lower, upper) > 0.5 * decrement ? Verdict.Stalled : Verdict.Accepted;
    }

    // However short, steps that free a variable from its bound leave the domain: it stays on the bound.
    private void HoldIfAtBorderOfDomain(ref double radius)
    {
        for (var i = 0; i < m && radius < HoldRadius; i++)
        {
            if (!solver.Held[i] && step[i] != 0 && (x[i] <= lower[i] || x[i] >= upper[i]))
            {
                solver.Held[i] = true;
                radius = 1;
            }
        }
    }

    // Where the quadratic model of a known optimum explains both the place and the value, there is nothing new to find.
    private bool IsInBasin(OptimumReport known)
    {
        var quadratic = 0.0;
        for (var i = 0; i < m; i++)
        {
            if ((x[i] <= lower[i]) != (known.Point[i] <= lower[i]))
            {
                return false;
            }

            for (var j = 0; j < m; j++)
            {
                quadratic += 0.5 * (x[i] - known.Point[i]) * known.Curvature[(i * m) + j] * (x[j] - known.Point[j]);
            }
        }

        return quadratic < BasinSize && Math.Abs(value - known.Value - quadratic) <= 0.3 * quadratic;
    }

    private void BuildModel()
    {
        for (var i = 0; i < m * m; i++)
        {
            model[i] = curvature[i] + correction[i];
        }
    }

    // Symmetric rank-one update of the difference E between the Hessian and its model: (B + E)s = Δg.
    private void UpdateCorrection()
    {
        Span<double> residual = m <= 64 ? stackalloc double[m] : new double[m];
        double along = 0, residualNorm = 0, stepNorm = 0;
        for (var i = 0; i < m; i++)
        {
            residual[i] = newGradient[i] - gradient[i];
            for (var j = 0; j < m; j++)
            {
                residual[i] -= (curvature[(i * m) + j] + correction[(i * m) + j]) * (trial[j] - x[j]);
            }
        }

        for (var i = 0; i < m; i++)
        {
            // The scale of the steps: with the plain curvature a direction that is flat would stop all learning.
            var scale = Math.Sqrt(Math.Max(Math.Abs(model[(i * m) + i]), 1e-16));
            var s = trial[i] - x[i];
            along += residual[i] * s;
            residualNorm += residual[i] * residual[i] / (scale * scale);
            stepNorm += s * scale * s * scale;
        }

        if (Math.Abs(along) <= 1e-2 * Math.Sqrt(residualNorm * stepNorm) || stepNorm < 1e-20)
        {
            return;
        }

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                correction[(i * m) + j] += residual[i] * residual[j] / along;
            }
        }
    }

    private OptimumReport Report(SearchStatus status, double decrement, int iterations)
    {
        var norm = 0.0;
        for (var i = 0; i < m; i++)
        {
            var isHeld = (x[i] <= lower[i] && gradient[i] > 0) || (x[i] >= upper[i] && gradient[i] < 0);
            norm = isHeld ? norm : Math.Max(norm, Math.Abs(gradient[i]));
        }

        return new OptimumReport(status, (double[])x.Clone(), value, (double[])gradient.Clone(), (double[])model.Clone(), norm, decrement, iterations, evaluations);
    }
}
