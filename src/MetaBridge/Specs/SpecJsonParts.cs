using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>What the JSON forms of all families share: the effect, keywords, lists, and members left out at their default.</summary>
internal static class SpecJsonParts
{
    private static readonly EffectSpec Defaults = new();

    public static EffectSpec ReadEffect(JsonMembers members)
    {
        var effect = new EffectSpec
        {
            Measure = Keyword(members, "measure", Defaults.Measure),
            Add = members.Number("add"),
            AddTo = Keyword(members, "to", Defaults.AddTo),
            Drop00 = members.Flag("drop00") ?? Defaults.Drop00,
            Vtype = members.Text("vtype"),
            VtypeColumn = members.Text("vtypeColumn"),
            Correct = members.Flag("correct") ?? Defaults.Correct,
            AddToFirstOutcomeOnly = members.Flag("onlyo1") ?? Defaults.AddToFirstOutcomeOnly,
            AddToEffect = members.Flag("addyi") ?? Defaults.AddToEffect,
            AddToVariance = members.Flag("addvi") ?? Defaults.AddToVariance,
            Flip = members.Flag("flip") ?? Defaults.Flip,
            FlipColumn = members.Text("flipColumn"),
        };
        foreach (var role in ColumnRole.All)
        {
            effect = role.Set(effect, members.Text(role.Name));
        }

        members.RejectUnknown();
        return effect;
    }

    public static void WriteEffect(Utf8JsonWriter writer, EffectSpec effect)
    {
        writer.WriteStartObject();
        writer.WriteString("measure", Keywords<EffectMeasure>.Of(effect.Measure));
        foreach (var role in ColumnRole.All)
        {
            WriteText(writer, role.Name, role.Get(effect));
        }

        WriteNumber(writer, "add", effect.Add);
        WriteText(writer, "to", effect.AddTo == Defaults.AddTo ? null : Keywords<AddRule>.Of(effect.AddTo));
        WriteFlag(writer, "drop00", effect.Drop00, Defaults.Drop00);
        WriteText(writer, "vtype", effect.Vtype);
        WriteText(writer, "vtypeColumn", effect.VtypeColumn);
        WriteFlag(writer, "correct", effect.Correct, Defaults.Correct);
        WriteFlag(writer, "onlyo1", effect.AddToFirstOutcomeOnly, Defaults.AddToFirstOutcomeOnly);
        WriteFlag(writer, "addyi", effect.AddToEffect, Defaults.AddToEffect);
        WriteFlag(writer, "addvi", effect.AddToVariance, Defaults.AddToVariance);
        WriteFlag(writer, "flip", effect.Flip, Defaults.Flip);
        WriteText(writer, "flipColumn", effect.FlipColumn);
        writer.WriteEndObject();
    }

    public static T Keyword<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>(
        JsonMembers members, string name, T defaultValue)
        where T : struct, Enum =>
        members.Text(name) is { } word ? Parse<T>(word, name, members.PlaceOf(name)) : defaultValue;

    public static T Parse<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>(
        string word, string what, string place)
        where T : struct, Enum
    {
        try
        {
            return Keywords<T>.Parse(word, what);
        }
        catch (MetaBridgeException exception)
        {
            throw new MetaBridgeException(exception.Code, $"{place}: {exception.Message}", exception.Context, exception);
        }
    }

    public static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void WriteFlag(Utf8JsonWriter writer, string name, bool value, bool defaultValue)
    {
        if (value != defaultValue)
        {
            writer.WriteBoolean(name, value);
        }
    }

    public static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>Reads a table that is asked for; an error says where it stands.</summary>
    public static FurtherRequest ParseFurther(string text, string place)
    {
        try
        {
            return FurtherRequest.Parse(text);
        }
        catch (MetaBridgeException wrong)
        {
            throw new MetaBridgeException(wrong.Code, $"{place}: {wrong.Message}", wrong.Context, wrong);
        }
    }

    public static void WriteList<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T>? values, Action<T> write)
    {
        if (values is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            write(value);
        }

        writer.WriteEndArray();
    }
}
