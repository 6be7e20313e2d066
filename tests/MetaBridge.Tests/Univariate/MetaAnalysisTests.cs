using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Tests.Univariate;

/// <summary>From a specification and a dataset to a fit.</summary>
public class MetaAnalysisTests
{
    /// <summary>The 2 × 2 tables of dat.bcg (Colditz et al., 1994), with a missing row appended.</summary>
    private static readonly Dataset Bcg = new("bcg", [
        Numbers("tpos", 4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27, 1),
        Numbers("tneg", 119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886, 2),
        Numbers("cpos", 11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29, Na.Real),
        Numbers("cneg", 128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825, 4),
        new TextColumn("author", ["Aronson", "Ferguson", "Rosenthal", "Hart", "Frimodt", "Stein", "Vandiviere", "TPT", "Coetzee",
            "Rosenthal", "Comstock", "Comstock", "Comstock", "Nobody"]),
    ]);

    private static readonly UnivariateSpec Spec = new()
    {
        Effect = new EffectSpec { Measure = EffectMeasure.RiskRatio, Ai = "tpos", Bi = "tneg", Ci = "cpos", Di = "cneg" },
        LabelColumn = "author",
    };

    [Fact]
    public void Fit_FromCounts_GivesThePublishedBcgResult()
    {
        var fit = MetaAnalysis.Fit(Spec, Bcg);

        Assert.Equal(-0.7145, fit.Coefficients.Estimates[0], 5e-5);
        Assert.Equal(0.1798, fit.Coefficients.StandardErrors[0], 5e-5);
        Assert.Equal(0.313243258136481, fit.TauSquared.Value, 1e-14);
        Assert.Equal(152.2330, fit.ResidualHeterogeneity.Statistic, 5e-5);
        Assert.Equal(92.22, fit.ISquared, 5e-3);
    }

    [Fact]
    public void Fit_ReportsDroppedRowsAndMakesLabelsUnique()
    {
        var fit = MetaAnalysis.Fit(Spec, Bcg);

        var dropped = Assert.Single(fit.Studies.Dropped);
        Assert.Equal((13, "Nobody", "missing value in 'cpos'"), (dropped.Row, dropped.Label, dropped.Reason));
        Assert.Equal(["Rosenthal.1", "Comstock", "Comstock.1", "Comstock.2"], fit.Studies.Labels.Skip(9));
    }

    [Fact]
    public void Fit_WithFormulaAndSubset_AgreesWithR()
    {
        var data = Bcg.With(Numbers("ablat", 44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33, 1))
            .With(Numbers("year", 1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976, 1));
        var spec = Spec with { Moderators = "~ ablat + year", Test = CoefficientTest.KnappHartung, Subset = "ablat > 10" };

        var fit = MetaAnalysis.Fit(spec, data);

        // metafor 3.8-1: rma(measure="RR", ..., mods = ~ ablat + year, test = "knha", control = list(threshold = 1e-13, maxiter = 10000))
        Assert.Equal(["intrcpt", "ablat", "year"], fit.Coefficients.Names);
        Fixtures.AssertClose(0.11078469694797478, fit.TauSquared.Value, 1e-6, "tau2");
        Fixtures.AssertClose(-0.028011329444197406, fit.Coefficients.Estimates[1], 1e-6, "ablat");
        Fixtures.AssertClose(4.9649475558815723, fit.OmnibusTest.Statistic, 1e-6, "F");
        Fixtures.AssertClose(64.633014735242725, fit.RSquared, 1e-6, "R2");
        Assert.Equal("not in the subset", Assert.Single(fit.Studies.Dropped).Reason);
    }

    [Fact]
    public void Fit_WithNegativeCount_NamesRowAndColumn()
    {
        var data = Bcg.With(Numbers("tpos", 4, 6, -3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27, 1));

        var error = Assert.Throws<MetaBridgeException>(() => MetaAnalysis.Fit(Spec, data));

        Assert.Equal(ErrorCode.InvalidCount, error.Code);
        Assert.Equal(3, error.Context["row"]);
        Assert.Equal("tpos", error.Context["column"]);
    }

    [Fact]
    public void Fit_WithTotals_EqualsFitWithBothCells()
    {
        var data = Bcg.With(Numbers("n1", [.. Bcg["tpos"].ToNumbers().Zip(Bcg["tneg"].ToNumbers(), (a, b) => a + b)]));
        var withTotals = Spec with { Effect = Spec.Effect with { Bi = null, N1i = "n1" } };

        Assert.Equal(MetaAnalysis.Fit(Spec, Bcg).TauSquared.Value, MetaAnalysis.Fit(withTotals, data).TauSquared.Value);
    }

    [Fact]
    public void Fit_WithoutARoleTheMeasureNeeds_SaysWhich()
    {
        var error = Assert.Throws<MetaBridgeException>(
            () => MetaAnalysis.Fit(Spec with { Effect = Spec.Effect with { Di = null } }, Bcg));

        Assert.Equal(ErrorCode.SpecificationInvalid, error.Code);
        Assert.Contains("'di'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'n2i'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WhenCancelled_HasItsCode()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        var error = Assert.Throws<MetaBridgeException>(
            () => MetaAnalysis.Fit(Spec, Bcg, new FitOptions { CancellationToken = source.Token }));

        Assert.Equal(ErrorCode.Cancelled, error.Code);
    }

    private static NumberColumn Numbers(string name, params double[] values) => new(name, values);
}
