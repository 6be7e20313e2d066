using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>
/// Reads a sampling covariance by columns, in the words of vcalc: <c>cluster=study; type=kind; obs=scale; rho=0.7,0.5</c>, or as the JSON object of a
/// specification, which can hold matrices too.
/// </summary>
internal static class VcalcText
{
    private const string Option = "--vcalc";

    private static readonly string[] Known =
        ["cluster", "subgroup", "rvars", "rcor", "obs", "type", "time1", "time2", "grp1", "grp2", "w1", "w2", "rho", "phi", "checkpd", "nearpd"];

    public static CovarianceSpec? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.TrimStart().StartsWith('{'))
        {
            return ((MultilevelSpec)SpecJson.Read($$"""{"family": "multilevel", "effect": {}, "V": {{text}}}""")).Covariance;
        }

        var parts = Parts(text);
        string? Name(string key) => parts.GetValueOrDefault(key);
        return new CovarianceSpec
        {
            Cluster = Name("cluster") ?? throw Wrong("needs cluster=COLUMN", text),
            Subgroup = Name("subgroup"),
            Columns = Name("rvars")?.Split(',', StringSplitOptions.TrimEntries),
            ColumnsAreCorrelations = Flag(Name("rcor"), false),
            Observation = Name("obs"),
            Type = Name("type"),
            Time1 = Name("time1"),
            Time2 = Name("time2"),
            Group1 = Name("grp1"),
            Group2 = Name("grp2"),
            Weight1 = Name("w1"),
            Weight2 = Name("w2"),
            Correlations = [.. (NumberList.Parse(Name("rho"), $"{Option} rho") ?? [])
                .Select(value => CorrelationRule.Of(value ?? throw Wrong("needs numbers for rho", text)))],
            Autocorrelation = NumberList.Single(Name("phi"), $"{Option} phi"),
            ChecksDefiniteness = Flag(Name("checkpd"), true),
            UsesNearest = Flag(Name("nearpd"), false),
        };
    }

    private static Dictionary<string, string> Parts(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var key = at < 0 ? part : part[..at].Trim();
            if (at < 0 || !Known.Contains(key))
            {
                throw Wrong($"does not know '{part}'; it takes {string.Join(", ", Known.Select(name => name + "="))} separated by semicolons", part);
            }

            if (!parts.TryAdd(key, part[(at + 1)..].Trim()))
            {
                throw Wrong($"has '{key}' twice", part);
            }
        }

        return parts;
    }

    private static bool Flag(string? word, bool usual) => word is null ? usual : word.ToUpperInvariant() switch
    {
        "TRUE" => true,
        "FALSE" => false,
        _ => throw Wrong($"takes TRUE or FALSE, not '{word}'", word),
    };

    private static MetaBridgeException Wrong(string what, string value) => new(
        ErrorCode.InvalidOption, $"{Option} {what}.", new Dictionary<string, object?> { ["option"] = Option, ["value"] = value });
}
