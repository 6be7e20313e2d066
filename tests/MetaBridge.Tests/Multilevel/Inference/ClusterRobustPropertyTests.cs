using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>What cluster-robust tests must do by theory, and how they refuse.</summary>
public class ClusterRobustPropertyTests
{
    // Equal variances, a cluster per row: CR2 is HC2, CR3 is HC3, CR0 is HC0 (MacKinnon & White, 1985).
    [Theory]
    [InlineData(ClusterRobustEstimator.Cr0, 0)]
    [InlineData(ClusterRobustEstimator.Cr2, 1)]
    [InlineData(ClusterRobustEstimator.Cr3, 2)]
    public void Singletons_AreHeteroscedasticityConsistent(ClusterRobustEstimator estimator, int power)
    {
        double[] x = [1, 2, 4, 7, 11, 3];
        double[] y = [0.3, 0.1, 0.9, 0.2, 1.6, 0.4];
        var data = new Dataset("hc", [new NumberColumn("yi", y), new NumberColumn("vi", [.. x.Select(_ => 0.3)]), new NumberColumn("x", x), new IntegerColumn("id", [1, 2, 3, 4, 5, 6])]);
        var spec = new MultilevelSpec { Effect = new EffectSpec { Yi = "yi", Vi = "vi" }, Moderators = "~ x", Method = HeterogeneityMethod.EqualEffects };
        var robust = MetaAnalysis.Analyse(spec, data).Robust("id", estimator);
        var one = MetaAnalysis.Robust(
            MetaAnalysis.Fit(new UnivariateSpec { Effect = spec.Effect, Moderators = "~ x", Method = HeterogeneityMethod.EqualEffects }, data), data, "id", estimator);
        var design = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(6, 2, (i, j) => j == 0 ? 1 : x[i]);
        var bread = design.TransposeThisAndMultiply(design).Inverse();
        var beta = bread * design.TransposeThisAndMultiply(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(y));
        var meat = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(2, 2);
        for (var i = 0; i < 6; i++)
        {
            var row = design.Row(i);
            var e = y[i] - (row * beta);
            meat += row.OuterProduct(row) * (e * e / Math.Pow(1 - (row * bread * row), power));
        }

        var expected = (bread * meat * bread).ToRowMajorArray();
        for (var i = 0; i < 4; i++)
        {
            Fixtures.AssertClose(expected[i], robust.Covariance[i], 1e-12, $"vcov[{i}]");
            Fixtures.AssertClose(expected[i], one.Covariance[i], 1e-12, $"univariate vcov[{i}]");
        }
    }

    [Fact]
    public void Order_AndScale_DoNotMatter()
    {
        var recorded = ClusterRobustCase.Load("assink-nested");
        var data = recorded.Data();
        var spec = recorded.Spec();
        var a = MetaAnalysis.Analyse(spec, data).Robust("study");
        var b = MetaAnalysis.Analyse(spec, data.Take([.. Enumerable.Range(0, data.RowCount).Reverse()])).Robust("study");
        var scaled = new Dataset("scaled", [.. data.Columns.Select(c => c.Name switch
        {
            "yi" => new NumberColumn("yi", [.. c.ToNumbers().Select(v => 10 * v)]),
            "vi" => new NumberColumn("vi", [.. c.ToNumbers().Select(v => 100 * v)]),
            _ => c,
        })]);
        var s = MetaAnalysis.Analyse(spec, scaled).Robust("study");
        for (var j = 0; j < a.Coefficients.Count; j++)
        {
            Fixtures.AssertClose(a.Coefficients.StandardErrors[j], b.Coefficients.StandardErrors[j], 1e-7, "se");
            Fixtures.AssertClose(a.DegreesOfFreedom[j], b.DegreesOfFreedom[j], 1e-7, "df");
            Fixtures.AssertClose(10 * a.Coefficients.StandardErrors[j], s.Coefficients.StandardErrors[j], 1e-6, "scaled se");
            Fixtures.AssertClose(a.DegreesOfFreedom[j], s.DegreesOfFreedom[j], 1e-6, "scaled df");
        }
    }

    // Satterthwaite's df of one combination is that of a hypothesis of one row, and its F is the square of t.
    [Fact]
    public void OneRow_IsTheCoefficient()
    {
        var recorded = ClusterRobustCase.Load("assink-pubstatus");
        var robust = MetaAnalysis.Analyse(recorded.Spec(), recorded.Data()).Robust("study");
        for (var j = 0; j < robust.Coefficients.Count; j++)
        {
            var test = robust.Test(LinearHypothesis.Zero(robust.Coefficients.Count, j));
            Fixtures.AssertClose(robust.DegreesOfFreedom[j], test.Joint.DenominatorDf, 1e-10, "df");
            Fixtures.AssertClose(Math.Pow(robust.Coefficients.Statistics[j], 2), test.Joint.Statistic, 1e-10, "F");
            Fixtures.AssertClose(robust.Coefficients.PValues[j], test.Joint.PValue, 1e-8, "p");
        }
    }

    [Fact]
    public void Misuse_IsNamed()
    {
        var recorded = ClusterRobustCase.Load("assink-nested");
        var analysis = MetaAnalysis.Analyse(recorded.Spec(), recorded.Data());
        var connected = Assert.Throws<MetaBridgeException>(() => analysis.Robust("esid"));
        Assert.Equal(ErrorCode.ClustersNotIndependent, connected.Code);
        Assert.Contains("esid", connected.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.MissingColumn, Code(() => analysis.Robust("nowhere")));
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => analysis.Robust("study").Test(LinearHypothesis.Of([[1.0, 0]]))));
        Assert.Equal(ErrorCode.LengthMismatch, Code(() => LinearHypothesis.Of([])));
        Assert.Equal(ErrorCode.InvalidOption, Code(() => LinearHypothesis.Of([[0.0, 0]])));
        Assert.Equal(ErrorCode.RankDeficientDesign, Code(() => analysis.TestHypothesis(LinearHypothesis.Of([[0.0, 1, 0, 0], [0.0, 2, 0, 0]]))));
        var berkey = ClusterRobustCase.Load("berkey-un");
        var few = MetaAnalysis.Analyse(berkey.Spec(), berkey.Data(), berkey.Matrices()).Robust("trial");
        Assert.Null(few.OmnibusTest);
        Assert.Contains("too few", few.OmnibusProblem, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.TooFewStudies, Code(() => few.Test(LinearHypothesis.Zero(4, 0, 1, 2, 3))));
    }

    [Fact]
    public void WithoutClusterColumn_TheTableIsRefused()
    {
        var recorded = ClusterRobustCase.Load("assink-nested");
        Assert.Equal(ErrorCode.SpecificationInvalid, Code(() => MetaAnalysis.Fit(recorded.Spec() with { Also = [FurtherResult.Robust] }, recorded.Data(), MultilevelMatrices.None)));
    }

    private static ErrorCode Code(Action action) => Assert.Throws<MetaBridgeException>(action).Code;
}
