using MetaBridge.Errors;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>A true outcome in clusters that the data know: x'β̂ plus the predicted effects of these clusters.</summary>
/// <remarks>One solve with M per prediction: c = Cov(y, Σu) has an entry per row of the clusters.</remarks>
internal sealed class KnownClusterPrediction
{
    private readonly FittedModel model;
    private readonly double[] c;
    private double prior;

    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>: no such term, or no such level.</exception>
    public KnownClusterPrediction(FittedModel model, PredictionTarget target)
    {
        this.model = model;
        c = new double[model.RowCount];
        foreach (var name in target.Cluster.Keys)
        {
            if (!Array.Exists(model.Effects, map => map.Bound.Name == name))
            {
                throw Unknown($"The model has no random term over '{name}'.", "term", name);
            }
        }

        foreach (var map in model.Effects)
        {
            if (map.IsSlopes)
            {
                AddSlopes(map, target);
            }
            else
            {
                AddLevel(map, target);
            }
        }
    }

    /// <summary>Σû, and the variance of x'β̂ + Σû − (x'β + Σu).</summary>
    public (double Shift, double Variance) Predict(double[] x)
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var solved = model.Solve(c, 1);
        var (shift, reduction) = (0.0, 0.0);
        var difference = (double[])x.Clone();
        for (var i = 0; i < k; i++)
        {
            shift += solved[i] * model.Residuals[i];
            reduction += solved[i] * c[i];
            for (var j = 0; j < p; j++)
            {
                difference[j] -= solved[i] * model.X[(i * p) + j];
            }
        }

        return (shift, PredictionError.Variance(prior, reduction, difference, model.CoefficientCovariance));
    }

    private void AddLevel(EffectMap map, PredictionTarget target)
    {
        prior += target.LevelVariance(map);
        if (OuterLevel(map, target) is not { } outer)
        {
            return;
        }

        // An inner level that was not said is a new one; that has a covariance with the others only where all pairs have the same.
        var level = map.Bound.InnerName is null ? outer : target.LevelFor(map);
        for (var row = 0; row < c.Length; row++)
        {
            var effect = map.EffectOfRow(row);
            if (map.Bound.InnerName is null)
            {
                c[row] += map.BetweenLevels(outer, map.LevelOf(effect));
            }
            else if (map.OuterOf(effect) == outer)
            {
                c[row] += level is { } inner ? map.BetweenLevels(inner, map.LevelOf(effect)) : NewLevel(map);
            }
        }
    }

    private static double NewLevel(EffectMap map) => map.Bound.Structure switch
    {
        Specs.CovarianceStructure.CompoundSymmetry when map.Bound.EffectNames.Count > 1 => map.BetweenLevels(0, 1),
        Specs.CovarianceStructure.Identity => 0,
        _ => throw Unknown($"A prediction in a known level of '{map.Bound.Name}' needs an inner level of '{map.Name}'.", "term", map.Name),
    };

    private void AddSlopes(EffectMap map, PredictionTarget target)
    {
        prior += target.SlopeVariance(map);
        if (OuterLevel(map, target) is not { } outer)
        {
            return;
        }

        var z = target.SlopesFor(map) ?? throw Unknown($"A prediction needs values of the slopes of '{map.Name}'.", "term", map.Name);
        for (var row = 0; row < c.Length; row++)
        {
            var effect = map.EffectOfRow(row);
            if (map.OuterOf(effect) != outer)
            {
                continue;
            }

            for (var a = 0; a < z.Count; a++)
            {
                c[row] += z[a] * map.WithOutcome(effect + a, row);
            }
        }
    }

    private static int? OuterLevel(EffectMap map, PredictionTarget target)
    {
        if (!target.Cluster.TryGetValue(map.Bound.Name, out var name))
        {
            return null;
        }

        for (var i = 0; i < map.Bound.Outer.Levels.Count; i++)
        {
            if (map.Bound.Outer.Levels[i] == name)
            {
                return i;
            }
        }

        throw Unknown($"'{map.Bound.Name}' has no level '{name}' among the rows used.", "level", name);
    }

    private static MetaBridgeException Unknown(string message, string what, string name) =>
        new(ErrorCode.UnknownName, message, new Dictionary<string, object?> { [what] = name });
}
