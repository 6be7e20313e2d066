using System.Text.Json;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Every recorded case of escalc() in metafor 5.1-12 (escalc-5.1.12.json) for the measures that exist here.</summary>
public class RecordedMeasuresTests
{
    /// <summary>The class "exact": the same closed forms in another order of operations.</summary>
    private const double Exact = 1e-10;

    private static readonly JsonElement Cases = Fixtures.Load("escalc-5.1.12.json").GetProperty("cases");

    public static TheoryData<int, string> KnownCases()
    {
        var data = new TheoryData<int, string>();
        var index = 0;
        foreach (var item in Cases.EnumerateArray())
        {
            if (IsKnown(item.GetProperty("args").GetProperty("measure").GetString()!) && !IsUnsupported(item.GetProperty("args")))
            {
                data.Add(index, item.GetProperty("args").GetRawText());
            }

            index++;
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KnownCases))]
    public void Calculate_AgreesWithMetafor5(int index, string arguments)
    {
        var item = Cases[index];
        var inputs = new EffectInputs();
        foreach (var column in item.GetProperty("input").EnumerateObject())
        {
            inputs.Set(Enum.Parse<EffectRole>(column.Name, ignoreCase: true), column.Value.Reals());
        }

        var table = EffectSizeCalculator.Calculate(Options(item.GetProperty("args")), inputs);

        var yi = item.GetProperty("yi").Reals();
        var vi = item.GetProperty("vi").Reals();
        for (var i = 0; i < yi.Length; i++)
        {
            // An effect that is zero up to rounding on their side has no relative accuracy; its scale is its standard error.
            Fixtures.AssertClose(yi[i], table.Yi[i], Exact, $"{arguments} yi[{i}]", 1e-3 * Math.Sqrt(vi[i]));
            Fixtures.AssertClose(vi[i], table.Vi[i], Exact, $"{arguments} vi[{i}]");
            Assert.Equal(double.IsNaN(yi[i]), table.MissingBecause[i] is not null);
        }
    }

    [Fact]
    public void Calculate_RefusesVarianceTypesThatItDoesNotHave()
    {
        var refused = Cases.EnumerateArray().Where(item => IsUnsupported(item.GetProperty("args"))).ToList();

        Assert.Equal(3, refused.Count);
        foreach (var item in refused)
        {
            var options = Options(item.GetProperty("args"));
            var error = Assert.Throws<MetaBridgeException>(() => EffectSizeCalculator.Calculate(options, new EffectInputs()));
            Assert.Equal(ErrorCode.InvalidOption, error.Code);
        }
    }

    [Fact]
    public void KnownCases_CoverEveryMeasureButGivenAndTheUnrecorded()
    {
        var recorded = Cases.EnumerateArray().Select(item => item.GetProperty("args").GetProperty("measure").GetString()!)
            .Where(IsKnown).Select(word => Keywords<EffectMeasure>.Parse(word, "measure")).ToHashSet();

        Assert.Equal([EffectMeasure.Given], Enum.GetValues<EffectMeasure>().Except(recorded));
    }

    /// <summary>Variance types of metafor 5 that are not offered here, and are refused by name rather than computed otherwise.</summary>
    private static bool IsUnsupported(JsonElement arguments) =>
        arguments.GetProperty("measure").GetString() + " " + (arguments.TryGetProperty("vtype", out var vtype) ? vtype.GetString() : "")
            is "SMCR UB" or "SMCR H0" or "ROMC LS2";

    private static bool IsKnown(string word) =>
        Keywords<EffectMeasure>.All.Values.Any(keyword => keyword.Word == word || keyword.Aliases.Split(", ").Contains(word));

    private static EffectSpec Options(JsonElement arguments) => new()
    {
        Measure = Keywords<EffectMeasure>.Parse(arguments.GetProperty("measure").GetString()!, "measure"),
        Vtype = arguments.TryGetProperty("vtype", out var vtype) ? vtype.GetString() : null,
        Correct = !arguments.TryGetProperty("correct", out var correct) || correct.GetBoolean(),
        Add = arguments.TryGetProperty("add", out var add) ? add.GetDouble() : null,
        AddTo = arguments.TryGetProperty("to", out var to) ? Keywords<AddRule>.Parse(to.GetString()!, "to") : AddRule.OnlyZero,
        Drop00 = arguments.TryGetProperty("drop00", out var drop) && drop.GetBoolean(),
    };
}
