using MetaBridge.Errors;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Known matrices brought into the order of a grouping's levels.</summary>
internal static class KnownCorrelation
{
    /// <summary>R of the levels of a grouping, scaled.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/> when a level has no row in R.</exception>
    public static double[] For(string name, NamedMatrix known, Grouping grouping, CorrelationScaling scaling)
    {
        var all = Scale(known, scaling, name);
        return Pick(name, known.Names, all, grouping);
    }

    /// <summary>Distances between the levels of a grouping.</summary>
    public static DistanceRule Distances(string name, NamedMatrix known, Grouping grouping) =>
        DistanceRule.Given(Pick(name, known.Names, known.Values, grouping), grouping.Levels.Count);

    private static double[] Pick(string name, IReadOnlyList<string> names, double[] values, Grouping grouping)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            index[names[i]] = i;
        }

        var n = grouping.Levels.Count;
        var at = new int[n];
        for (var i = 0; i < n; i++)
        {
            if (!index.TryGetValue(grouping.Levels[i], out at[i]))
            {
                throw new MetaBridgeException(
                    ErrorCode.UnknownName,
                    $"The known matrix of '{name}' has no row named '{grouping.Levels[i]}'.",
                    new Dictionary<string, object?> { ["term"] = name, ["level"] = grouping.Levels[i] });
            }
        }

        var picked = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                picked[(i * n) + j] = values[(at[i] * names.Count) + at[j]];
            }
        }

        return picked;
    }

    private static double[] Scale(NamedMatrix known, CorrelationScaling scaling, string name)
    {
        var n = known.Names.Count;
        if (known.Values.Length != n * n)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The known matrix of '{name}' has {known.Values.Length} values for {n} names.",
                new Dictionary<string, object?> { ["term"] = name, ["length"] = known.Values.Length, ["names"] = n });
        }

        var r = (double[])known.Values.Clone();
        if (scaling is CorrelationScaling.Correlation or CorrelationScaling.CorrelationFromZero)
        {
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    r[(i * n) + j] = known.Values[(i * n) + j] / Math.Sqrt(known.Values[(i * n) + i] * known.Values[(j * n) + j]);
                }
            }
        }

        if (scaling is CorrelationScaling.CorrelationFromZero or CorrelationScaling.CovarianceFromZero)
        {
            var smallest = r.Min();
            var divisor = scaling == CorrelationScaling.CorrelationFromZero ? 1 - smallest : 1;
            r = Array.ConvertAll(r, value => (value - smallest) / divisor);
        }

        return r;
    }
}
