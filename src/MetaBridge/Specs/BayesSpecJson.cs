using System.Text.Json;
using MetaBridge.Errors;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of a <see cref="BayesSpec"/>: the arguments of RoBMA's <c>brma()</c>.</summary>
internal static class BayesSpecJson
{
    private static readonly BayesSpec Defaults = new() { Effect = new EffectSpec() };

    public static BayesSpec Read(JsonMembers members) => new()
    {
        Effect = ReadEffect(members.RequiredObject("effect")),
        Measure = members.Text("measure") is { } word ? Parse<BayesMeasure>(word, "measure", members.PlaceOf("measure")) : null,
        ClusterColumn = members.Text("cluster"),
        Moderators = members.Text("mods"),
        ScaleModerators = members.Text("scale"),
        WeightColumn = members.Text("weights"),
        SampleSizeColumn = members.Text("ni"),
        Subset = members.Text("subset"),
        LabelColumn = members.Text("slab"),
        PriorEffect = ReadPrior(members, "prior_effect"),
        PriorHeterogeneity = ReadPrior(members, "prior_heterogeneity"),
        PriorAllocation = ReadPrior(members, "prior_heterogeneity_allocation"),
        PriorModerators = ReadPrior(members, "prior_mods"),
        PriorCoefficients = members.Object("prior_coefficients") is { } named ? ReadNamed(named) : null,
        PriorScale = ReadPrior(members, "prior_scale"),
        UnitInformationSd = members.Number("prior_unit_information_sd"),
        RescalePriors = members.Number("rescale_priors") ?? Defaults.RescalePriors,
        InformedPriors = members.Text("prior_informed"),
        StandardizeContinuous = members.Flag("standardize_continuous_predictors") ?? Defaults.StandardizeContinuous,
        FactorContrast = Keyword(members, "set_contrast_factor_predictors", Defaults.FactorContrast),
        Level = members.Number("level") ?? Defaults.Level,
    };

    public static void WriteMembers(Utf8JsonWriter writer, BayesSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        WriteText(writer, "measure", spec.Measure is { } measure ? Keywords<BayesMeasure>.Of(measure) : null);
        WriteText(writer, "cluster", spec.ClusterColumn);
        WriteText(writer, "mods", spec.Moderators);
        WriteText(writer, "scale", spec.ScaleModerators);
        WriteText(writer, "weights", spec.WeightColumn);
        WriteText(writer, "ni", spec.SampleSizeColumn);
        WriteText(writer, "subset", spec.Subset);
        WriteText(writer, "slab", spec.LabelColumn);
        WritePriors(writer, spec);
        if (!spec.StandardizeContinuous)
        {
            writer.WriteBoolean("standardize_continuous_predictors", false);
        }

        WriteText(
            writer,
            "set_contrast_factor_predictors",
            spec.FactorContrast == Defaults.FactorContrast ? null : Keywords<FactorContrast>.Of(spec.FactorContrast));
        WriteNumber(writer, "level", spec.Level == Defaults.Level ? null : spec.Level);
    }

    private static void WritePriors(Utf8JsonWriter writer, BayesSpec spec)
    {
        PriorJson.Write(writer, "prior_effect", spec.PriorEffect);
        PriorJson.Write(writer, "prior_heterogeneity", spec.PriorHeterogeneity);
        PriorJson.Write(writer, "prior_heterogeneity_allocation", spec.PriorAllocation);
        PriorJson.Write(writer, "prior_mods", spec.PriorModerators);
        if (spec.PriorCoefficients is { } named)
        {
            writer.WriteStartObject("prior_coefficients");
            foreach (var (name, prior) in named.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                PriorJson.Write(writer, name, prior);
            }

            writer.WriteEndObject();
        }

        PriorJson.Write(writer, "prior_scale", spec.PriorScale);
        WriteNumber(writer, "prior_unit_information_sd", spec.UnitInformationSd);
        WriteNumber(writer, "rescale_priors", spec.RescalePriors == Defaults.RescalePriors ? null : spec.RescalePriors);
        WriteText(writer, "prior_informed", spec.InformedPriors);
    }

    private static Prior? ReadPrior(JsonMembers members, string name) =>
        members.TryGet(name, out var value) ? PriorJson.Read(value, members.PlaceOf(name)) : null;

    private static Dictionary<string, Prior> ReadNamed(JsonMembers members)
    {
        var priors = new Dictionary<string, Prior>(StringComparer.Ordinal);
        foreach (var name in members.Names)
        {
            priors.Add(name, ReadPrior(members, name) ?? throw members.Missing(name));
        }

        return priors;
    }
}
