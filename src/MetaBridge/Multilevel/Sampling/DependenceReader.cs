using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Sampling;

/// <summary>Checks an <see cref="ErrorDependence"/> and turns its names into codes.</summary>
internal static class DependenceReader
{
    /// <summary>The rows of each cluster (and subgroup), clusters in order of first appearance.</summary>
    public static List<List<int>> Clusters(ErrorDependence input)
    {
        var k = input.Variances.Count;
        var codes = Codes(input.Clusters, k, "cluster", []);
        if (input.Subgroups is { } subgroups)
        {
            var inner = Codes(subgroups, k, "subgroup", []);
            var pairs = new Dictionary<(int, int), int>();
            for (var i = 0; i < k; i++)
            {
                if (!pairs.TryGetValue((codes[i], inner[i]), out var code))
                {
                    pairs[(codes[i], inner[i])] = code = pairs.Count;
                }

                codes[i] = code;
            }
        }

        var clusters = new List<List<int>>();
        for (var i = 0; i < k; i++)
        {
            if (codes[i] == clusters.Count)
            {
                clusters.Add([]);
            }

            clusters[codes[i]].Add(i);
        }

        return clusters;
    }

    /// <summary>The correlation function of the rows.</summary>
    public static ErrorCorrelation Correlation(ErrorDependence input)
    {
        RequirePairs(input);
        var k = input.Variances.Count;
        var observationNames = new List<string>();
        var typeNames = new List<string>();
        var groupCodes = new Dictionary<string, int>(StringComparer.Ordinal);
        var observations = input.Observations is { } obs ? Codes(obs, k, "obs", observationNames) : null;
        var types = input.Types is { } given ? Codes(given, k, "type", typeNames) : null;
        var (within, between) = Rules(input);
        var correlation = new ErrorCorrelation
        {
            Observations = observations,
            Types = types,
            Groups1 = input.Groups1 is { } g1 ? Codes(g1, k, "grp1", [], groupCodes) : null,
            Groups2 = input.Groups2 is { } g2 ? Codes(g2, k, "grp2", [], groupCodes) : null,
            Times1 = Numbers(input.Times1, k, "time1"),
            Times2 = Numbers(input.Times2, k, "time2"),
            Weights1 = Weights(input.Weights1, k, "w1"),
            Weights2 = Weights(input.Weights2, k, "w2"),
            Within = within is null ? null : CorrelationLookup.For(within, observationNames, "obs"),
            BetweenTypes = between is null ? null : CorrelationLookup.For(between, typeNames, "type"),
            Autocorrelation = Autocorrelation(input),
        };
        RequireContrasts(correlation, k);
        return correlation;
    }

    private static void RequirePairs(ErrorDependence input)
    {
        Require(input.Groups2 is null || input.Groups1 is not null, "'grp2' needs 'grp1', the group of the first condition.", "grp2");
        Require(input.Times2 is null || (input.Times1 is not null && input.Groups2 is not null), "'time2' needs 'time1' and 'grp2'.", "time2");
        Require(input.Weights2 is null || input.Groups2 is not null, "'w2' needs 'grp2', the group whose weight it is.", "w2");
        Require(input.Weights2 is null || input.Weights1 is not null, "'w2' needs 'w1', the weight of the first group.", "w2");
        Require(input.Times1 is null || input.Autocorrelation is not null, "'time1' needs 'phi', the autocorrelation per unit of time.", "phi");
    }

    private static (CorrelationRule? Within, CorrelationRule? Between) Rules(ErrorDependence input)
    {
        var expected = (input.Observations is null ? 0 : 1) + (input.Types is null ? 0 : 1);
        var rules = input.Correlations;
        Require(rules.Count == expected, expected switch
        {
            0 => "'rho' needs 'obs' or 'type', which say whose correlation it is.",
            1 => $"'{(input.Types is null ? "obs" : "type")}' needs one 'rho', a number or a matrix; there are {rules.Count}.",
            _ => $"'type' with 'obs' needs two 'rho', within and between types; there are {rules.Count}.",
        }, "rho");
        return expected switch
        {
            0 => (null, null),
            1 => input.Types is null ? (rules[0], null) : (null, rules[0]),
            _ => (rules[0], rules[1]),
        };
    }

    private static double Autocorrelation(ErrorDependence input)
    {
        if (input.Autocorrelation is not { } phi || input.Times1 is null)
        {
            return 1;
        }

        return phi is >= -1 and <= 1 ? phi : throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"The autocorrelation 'phi' is {phi:R}; it must be between -1 and 1.",
            new Dictionary<string, object?> { ["option"] = "phi", ["value"] = phi });
    }

    private static void RequireContrasts(ErrorCorrelation correlation, int k)
    {
        for (var i = 0; i < k && correlation.Groups2 is not null; i++)
        {
            if (!(correlation.ContrastVariance(i) > 0))
            {
                throw new MetaBridgeException(
                    ErrorCode.SpecificationInvalid,
                    $"Row {i + 1} compares a condition with itself: 'grp1' and 'grp2' are equal and so are the times; give 'time1' and 'time2' for changes within a group.",
                    new Dictionary<string, object?> { ["row"] = i + 1 });
            }
        }
    }

    private static void Require(bool isMet, string message, string option)
    {
        if (!isMet)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, message, new Dictionary<string, object?> { ["option"] = option });
        }
    }

    private static int[] Codes(IReadOnlyList<string> values, int k, string what, List<string> names, Dictionary<string, int>? table = null)
    {
        RequireLength(values.Count, k, what);
        table ??= new Dictionary<string, int>(StringComparer.Ordinal);
        var codes = new int[k];
        for (var i = 0; i < k; i++)
        {
            if (values[i] is not { } value)
            {
                throw MissingAt(i, what);
            }

            if (!table.TryGetValue(value, out codes[i]))
            {
                codes[i] = table[value] = table.Count;
                names.Add(value);
            }
        }

        return codes;
    }

    private static double[]? Numbers(IReadOnlyList<double>? values, int k, string what)
    {
        if (values is null)
        {
            return null;
        }

        RequireLength(values.Count, k, what);
        for (var i = 0; i < k; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw MissingAt(i, what);
            }
        }

        return [.. values];
    }

    private static double[]? Weights(IReadOnlyList<double>? values, int k, string what)
    {
        var weights = Numbers(values, k, what);
        var bad = weights is null ? -1 : Array.FindIndex(weights, w => !(w > 0));
        return bad < 0 ? weights : throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"Row {bad + 1} has the weight '{what}' {weights![bad]:R}; weights are positive.",
            new Dictionary<string, object?> { ["row"] = bad + 1, ["column"] = what, ["value"] = weights[bad] });
    }

    private static void RequireLength(int length, int k, string what)
    {
        if (length != k)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"'{what}' has {length} values, but there are {k} sampling variances.",
                new Dictionary<string, object?> { ["argument"] = what, ["length"] = length, ["rows"] = k });
        }
    }

    private static MetaBridgeException MissingAt(int row, string what) => new(
        ErrorCode.NonFiniteValue,
        $"Row {row + 1} has no value in '{what}', which V is built from.",
        new Dictionary<string, object?> { ["row"] = row + 1, ["column"] = what });
}
