using System.Text.Json;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of a <see cref="MultilevelSpec"/>.</summary>
internal static class MultilevelSpecJson
{
    private static readonly MultilevelSpec Defaults = new() { Effect = new EffectSpec() };

    public static MultilevelSpec Read(JsonMembers members) =>
        new()
        {
            Effect = ReadEffect(members.RequiredObject("effect")),
            Covariance = IsOf(members, "V", JsonValueKind.String) ? null : members.Object("V") is { } v ? CovarianceSpecJson.Read(v) : null,
            CovarianceMatrix = IsOf(members, "V", JsonValueKind.String) ? members.Text("V") : null,
            KnownCorrelations = members.Object("R") is { } known ? ReadNames(known) : null,
            Moderators = members.Text("mods"),
            Random = members.List("random", JsonMembers.AsText) ?? [],
            Structures = members.List("struct", (element, place) => Parse<CovarianceStructure>(JsonMembers.AsText(element, place), "struct", place))
                ?? Defaults.Structures,
            SigmaSquared = members.List("sigma2", AsFixedValue),
            TauSquared = members.List("tau2", AsFixedValue),
            Rho = members.List("rho", AsFixedValue),
            GammaSquared = members.List("gamma2", AsFixedValue),
            Phi = members.List("phi", AsFixedValue),
            Method = Keyword(members, "method", Defaults.Method),
            Test = Keyword(members, "test", Defaults.Test),
            DegreesOfFreedom = Keyword(members, "dfs", Defaults.DegreesOfFreedom),
            Level = members.Number("level") ?? Defaults.Level,
            TestedCoefficients = members.List("btt", JsonMembers.AsInteger),
            WeightColumn = members.Text("W"),
            Scaling = Keyword(members, "Rscale", Defaults.Scaling),
            Metric = IsOf(members, "dist", JsonValueKind.Array) ? Defaults.Metric : Keyword(members, "dist", Defaults.Metric),
            DistanceMatrices = IsOf(members, "dist", JsonValueKind.Array) ? members.List("dist", AsName) : null,
            Subset = members.Text("subset"),
            LabelColumn = members.Text("slab"),
            Also = members.List("also", (element, place) => ParseFurther(JsonMembers.AsText(element, place), place)),
            ClusterColumn = members.Text("cluster"),
            Robust = members.Text("robust") is { } robust ? Keywords<ClusterRobustEstimator>.Parse(robust, "robust") : null,
        };

    public static void WriteMembers(Utf8JsonWriter writer, MultilevelSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        CovarianceSpecJson.Write(writer, spec.Covariance);
        WriteText(writer, "V", spec.CovarianceMatrix);
        WriteText(writer, "mods", spec.Moderators);
        WriteList(writer, "random", spec.Random, writer.WriteStringValue);
        if (!spec.Structures.SequenceEqual(Defaults.Structures))
        {
            WriteList(writer, "struct", spec.Structures, structure => writer.WriteStringValue(Keywords<CovarianceStructure>.Of(structure)));
        }

        WriteFixed(writer, "sigma2", spec.SigmaSquared);
        WriteFixed(writer, "tau2", spec.TauSquared);
        WriteFixed(writer, "rho", spec.Rho);
        WriteFixed(writer, "gamma2", spec.GammaSquared);
        WriteFixed(writer, "phi", spec.Phi);
        writer.WriteString("method", Keywords<HeterogeneityMethod>.Of(spec.Method));
        WriteText(writer, "test", spec.Test == Defaults.Test ? null : Keywords<CoefficientTest>.Of(spec.Test));
        WriteText(
            writer, "dfs", spec.DegreesOfFreedom == Defaults.DegreesOfFreedom ? null : Keywords<DegreesOfFreedomMethod>.Of(spec.DegreesOfFreedom));
        WriteNumber(writer, "level", spec.Level == Defaults.Level ? null : spec.Level);
        WriteList(writer, "btt", spec.TestedCoefficients, writer.WriteNumberValue);
        WriteText(writer, "W", spec.WeightColumn);
        WriteNames(writer, spec.KnownCorrelations);
        WriteText(writer, "Rscale", spec.Scaling == Defaults.Scaling ? null : Keywords<CorrelationScaling>.Of(spec.Scaling));
        WriteText(writer, "dist", spec.Metric == Defaults.Metric ? null : Keywords<DistanceMetric>.Of(spec.Metric));
        WriteList(writer, "dist", spec.DistanceMatrices, writer.WriteStringValue);
        WriteText(writer, "subset", spec.Subset);
        WriteText(writer, "slab", spec.LabelColumn);
        WriteList(writer, "also", spec.Also, further => writer.WriteStringValue(further.ToString()));
        WriteText(writer, "cluster", spec.ClusterColumn);
        WriteText(writer, "robust", spec.Robust is { } robust ? Keywords<ClusterRobustEstimator>.Of(robust) : null);
    }

    // 'V' and 'dist' are words or lists with another meaning than an object or a word.
    private static bool IsOf(JsonMembers members, string name, JsonValueKind kind) =>
        members.TryGet(name, out var value) && value.ValueKind == kind;

    private static string? AsName(JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.Null ? null : JsonMembers.AsText(element, place);

    private static Dictionary<string, string> ReadNames(JsonMembers members) =>
        members.Names.ToArray().ToDictionary(name => name, members.RequiredText, StringComparer.Ordinal);

    private static void WriteNames(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? names)
    {
        if (names is null)
        {
            return;
        }

        writer.WriteStartObject("R");
        foreach (var (term, matrix) in names.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(term, matrix);
        }

        writer.WriteEndObject();
    }

    // A null among fixed values is a component to estimate.
    private static double? AsFixedValue(JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.Null ? null : JsonMembers.AsNumber(element, place);

    private static void WriteFixed(Utf8JsonWriter writer, string name, IReadOnlyList<double?>? values) => WriteList(writer, name, values, value =>
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    });
}
