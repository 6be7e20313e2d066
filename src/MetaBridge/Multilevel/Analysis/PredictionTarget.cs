using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>What to predict: moderator values, and which levels of the random terms the prediction is for.</summary>
public sealed record PredictionTarget
{
    /// <summary>Values for the coefficients in their order; the intercept's is left out or given.</summary>
    public IReadOnlyList<double> Moderators { get; init; } = [];

    /// <summary>The inner level of the first <c>~ inner | outer</c> term; needed where its levels have variances of their own.</summary>
    public string? TauLevel { get; init; }

    /// <summary>The same for the second such term.</summary>
    public string? GammaLevel { get; init; }

    /// <summary>Values z of the random slopes of the first term (GEN, GDIAG), in the order of its effects.</summary>
    public IReadOnlyList<double>? TauSlopes { get; init; }

    /// <summary>The same for the second such term.</summary>
    public IReadOnlyList<double>? GammaSlopes { get; init; }

    /// <summary>
    /// Known levels by the name of the term's grouping (<c>district</c>, <c>district/school</c>): the effects of these are predicted from
    /// the data; those of all other terms belong to new levels.
    /// </summary>
    public IReadOnlyDictionary<string, string> Cluster { get; init; } = new Dictionary<string, string>();

    /// <summary>A sampling variance to add: the interval is then for the observed outcome of such a study, not for the true one.</summary>
    public double SamplingVariance { get; init; }

    /// <summary>What the row is called; its number when null.</summary>
    public string? Label { get; init; }

    /// <summary>z'Gz.</summary>
    internal double SlopeVariance(EffectMap map)
    {
        var z = SlopesFor(map);
        if (z is null)
        {
            return double.NaN;
        }

        var sum = 0.0;
        for (var a = 0; a < z.Count; a++)
        {
            for (var b = 0; b < z.Count; b++)
            {
                sum += z[a] * map.BetweenLevels(a, b) * z[b];
            }
        }

        return sum;
    }

    /// <summary>The variance of an effect of the target's inner level; NaN where that decides and is not given.</summary>
    internal double LevelVariance(EffectMap map) =>
        LevelFor(map) is { } level ? map.BetweenLevels(level, level)
        : MultilevelAnalysis.HasSeveralVariances(map) ? double.NaN : map.Prior(0, 0);

    /// <summary>The inner level, counted from 0; null when not given.</summary>
    internal int? LevelFor(EffectMap map)
    {
        var name = map.Bound.Role switch { TermRole.Tau => TauLevel, TermRole.Gamma => GammaLevel, _ => null };
        if (name is null)
        {
            return null;
        }

        for (var i = 0; i < map.Bound.EffectNames.Count; i++)
        {
            if (map.Bound.EffectNames[i] == name)
            {
                return i;
            }
        }

        throw new MetaBridgeException(
            ErrorCode.UnknownName,
            $"The term '{map.Name}' has no inner level '{name}'.",
            new Dictionary<string, object?> { ["term"] = map.Name, ["level"] = name });
    }

    /// <summary>z for a term with random slopes; null when not given.</summary>
    internal IReadOnlyList<double>? SlopesFor(EffectMap map)
    {
        var z = map.Bound.Role == TermRole.Tau ? TauSlopes : GammaSlopes;
        return z is null || z.Count == map.Bound.EffectNames.Count ? z : throw new MetaBridgeException(
            ErrorCode.LengthMismatch,
            $"{z.Count} slope values were given for '{map.Name}', which has {map.Bound.EffectNames.Count}.",
            new Dictionary<string, object?> { ["term"] = map.Name, ["length"] = z.Count });
    }
}

/// <summary>Predictions from a multilevel fit.</summary>
/// <param name="Labels">What the rows are.</param>
/// <param name="Table">Averages with confidence and prediction limits; where the target lies in a known cluster, the prediction interval is about
/// the average plus the predicted random effects.</param>
/// <param name="TauLevels">The inner level of the first inner-outer term, or null.</param>
/// <param name="GammaLevels">The inner level of the second, or null.</param>
/// <param name="DegreesOfFreedom">Degrees of freedom of the intervals; NaN for the normal distribution.</param>
public sealed record MultilevelPredictions(
    IReadOnlyList<string> Labels,
    PredictionTable Table,
    IReadOnlyList<string?> TauLevels,
    IReadOnlyList<string?> GammaLevels,
    double[] DegreesOfFreedom)
{
    /// <summary>The table with a function applied to predictions and limits; standard errors are not defined on that scale and become NaN.</summary>
    /// <param name="transformation">An increasing function, such as <see cref="Math.Exp"/>.</param>
    public MultilevelPredictions Transform(Func<double, double> transformation)
    {
        ArgumentNullException.ThrowIfNull(transformation);
        return this with
        {
            Table = new PredictionTable(
                Apply(Table.Predicted),
                [.. Table.StandardErrors.Select(_ => double.NaN)],
                Apply(Table.Lower),
                Apply(Table.Upper),
                Apply(Table.PredictionLower),
                Apply(Table.PredictionUpper)),
        };

        double[] Apply(double[] values) => Array.ConvertAll(values, value => transformation(value));
    }

    /// <summary>The table as one beside a fit.</summary>
    internal FurtherTable ToFurther()
    {
        var (ci, pi) = (FurtherScales.Reach(Table.Predicted, Table.Lower, Table.Upper),
            FurtherScales.Reach(Table.Predicted, Table.PredictionLower, Table.PredictionUpper));
        return new FurtherTable(Keywords<FurtherResult>.Of(FurtherResult.Predictions), Labels,
        [
            new("pred", Table.Predicted) { Scale = Table.StandardErrors },
            new("se", Table.StandardErrors),
            new("ci.lb", Table.Lower, FurtherKind.Tail) { Scale = ci },
            new("ci.ub", Table.Upper, FurtherKind.Tail) { Scale = ci },
            new("pi.lb", Table.PredictionLower, FurtherKind.Tail) { Scale = pi },
            new("pi.ub", Table.PredictionUpper, FurtherKind.Tail) { Scale = pi },
        ]);
    }
}
