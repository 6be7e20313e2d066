using MetaBridge.Inference;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>Satterthwaite and Kenward-Roger against lmerTest and pbkrtest, on models that both worlds can fit.</summary>
public class SmallSampleReferenceTests
{
    // lmer's components are reproducible to about 1e-7, its Hessian is by differences; see the balanced cases, whose exact answer is an integer.
    private const double Searched = 2e-5;

    public static TheoryData<string> Cases => [.. SmallSampleCase.Ids];

    [Theory]
    [MemberData(nameof(Cases))]
    public void KenwardRoger_AgreesWithPbkrtest(string id)
    {
        var reference = SmallSampleCase.Load(id);
        var analysis = MetaAnalysis.Analyse(reference.Spec(DegreesOfFreedomMethod.KenwardRoger), reference.Data());
        var expected = reference.Root;
        Assert.True(analysis.Fit.RestrictedLikelihood.LogLikelihood >= LogLikelihood(reference, analysis.Fit.StudyCount) - 1e-8);
        AssertAll(expected.GetProperty("kr").Reals(), analysis.Fit.DegreesOfFreedom, "df");
        var adjusted = SmallSampleCase.Matrix(expected.GetProperty("adjusted")).SelectMany(row => row).ToArray();
        AssertAll(adjusted, analysis.Fit.Covariance, "vcovAdj", 1e-6 * adjusted.Max());
        foreach (var joint in expected.GetProperty("joint").EnumerateArray())
        {
            var test = analysis.TestHypothesis(LinearHypothesis.Of(SmallSampleCase.Matrix(joint.GetProperty("L"))));
            var kr = joint.GetProperty("kr");
            Fixtures.AssertClose(kr.GetProperty("df").GetDouble(), test.Joint.DenominatorDf, Searched, "m");
            Fixtures.AssertClose(kr.GetProperty("scale").GetDouble(), test.Scale, Searched, "lambda");
            Fixtures.AssertClose(kr.GetProperty("F").GetDouble(), test.Joint.Statistic, Searched, "F");
            Fixtures.AssertClose(kr.GetProperty("p").GetDouble(), test.Joint.PValue, 50 * Searched, "p");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Satterthwaite_AgreesWithLmerTest(string id)
    {
        var reference = SmallSampleCase.Load(id);
        var analysis = MetaAnalysis.Analyse(reference.Spec(DegreesOfFreedomMethod.Satterthwaite), reference.Data());
        var expected = reference.Root;
        AssertAll(expected.GetProperty("satterthwaite").Reals(), analysis.Fit.DegreesOfFreedom, "df");
        AssertAll(SmallSampleCase.Matrix(expected.GetProperty("vcov")).SelectMany(row => row).ToArray(), analysis.Fit.Covariance, "vcov", 1e-6 * analysis.Fit.Covariance.Max());
        foreach (var joint in expected.GetProperty("joint").EnumerateArray())
        {
            var test = analysis.TestHypothesis(LinearHypothesis.Of(SmallSampleCase.Matrix(joint.GetProperty("L"))));
            Fixtures.AssertClose(joint.GetProperty("satterthwaite").GetProperty("df").GetDouble(), test.Joint.DenominatorDf, Searched, "df");
            Fixtures.AssertClose(joint.GetProperty("satterthwaite").GetProperty("F").GetDouble(), test.Joint.Statistic, Searched, "F");
        }
    }

    // lmer's restricted likelihood has no ½log|X'X|.
    private static double LogLikelihood(SmallSampleCase reference, int k)
    {
        var x = SmallSampleCase.Matrix(reference.Root.GetProperty("X"));
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(k, x[0].Length, (i, j) => x[i][j]);
        return reference.Root.GetProperty("ll").GetDouble() + (0.5 * Math.Log(matrix.TransposeThisAndMultiply(matrix).Determinant()));
    }

    private static void AssertAll(double[] expected, double[] actual, string what, double floor = 0)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Fixtures.AssertClose(expected[i], actual[i], Searched, $"{what}[{i}]", floor);
        }
    }
}
