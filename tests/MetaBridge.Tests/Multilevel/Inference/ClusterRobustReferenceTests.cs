using System.Text.Json;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>Cluster-robust inference at R's components against metafor::robust and clubSandwich.</summary>
public class ClusterRobustReferenceTests
{
    // R's own components are given, so all is arithmetic; clubSandwich inverts M, X'WX and its square roots one by one.
    private const double Exact = 1e-9;
    private const double Moments = 1e-7;

    public static TheoryData<string, ClusterRobustEstimator> Cases
    {
        get
        {
            var data = new TheoryData<string, ClusterRobustEstimator>();
            foreach (var id in ClusterRobustCase.Ids)
            {
                foreach (var estimator in Enum.GetValues<ClusterRobustEstimator>())
                {
                    data.Add(id, estimator);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ClubSandwich_Agrees(string id, ClusterRobustEstimator estimator)
    {
        var recorded = ClusterRobustCase.Load(id);
        if (id == "assink-nested" && estimator == ClusterRobustEstimator.Cr3)
        {
            // One study alone holds a level of the moderator; clubSandwich inverts a matrix that is singular to rounding.
            Assert.Equal(ErrorCode.NotSupported, Assert.Throws<MetaBridgeException>(() => Fit(recorded, estimator)).Code);
            return;
        }

        var expected = recorded.Root.GetProperty("club").GetProperty(Keywords<ClusterRobustEstimator>.Of(estimator));
        var robust = Fit(recorded, estimator);
        var covariance = SmallSampleCase.Matrix(expected.GetProperty("vcov")).SelectMany(row => row).ToArray();
        for (var i = 0; i < covariance.Length; i++)
        {
            var p = robust.DegreesOfFreedom.Length;
            var scale = Math.Sqrt(covariance[i / p * (p + 1)] * covariance[i % p * (p + 1)]);
            Fixtures.AssertClose(covariance[i], robust.Covariance[i], Exact, $"vcov[{i}]", scale);
        }

        AssertAll(expected.GetProperty("df"), robust.DegreesOfFreedom, Moments, "df");
        AssertAll(expected.GetProperty("p"), robust.Coefficients.PValues, Moments, "p");
        foreach (var (joint, l) in expected.GetProperty("joint").EnumerateArray().Zip(recorded.Root.GetProperty("joint").EnumerateArray()))
        {
            var hypothesis = LinearHypothesis.Of(SmallSampleCase.Matrix(l));
            var test = robust.Test(hypothesis).Joint;
            Fixtures.AssertClose(joint.GetProperty("F").Real(), test.Statistic, Moments, "F");
            Fixtures.AssertClose(joint.GetProperty("df").Real(), test.DenominatorDf, Moments, "df");
            Fixtures.AssertClose(joint.GetProperty("p").Real(), test.PValue, Moments, "p");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Metafor_Agrees(string id, ClusterRobustEstimator estimator)
    {
        var recorded = ClusterRobustCase.Load(id);
        if (!recorded.Root.GetProperty("metafor").TryGetProperty(Keywords<ClusterRobustEstimator>.Of(estimator), out var expected))
        {
            return;
        }

        var robust = Fit(recorded, estimator, null);
        AssertAll(expected.GetProperty("se"), robust.Coefficients.StandardErrors, Exact, "se");
        AssertAll(expected.GetProperty("p"), robust.Coefficients.PValues, 1e-8, "p");
        AssertAll(expected.GetProperty("lower"), robust.Coefficients.Lower, 1e-8, "lower");
        Fixtures.AssertClose(expected.GetProperty("QM").Real(), robust.OmnibusTest!.Statistic, Moments, "QM");
        Fixtures.AssertClose(expected.GetProperty("QMp").Real(), robust.OmnibusTest.PValue, Moments, "QMp");
        Assert.All(robust.DegreesOfFreedom, df => Assert.Equal(expected.GetProperty("dfs").Real(), df));
    }

    private static ClusterRobustFit Fit(
        ClusterRobustCase recorded, ClusterRobustEstimator estimator, ClusterRobustReference? reference = ClusterRobustReference.Satterthwaite)
    {
        if (recorded.IsUnivariate)
        {
            var data = recorded.Data();
            return MetaAnalysis.Robust(MetaAnalysis.Fit(recorded.UnivariateSpec(), data, recorded.AtComponents()), data, recorded.Cluster, estimator, reference);
        }

        return MetaAnalysis.Analyse(recorded.Spec(), recorded.Data(), recorded.Matrices(), recorded.AtComponents())
            .Robust(recorded.Cluster, estimator, reference);
    }

    private static void AssertAll(JsonElement expected, double[] actual, double tolerance, string what)
    {
        var values = expected.Reals();
        Assert.Equal(values.Length, actual.Length);
        for (var i = 0; i < values.Length; i++)
        {
            Fixtures.AssertClose(values[i], actual[i], tolerance, $"{what}[{i}]");
        }
    }
}
