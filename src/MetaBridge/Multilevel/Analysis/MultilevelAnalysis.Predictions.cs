using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Predictions of the average outcome and of true outcomes.</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>Predicted average outcomes with confidence intervals, and prediction intervals for a new study in a new cluster.</summary>
    /// <remarks>
    /// <para>As metafor's <c>predict</c> without arguments: for an intercept alone one row, or one for each combination of inner levels with variances
    /// of their own; with moderators one row per outcome used, with the inner levels of its row. The prediction interval's variance is
    /// Var(x'β̂) + Σ σ² + τ² + γ² (Higgins et al., 2009; Riley et al., 2011).</para>
    /// <para>Random slopes add z'Gz with the row's own z, which metafor 3.8 leaves out; an intercept-only model with random slopes has one row per
    /// outcome for that reason.</para>
    /// </remarks>
    public MultilevelPredictions Predict()
    {
        var p = model.CoefficientCount;
        var isPerRow = !(p == 1 && Fit.HasIntercept) || model.Effects.Any(map => map.IsSlopes);
        if (isPerRow)
        {
            return Predictions([.. Enumerable.Range(0, model.RowCount).Select(RowTarget)], Fit.Studies.Labels);
        }

        var targets = LevelsOf(TermRole.Tau).SelectMany(tau => LevelsOf(TermRole.Gamma).Select(gamma => new PredictionTarget
        {
            Moderators = [1.0],
            TauLevel = tau,
            GammaLevel = gamma,
        })).ToArray();
        return Predictions(targets, [.. targets.Select(target => string.Join(", ", ((string?[])[target.TauLevel, target.GammaLevel]).OfType<string>()))]);
    }

    /// <summary>Predicted outcomes at new moderator values, for a new or a known cluster.</summary>
    /// <param name="targets">What to predict; moderators in the order of the coefficients, the intercept's left out or given.</param>
    /// <returns>One row per target.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.NonFiniteValue"/>, or <see cref="ErrorCode.UnknownName"/> for a cluster or an inner level
    /// that the model doesn't have.
    /// </exception>
    public MultilevelPredictions Predict(IReadOnlyList<PredictionTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return Predictions([.. targets.Select(Complete)], [.. targets.Select((target, i) => target.Label ?? $"{i + 1}")]);
    }

    private MultilevelPredictions Predictions(PredictionTarget[] targets, IReadOnlyList<string> labels)
    {
        var n = targets.Length;
        var table = new PredictionTable(new double[n], new double[n], new double[n], new double[n], new double[n], new double[n]);
        var degrees = new double[n];
        for (var i = 0; i < n; i++)
        {
            Fill(table, degrees, i, targets[i]);
        }

        return new MultilevelPredictions(
            labels,
            table,
            [.. targets.Select(target => target.TauLevel)],
            [.. targets.Select(target => target.GammaLevel)],
            degrees);
    }

    private void Fill(PredictionTable table, double[] degrees, int i, PredictionTarget target)
    {
        var x = target.Moderators.ToArray();
        var mean = x.Select((value, j) => value * model.Coefficients[j]).Sum();
        var se = Math.Sqrt(PredictionError.Quadratic(model.CoefficientCovariance, x));
        // The contrast is tested with the fewest degrees of freedom of the coefficients in it.
        degrees[i] = Fit.DegreesOfFreedom.Where((_, j) => x[j] != 0).DefaultIfEmpty(Fit.DegreesOfFreedom[0]).Min();
        var critical = CriticalValues.TwoSided(Fit.Level, degrees[i]);
        var (shift, variance) = target.Cluster.Count == 0
            ? (0, (se * se) + HeterogeneityAt(target))
            : new KnownClusterPrediction(model, target).Predict(x);
        var spread = critical * Math.Sqrt(variance + target.SamplingVariance);
        table.Predicted[i] = mean;
        table.StandardErrors[i] = se;
        table.Lower[i] = mean - (critical * se);
        table.Upper[i] = mean + (critical * se);
        table.PredictionLower[i] = mean + shift - spread;
        table.PredictionUpper[i] = mean + shift + spread;
    }

    // Σ σ² + τ² + γ² for a new level of every grouping; NaN where the inner level decides and was not said.
    private double HeterogeneityAt(PredictionTarget target)
    {
        var total = 0.0;
        foreach (var map in model.Effects)
        {
            total += map.IsSlopes ? target.SlopeVariance(map) : target.LevelVariance(map);
        }

        return total;
    }

    private PredictionTarget RowTarget(int row)
    {
        var p = model.CoefficientCount;
        return new PredictionTarget
        {
            Moderators = model.X[(row * p)..((row + 1) * p)],
            TauLevel = LevelAt(TermRole.Tau, row),
            GammaLevel = LevelAt(TermRole.Gamma, row),
            TauSlopes = SlopesAt(TermRole.Tau, row),
            GammaSlopes = SlopesAt(TermRole.Gamma, row),
        };
    }

    private string? LevelAt(TermRole role, int row) => OfRole(role) is { IsSlopes: false } map && HasSeveralVariances(map)
        ? map.Bound.EffectNames[map.LevelOf(map.EffectOfRow(row))]
        : null;

    private IReadOnlyList<double>? SlopesAt(TermRole role, int row) => OfRole(role) is { IsSlopes: true } map ? map.LoadsOf(row) : null;

    private IEnumerable<string?> LevelsOf(TermRole role)
    {
        IEnumerable<string?> none = [null];
        return OfRole(role) is { } map && HasSeveralVariances(map) ? map.Bound.EffectNames : none;
    }

    private EffectMap? OfRole(TermRole role) => Array.Find(model.Effects, map => map.Bound.Role == role);

    internal static bool HasSeveralVariances(EffectMap map) => !map.IsSlopes
        && Enumerable.Range(0, map.Bound.Term.ParameterCount).Count(map.Bound.Term.IsVariance) > 1;

    private PredictionTarget Complete(PredictionTarget target)
    {
        var p = model.CoefficientCount;
        var x = target.Moderators;
        if (x.Count == p - 1 && Fit.HasIntercept)
        {
            x = [1.0, .. x];
        }

        if (x.Count != p)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{target.Moderators.Count} moderator values were given; the model has {p} coefficients.",
                new Dictionary<string, object?> { ["values"] = target.Moderators.Count, ["coefficients"] = p });
        }

        return x.All(double.IsFinite) && double.IsFinite(target.SamplingVariance) && target.SamplingVariance >= 0
            ? target with { Moderators = x }
            : throw new MetaBridgeException(ErrorCode.NonFiniteValue, "A moderator value or the sampling variance of a prediction is not a finite number.");
    }
}
