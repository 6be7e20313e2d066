using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

public class MultilevelInputTests
{
    private static readonly MultilevelSpec Nested = new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Random = ["~ 1 | a/b"],
    };

    [Theory]
    [InlineData("1 | a")]
    [InlineData("~ a")]
    [InlineData("~ a | b | c")]
    [InlineData("~ a | b/c")]
    [InlineData("~ 1 | ")]
    public void RandomTerm_ThatCantBeRead_IsRefused(string text) => Throws(ErrorCode.FormulaSyntax, Nested with { Random = [text] });

    [Fact]
    public void RandomTerm_OfAnUnknownColumn_IsRefused() => Throws(ErrorCode.MissingColumn, Nested with { Random = ["~ 1 | nowhere"] });

    [Fact]
    public void ThirdInnerOuterTerm_IsRefused() =>
        Throws(ErrorCode.SpecificationInvalid, Nested with { Random = ["~ b | a", "~ b | a", "~ b | a"] });

    [Fact]
    public void FixedValues_OfTheWrongNumberOrSign_AreRefused()
    {
        Throws(ErrorCode.LengthMismatch, Nested with { SigmaSquared = [null] });
        Throws(ErrorCode.InvalidOption, Nested with { SigmaSquared = [null, -1] });
    }

    [Fact]
    public void RowsWithMissingGroups_AreDroppedWithAReason()
    {
        var fit = MetaAnalysis.Fit(Nested, Data(missingGroup: 3), MultilevelMatrices.None);
        Assert.Equal(11, fit.StudyCount);
        Assert.Contains("'a'", Assert.Single(fit.Studies.Dropped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void NegativeVariance_NamesTheRow()
    {
        var data = Data().With(new NumberColumn("vi", [.. Enumerable.Range(0, 12).Select(i => i == 4 ? -0.1 : 0.1)]));
        var error = Assert.Throws<MetaBridgeException>(() => MetaAnalysis.Fit(Nested, data, MultilevelMatrices.None));
        Assert.Equal(ErrorCode.NonPositiveVariance, error.Code);
    }

    [Fact]
    public void AsymmetricCovariance_IsRefused() => Assert.Equal(
        ErrorCode.InvalidOption,
        Assert.Throws<MetaBridgeException>(() => SamplingCovariance.FromMatrix([1, 0.5, 0.2, 1], 2)).Code);

    [Fact]
    public void FullMatrix_IsTakenApartIntoItsBlocks()
    {
        var v = SamplingCovariance.FromMatrix([1, 0, 0.5, 0, 2, 0, 0.5, 0, 3], 3);
        Assert.Equal([0, 2], Assert.Single(v.Blocks).Rows);
        Assert.Equal([1.0, 2.0, 3.0], v.Variances);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e3)]
    public void Rescaling_ScalesTheComponents(double factor)
    {
        var data = Data();
        var y = data["yi"].ToNumbers();
        var v = data["vi"].ToNumbers();
        var scaled = data.With(new NumberColumn("yi", [.. y.Select(value => factor * value)]))
            .With(new NumberColumn("vi", [.. v.Select(value => factor * factor * value)]));
        var plain = MetaAnalysis.Fit(Nested, data, MultilevelMatrices.None);
        var other = MetaAnalysis.Fit(Nested, scaled, MultilevelMatrices.None);
        for (var i = 0; i < 2; i++)
        {
            var expected = factor * factor * plain.SigmaSquared[i].Value;
            Assert.Equal(expected, other.SigmaSquared[i].Value, 1e-7 * factor * factor);
        }

        Assert.Equal(plain.Coefficients.Statistics[0], other.Coefficients.Statistics[0], 1e-7);
    }

    [Fact]
    public void Fit_ComputedTwice_IsTheSameToTheLastBit()
    {
        var (first, second) = (MetaAnalysis.Fit(Nested, Data(), MultilevelMatrices.None), MetaAnalysis.Fit(Nested, Data(), MultilevelMatrices.None));
        Assert.Equal(first.Quantities().SelectMany(q => q.Values), second.Quantities().SelectMany(q => q.Values));
    }

    private static void Throws(ErrorCode code, MultilevelSpec spec) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => MetaAnalysis.Fit(spec, Data(), MultilevelMatrices.None)).Code);

    private static Dataset Data(int missingGroup = -1) => new("made up",
    [
        new NumberColumn("yi", [0.1, 0.4, -0.2, 0.3, 1.1, 0.9, 1.4, 0.7, -0.5, -0.1, -0.9, 0.2]),
        new NumberColumn("vi", [0.02, 0.05, 0.03, 0.04, 0.02, 0.06, 0.05, 0.03, 0.04, 0.02, 0.05, 0.03]),
        new TextColumn("a", [.. Enumerable.Range(0, 12).Select(i => i == missingGroup ? null : "g" + (i / 4))]),
        new IntegerColumn("b", [.. Enumerable.Range(0, 12)]),
    ]);
}
