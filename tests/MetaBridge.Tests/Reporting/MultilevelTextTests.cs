using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Reporting;

/// <summary>Lines as metafor 3.8-1 prints them, but for its blanks at the ends of lines.</summary>
public sealed class MultilevelTextTests
{
    [Theory]
    [InlineData("konstantopoulos-nested-reml", """
                    estim    sqrt  nlvls  fixed           factor
        sigma^2.1  0.0651  0.2551     11     no         district
        sigma^2.2  0.0327  0.1809     56     no  district/school
        """)]
    [InlineData("konstantopoulos-nested-reml", """
        estimate      se    zval    pval   ci.lb   ci.ub
          0.1847  0.0846  2.1845  0.0289  0.0190  0.3504  *
        """)]
    [InlineData("konstantopoulos-cs-reml", """
        outer factor: district (nlvls = 11)
        inner factor: school   (nlvls = 11)

                    estim    sqrt  fixed
        tau^2      0.0978  0.3127     no
        rho        0.6653             no
        """)]
    [InlineData("berkey-un-reml", """
        Test of Moderators (coefficients 1:2):
        QM(df = 2) = 108.8616, p-val < .0001
        """)]
    public void ToText_PublishedFit_HasMetaforsLines(string id, string lines)
    {
        var golden = Goldens.Load(Path.Combine(Goldens.Folder, "multilevel", id + ".case.json"));
        var text = ((MultilevelFit)golden.Fit()).ToText();

        Assert.Contains(lines.ReplaceLineEndings("\n").TrimEnd(), text, StringComparison.Ordinal);
    }

    [Fact]
    public void ToText_KnownCorrelations_AreMarked()
    {
        var data = new Dataset("d", [new NumberColumn("y", [0.1, 0.5, 0.9, -0.2]), new NumberColumn("v", [0.1, 0.1, 0.1, 0.1]), new TextColumn("s", ["a", "b", "c", "d"])])
            .With(DatasetMatrix.Full("A", [1, 0.5, 0, 0, 0.5, 1, 0, 0, 0, 0, 1, 0.2, 0, 0, 0.2, 1], ["a", "b", "c", "d"]));
        var spec = new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "y", Vi = "v" },
            Random = ["~ 1 | s"],
            KnownCorrelations = new Dictionary<string, string> { ["s"] = "A" },
        };

        var text = ((MultilevelFit)MetaAnalysis.Fit(spec, data)).ToText();

        Assert.Contains("nlvls  fixed  factor    R\n", text, StringComparison.Ordinal);
        Assert.Contains("     4     no       s  yes\n", text, StringComparison.Ordinal);
    }
}
