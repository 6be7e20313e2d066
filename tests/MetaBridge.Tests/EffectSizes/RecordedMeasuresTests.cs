using System.Text.Json;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.EffectSizes;

/// <summary>Every recorded case of escalc() in metafor 5.1-12 (escalc-5.1.12.json).</summary>
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
            if (!IsIterated(item) && !IsRefused(item))
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
        var table = EffectSizeCalculator.Calculate(Options(item.GetProperty("args")), Inputs(item));

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

    /// <summary>
    /// The tetrachoric correlation: metafor maximises the likelihood by a simplex search and differentiates it numerically, which leaves
    /// four digits; a zero cell puts the estimate at ±1, where there is no variance (it prints 102 and 3.5e7 there, noise of the search).
    /// </summary>
    [Fact]
    public void Calculate_AgreesWithMetafor5_ToItsSearchAccuracy_ForTetrachoricCorrelations()
    {
        var cases = Cases.EnumerateArray().Where(IsIterated).ToList();
        Assert.Equal(2, cases.Count);
        foreach (var item in cases)
        {
            var table = EffectSizeCalculator.Calculate(Options(item.GetProperty("args")), Inputs(item));
            double[] yi = item.GetProperty("yi").Reals(), vi = item.GetProperty("vi").Reals();
            foreach (var row in (int[])[0, 2, 5])
            {
                Fixtures.AssertClose(yi[row], table.Yi[row], 2e-4, "yi");
                Fixtures.AssertClose(vi[row], table.Vi[row], 2e-4, "vi");
            }

            Assert.All((int[])[1, 3, 4], row => Assert.NotNull(table.MissingBecause[row]));
        }
    }

    /// <summary>R² of models with fixed predictors: no published formula gives the recorded variances, so none is pretended.</summary>
    [Fact]
    public void Calculate_RefusesWhatHasNoKnownDefinition()
    {
        var cases = Cases.EnumerateArray().Where(IsRefused).ToList();
        Assert.Equal(2, cases.Count);
        foreach (var item in cases)
        {
            var error = Assert.Throws<MetaBridgeException>(() => EffectSizeCalculator.Calculate(Options(item.GetProperty("args")), Inputs(item)));
            Assert.Equal(ErrorCode.NotSupported, error.Code);
        }
    }

    [Fact]
    public void Cases_CoverEveryMeasureButLabels()
    {
        var recorded = Cases.EnumerateArray().Select(item => item.GetProperty("args").GetProperty("measure").GetString()!)
            .Select(word => Keywords<EffectMeasure>.Parse(word, "measure")).ToHashSet();

        Assert.Equal(170, Cases.GetArrayLength());
        Assert.Equal(
            [EffectMeasure.Given, EffectMeasure.HazardRatio, EffectMeasure.HazardDifference],
            Enum.GetValues<EffectMeasure>().Except(recorded));
    }

    private static bool IsIterated(JsonElement item) => item.GetProperty("args").GetProperty("measure").GetString() is "RTET" or "ZTET";

    private static bool IsRefused(JsonElement item) => item.GetProperty("args").GetProperty("measure").GetString() is "R2F" or "ZR2F";

    private static EffectInputs Inputs(JsonElement item)
    {
        var inputs = new EffectInputs();
        foreach (var column in item.GetProperty("input").EnumerateObject())
        {
            inputs.Set(Enum.Parse<EffectRole>(column.Name, ignoreCase: true), column.Value.Reals());
        }

        return inputs;
    }

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
