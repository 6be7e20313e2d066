using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Tests.Support;

/// <summary>Equality of values to the last bit, attributes included.</summary>
internal static class RValues
{
    internal static bool Same(RValue left, RValue right) =>
        left.GetType() == right.GetType() && SameElements(left, right) && SameAttributes(left, right);

    internal static T With<T>(this T value, string attribute, RValue content)
        where T : RValue =>
        (T)(value with { Attributes = new Dictionary<string, RValue>(value.Attributes) { [attribute] = content } });

    internal static RStringVector Text(params string?[] values) => new(values);

    private static bool SameElements(RValue left, RValue right) => (left, right) switch
    {
        (RDoubleVector a, RDoubleVector b) => a.Values.Select(BitConverter.DoubleToInt64Bits)
            .SequenceEqual(b.Values.Select(BitConverter.DoubleToInt64Bits)),
        (RIntegerVector a, RIntegerVector b) => a.Values.SequenceEqual(b.Values),
        (RLogicalVector a, RLogicalVector b) => a.Values.SequenceEqual(b.Values),
        (RStringVector a, RStringVector b) => a.Values.SequenceEqual(b.Values),
        (RList a, RList b) => a.Length == b.Length && a.Values.Zip(b.Values).All(pair => Same(pair.First, pair.Second)),
        (RNull, RNull) => true,
        (ROpaque a, ROpaque b) => a.TypeName == b.TypeName && a.Text == b.Text,
        _ => false,
    };

    private static bool SameAttributes(RValue left, RValue right) =>
        left.Attributes.Count == right.Attributes.Count
        && left.Attributes.All(pair => right.Attributes.TryGetValue(pair.Key, out var other) && Same(pair.Value, other));
}
