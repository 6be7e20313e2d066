using System.Text.Json;
using MetaBridge.Errors;
using static MetaBridge.Specs.SpecJsonParts;

namespace MetaBridge.Specs;

/// <summary>JSON members of a <see cref="StratifiedSpec"/>; <c>add</c>, <c>to</c> and <c>drop00</c> take one value or two, as in metafor.</summary>
internal static class StratifiedSpecJson
{
    private static readonly StratifiedSpec Defaults = new() { Effect = new EffectSpec() };

    public static StratifiedSpec Read(JsonMembers members)
    {
        var add = Pair(members, "add", JsonMembers.AsNumber, Defaults.Observed.Add, Defaults.Pooling.Add);
        var to = Pair(members, "to", (element, place) => Parse<AddRule>(JsonMembers.AsText(element, place), "to", place), Defaults.Observed.To, Defaults.Pooling.To);
        var drop00 = Pair(members, "drop00", JsonMembers.AsFlag, Defaults.Observed.Drop00, Defaults.Pooling.Drop00);
        return new()
        {
            Effect = ReadEffect(members.RequiredObject("effect")),
            Method = Keyword(members, "method", Defaults.Method),
            Observed = new(add.First, to.First, drop00.First),
            Pooling = new(add.Second, to.Second, drop00.Second),
            ContinuityCorrection = members.Flag("correct") ?? Defaults.ContinuityCorrection,
            Level = members.Number("level") ?? Defaults.Level,
            Subset = members.Text("subset"),
            LabelColumn = members.Text("slab"),
            Also = members.List("also", (element, place) => ParseFurther(JsonMembers.AsText(element, place), place)),
        };
    }

    public static void WriteMembers(Utf8JsonWriter writer, StratifiedSpec spec)
    {
        writer.WritePropertyName("effect");
        WriteEffect(writer, spec.Effect);
        writer.WriteString("method", Keywords<PoolingMethod>.Of(spec.Method));
        ZeroCellRule observed = spec.Observed, pooling = spec.Pooling;
        WritePair(writer, "add", observed.Add, pooling.Add, Defaults.Observed.Add, Defaults.Pooling.Add, writer.WriteNumberValue);
        WritePair(
            writer, "to", observed.To, pooling.To, Defaults.Observed.To, Defaults.Pooling.To, rule => writer.WriteStringValue(Keywords<AddRule>.Of(rule)));
        WritePair(writer, "drop00", observed.Drop00, pooling.Drop00, Defaults.Observed.Drop00, Defaults.Pooling.Drop00, writer.WriteBooleanValue);
        WriteFlag(writer, "correct", spec.ContinuityCorrection, Defaults.ContinuityCorrection);
        WriteNumber(writer, "level", spec.Level == Defaults.Level ? null : spec.Level);
        WriteText(writer, "subset", spec.Subset);
        WriteText(writer, "slab", spec.LabelColumn);
        WriteList(writer, "also", spec.Also, further => writer.WriteStringValue(further.ToString()));
    }

    private static (T First, T Second) Pair<T>(JsonMembers members, string name, Func<JsonElement, string, T> read, T first, T second)
    {
        if (!members.TryGet(name, out var value))
        {
            return (first, second);
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return (read(value, members.PlaceOf(name)), second);
        }

        return members.List(name, read) switch
        {
            [var one] => (one, second),
            [var one, var two] => (one, two),
            { Count: var count } => throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"{members.PlaceOf(name)} has {count} values; it takes one, or two: for the effect sizes and for pooling.",
                new Dictionary<string, object?> { ["member"] = name, ["values"] = count }),
            _ => (first, second),
        };
    }

    private static void WritePair<T>(
        Utf8JsonWriter writer, string name, T first, T second, T defaultFirst, T defaultSecond, Action<T> write)
        where T : struct
    {
        if (!second.Equals(defaultSecond))
        {
            WriteList(writer, name, [first, second], write);
        }
        else if (!first.Equals(defaultFirst))
        {
            writer.WritePropertyName(name);
            write(first);
        }
    }
}
