using MetaBridge.Data;

namespace MetaBridge.Tests.Data;

internal static class DatasetExamples
{
    /// <summary>Values that are easily lost: NA beside NaN, whole numbers that aren't integers, texts that look like something else.</summary>
    public static Dataset Awkward { get; } = new(
        "awkward",
        [
            new NumberColumn("whole", [1, Na.Real, -0.0, 1e15, 3]),
            new NumberColumn("real", [0.1 + 0.2, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 5e-324]),
            new NumberColumn("all \"NaN\",\n", [double.NaN, double.NaN, double.NaN, Na.Real, double.NaN]),
            new IntegerColumn("integer", [1, Na.Integer, -int.MaxValue, int.MaxValue, 0]),
            new TextColumn("text", ["NA", null, "", "1", "a,\"b\"\r\nc; \té\U0001F600"]),
            new TextColumn("logical text", ["TRUE", "F", " ", "x", "x"]),
            new LogicalColumn("logical", [true, null, false, true, null]),
        ],
        ["s 1", "NA", "", "s\"4", "s 1"]);

    /// <summary>The same with factors, which CSV can't tell from text.</summary>
    public static Dataset WithFactors { get; } = Awkward
        .With(new FactorColumn("factor", [0, -1, 2, 0, 2], ["b", "unused", "a"]))
        .With(new FactorColumn("ordered", [1, 1, 0, -1, 0], ["low", "high"], isOrdered: true));
}
