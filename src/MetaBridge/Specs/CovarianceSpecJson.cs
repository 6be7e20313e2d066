using System.Text.Json;
using MetaBridge.Errors;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of a <see cref="CovarianceSpec"/>.</summary>
internal static class CovarianceSpecJson
{
    public static CovarianceSpec Read(JsonMembers members)
    {
        var covariance = new CovarianceSpec
        {
            Cluster = members.RequiredText("cluster"),
            Subgroup = members.Text("subgroup"),
            Columns = members.List("rvars", JsonMembers.AsText),
            ColumnsAreCorrelations = members.Flag("rcor") ?? false,
            Observation = members.Text("obs"),
            Type = members.Text("type"),
            Time1 = members.Text("time1"),
            Time2 = members.Text("time2"),
            Group1 = members.Text("grp1"),
            Group2 = members.Text("grp2"),
            Weight1 = members.Text("w1"),
            Weight2 = members.Text("w2"),
            Correlations = ReadRules(members),
            Autocorrelation = members.Number("phi"),
            ChecksDefiniteness = members.Flag("checkpd") ?? true,
            UsesNearest = members.Flag("nearpd") ?? false,
        };
        members.RejectUnknown();
        return Wrong(covariance) is not { } why ? covariance : throw new MetaBridgeException(
            ErrorCode.SpecificationInvalid, $"{members.Place} {why}.", new Dictionary<string, object?> { ["place"] = members.Place });
    }

    private static string? Wrong(CovarianceSpec v)
    {
        var hasCorrelations = v.Correlations.Count > 0;
        if (v.Columns is not null)
        {
            return hasCorrelations ? "takes either 'rvars' or 'rho'" : null;
        }

        return v.Observation is null && v.Type is null && v.Time1 is null && v.Group1 is null
            ? "says nothing that tells the rows of a cluster apart; it needs 'rvars', 'obs' or 'type' with 'rho', 'time1' with 'phi', or 'grp1' and 'grp2'"
            : hasCorrelations && v.Observation is null && v.Type is null ? "has 'rho' without 'obs' or 'type'" : null;
    }

    public static void Write(Utf8JsonWriter writer, CovarianceSpec? covariance)
    {
        if (covariance is not { } v)
        {
            return;
        }

        writer.WriteStartObject("V");
        writer.WriteString("cluster", v.Cluster);
        WriteText(writer, "subgroup", v.Subgroup);
        WriteList(writer, "rvars", v.Columns, writer.WriteStringValue);
        WriteFlag(writer, "rcor", v.ColumnsAreCorrelations, false);
        WriteText(writer, "obs", v.Observation);
        WriteText(writer, "type", v.Type);
        WriteText(writer, "time1", v.Time1);
        WriteText(writer, "time2", v.Time2);
        WriteText(writer, "grp1", v.Group1);
        WriteText(writer, "grp2", v.Group2);
        WriteText(writer, "w1", v.Weight1);
        WriteText(writer, "w2", v.Weight2);
        WriteRules(writer, v.Correlations);
        WriteNumber(writer, "phi", v.Autocorrelation);
        WriteFlag(writer, "checkpd", v.ChecksDefiniteness, true);
        WriteFlag(writer, "nearpd", v.UsesNearest, false);
        writer.WriteEndObject();
    }

    // A number, a matrix with names, or a list of two of them.
    private static IReadOnlyList<CorrelationRule> ReadRules(JsonMembers members)
    {
        if (!members.TryGet("rho", out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array ? members.List("rho", ReadRule)! : [ReadRule(value, members.PlaceOf("rho"))];
    }

    private static CorrelationRule ReadRule(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return CorrelationRule.Of(JsonMembers.AsNumber(element, place));
        }

        var members = new JsonMembers(element, place, ErrorCode.SpecificationInvalid);
        var names = members.List("names", JsonMembers.AsText) ?? throw members.Missing("names");
        var rows = members.List("values", ReadRow) ?? throw members.Missing("values");
        members.RejectUnknown();
        return CorrelationRule.Of(names, [.. rows.SelectMany(row => row)]);
    }

    private static List<double> ReadRow(JsonElement element, string place) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().Select(value => JsonMembers.AsNumber(value, place))]
        : [JsonMembers.AsNumber(element, place)];

    private static void WriteRules(Utf8JsonWriter writer, IReadOnlyList<CorrelationRule> rules)
    {
        if (rules.Count == 0)
        {
            return;
        }

        writer.WritePropertyName("rho");
        if (rules.Count > 1)
        {
            writer.WriteStartArray();
        }

        foreach (var rule in rules)
        {
            WriteRule(writer, rule);
        }

        if (rules.Count > 1)
        {
            writer.WriteEndArray();
        }
    }

    private static void WriteRule(Utf8JsonWriter writer, CorrelationRule rule)
    {
        if (rule.Common is { } common)
        {
            writer.WriteNumberValue(common);
            return;
        }

        var (names, values) = (rule.Names ?? [], rule.Values ?? []);
        writer.WriteStartObject();
        WriteList(writer, "names", names, writer.WriteStringValue);
        writer.WriteStartArray("values");
        for (var i = 0; i < names.Count; i++)
        {
            writer.WriteStartArray();
            for (var j = 0; j < names.Count; j++)
            {
                writer.WriteNumberValue(values[(i * names.Count) + j]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool value, bool usual)
    {
        if (value != usual)
        {
            writer.WriteBoolean(name, value);
        }
    }
}
