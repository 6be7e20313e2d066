using System.Text.Json;
using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>Every estimator with every test and every kind of model matrix on six data sets, against metafor (grid.json, made by r-scripts/fixtures/univariate-grid.R).</summary>
public class GridTests
{
    private const double Exact = 1e-10;
    private const double Searched = 1e-6;
    private static readonly JsonElement Grid = Fixtures.Load("grid.json");
    private static readonly string[] Kinds = ["none", "continuous", "factor", "interaction", "nointercept"];
    private static readonly string[] Sets = ["bcg", "raudenbush", "hackshaw", "bangertdrowns", "molloy", "debruin"];
    private static readonly CoefficientTest[] Tests = [CoefficientTest.Normal, CoefficientTest.StudentT, CoefficientTest.KnappHartung, CoefficientTest.KnappHartungAdHoc];

    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var set in Sets)
        {
            foreach (var kind in Kinds)
            {
                data.Add(set, kind);
            }
        }

        return data;
    }

    [Fact]
    public void TheGrid_HasEveryCombination()
    {
        var rows = Grid.GetProperty("rows").EnumerateArray().ToArray();
        var methods = Keywords<HeterogeneityMethod>.All.Values.SelectMany(k => k.Aliases.Split(", ", StringSplitOptions.RemoveEmptyEntries).Prepend(k.Word)).ToArray();
        Assert.Equal(20, methods.Length);
        var expected = from set in Sets from kind in Kinds from method in methods select $"{set}/{kind}/{method}";
        var found = rows.Select(row => $"{Text(row, "set")}/{Text(row, "kind")}/{Text(row, "method")}").ToHashSet();
        Assert.Empty(expected.Where(name => !found.Contains(name)));
        Assert.Equal(2400, rows.Sum(row => row.GetProperty("tests").GetArrayLength()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EveryEstimatorAndTest_AgreesWithMetafor(string set, string kind)
    {
        var input = Input(set, kind);
        foreach (var row in Grid.GetProperty("rows").EnumerateArray().Where(row => Text(row, "set") == set && Text(row, "kind") == kind))
        {
            var method = Keywords<HeterogeneityMethod>.Parse(Text(row, "method"), "method");
            var weighted = method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian ? input with { Weights = Weights(set) } : input;
            for (var i = 0; i < Tests.Length; i++)
            {
                var fit = UnivariateEngine.Fit(weighted, new UnivariateSettings { Method = method, Test = Tests[i] });
                Compare($"{set} {kind} {Text(row, "method")} {Tests[i]}", row, row.GetProperty("tests")[i], fit);
            }
        }
    }

    private static void Compare(string what, JsonElement row, JsonElement test, UnivariateFit fit)
    {
        var tolerance = fit.Method.IsClosedForm() ? Exact : Searched;
        var common = row.GetProperty("common").Reals();
        Assert.Equal(common[0], fit.StudyCount);
        Assert.Equal(common[1], fit.Coefficients.Count);
        var typical = fit.TypicalVariance;
        // An iteration of the reference that ends near 0 never gets there.
        Close("tau2", common[2], fit.TauSquared.Value, tolerance, typical);
        Close("se.tau2", common[3], fit.TauSquared.StandardError, tolerance);
        Close("QE", common[4], fit.ResidualHeterogeneity.Statistic, Exact);
        Close("QEp", common[5], fit.ResidualHeterogeneity.PValue, 1e-8);
        Close("I2", common[6], fit.ISquared, tolerance, 1);
        Close("H2", common[7], fit.HSquared, tolerance);
        if (!double.IsNaN(common[8]))
        {
            Close("R2", common[8], fit.RSquared, tolerance, 100);
        }

        Close("ll.ML", common[9], fit.MaximumLikelihood.LogLikelihood, 1e-8, 1);
        Close("ll.REML", common[10], fit.RestrictedLikelihood.LogLikelihood, 1e-8, 1);
        var (se, p, lower, omnibus) = (test[0].Reals(), test[1].Reals(), test[2].Reals(), test[3].Reals());
        var beta = row.GetProperty("beta").Reals();
        for (var j = 0; j < beta.Length; j++)
        {
            Close($"beta {j}", beta[j], fit.Coefficients.Estimates[j], tolerance, se[j]);
            Close($"se {j}", se[j], fit.Coefficients.StandardErrors[j], tolerance);
            Close($"pval {j}", p[j], fit.Coefficients.PValues[j], 100 * tolerance);
            Close($"ci.lb {j}", lower[j], fit.Coefficients.Lower[j], tolerance, Math.Abs(beta[j]) + se[j]);
        }

        Close("QM", omnibus[0], fit.OmnibusTest.Statistic, tolerance, 1);
        Close("QMp", omnibus[1], fit.OmnibusTest.PValue, 100 * tolerance);
        Close("s2w", omnibus[2], fit.VarianceScale, tolerance);

        void Close(string name, double theirs, double ours, double bound, double floor = 0) => Fixtures.AssertClose(theirs, ours, bound, $"{what}: {name}", floor);
    }

    private static double[] Weights(string set) => Grid.GetProperty("data").GetProperty(set).GetProperty("a").Reals();

    private static UnivariateInput Input(string set, string kind)
    {
        var data = Grid.GetProperty("data").GetProperty(set);
        var dataset = new Dataset(set, [new NumberColumn("x", data.GetProperty("x").Reals()), new TextColumn("f", [.. data.GetProperty("f").EnumerateArray().Select(t => t.GetString())])]);
        var design = kind == "none" ? null : Formula.Parse(Text(Grid.GetProperty("mods"), kind)).BuildMatrix(dataset);
        return new UnivariateInput
        {
            EffectSizes = data.GetProperty("yi").Reals(),
            Variances = data.GetProperty("vi").Reals(),
            Design = design?.Values,
            ColumnNames = design?.Names,
        };
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
