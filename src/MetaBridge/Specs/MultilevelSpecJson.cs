using System.Text.Json;
using MetaBridge.Errors;
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
            Covariance = members.Object("V") is { } v ? ReadCovariance(v) : null,
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
            Metric = Keyword(members, "dist", Defaults.Metric),
            Subset = members.Text("subset"),
            LabelColumn = members.Text("slab"),
            Also = members.List("also", (element, place) => Parse<FurtherResult>(JsonMembers.AsText(element, place), "result", place)),
            ClusterColumn = members.Text("cluster"),
        };

    public static void WriteMembers(Utf8JsonWriter writer, MultilevelSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        WriteCovariance(writer, spec.Covariance);
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
        WriteText(writer, "Rscale", spec.Scaling == Defaults.Scaling ? null : Keywords<CorrelationScaling>.Of(spec.Scaling));
        WriteText(writer, "dist", spec.Metric == Defaults.Metric ? null : Keywords<DistanceMetric>.Of(spec.Metric));
        WriteText(writer, "subset", spec.Subset);
        WriteText(writer, "slab", spec.LabelColumn);
        WriteList(writer, "also", spec.Also, further => writer.WriteStringValue(Keywords<FurtherResult>.Of(further)));
        WriteText(writer, "cluster", spec.ClusterColumn);
    }

    private static CovarianceSpec ReadCovariance(JsonMembers members)
    {
        var covariance = new CovarianceSpec
        {
            Cluster = members.RequiredText("cluster"),
            Columns = members.List("rvars", JsonMembers.AsText),
            Observation = members.Text("obs"),
            Correlation = members.Number("rho"),
        };
        members.RejectUnknown();
        return covariance.Columns is null == covariance.Correlation is null
            ? throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"{members.Place} takes either 'rvars' or 'rho'.",
                new Dictionary<string, object?> { ["place"] = members.Place })
            : covariance;
    }

    private static void WriteCovariance(Utf8JsonWriter writer, CovarianceSpec? covariance)
    {
        if (covariance is null)
        {
            return;
        }

        writer.WriteStartObject("V");
        writer.WriteString("cluster", covariance.Cluster);
        WriteList(writer, "rvars", covariance.Columns, writer.WriteStringValue);
        WriteText(writer, "obs", covariance.Observation);
        WriteNumber(writer, "rho", covariance.Correlation);
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
