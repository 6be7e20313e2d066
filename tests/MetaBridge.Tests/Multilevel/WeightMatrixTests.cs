using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel;

/// <summary>Weights W as a matrix, against rma.mv(W = matrix) of metafor 3.8-1 on dat.berkey1998 at fixed components.</summary>
public sealed class WeightMatrixTests
{
    // The lower triangle of W by columns where it is not zero: blocks by trial, of which two are joined by element (5, 3).
    private static readonly double[] Elements =
        [49.863, -28.556, 60.406, 55.004, -37.946, 4.5, 89.469, 66.142, -43.154, 89.131, 63.697, -42.078, 88.403, 35.356, -13.395, 27.101];

    private static readonly int[] Places = [0, 1, 11, 22, 23, 24, 33, 44, 45, 55, 66, 67, 77, 88, 89, 99];

    private static readonly double[] Yi = [0.47, -0.32, 0.20, -0.60, 0.40, -0.12, 0.26, -0.31, 0.56, -0.39];

    private static readonly double[] V1 = [0.0075, 0.0030, 0.0057, 0.0009, 0.0021, 0.0007, 0.0029, 0.0009, 0.0148, 0.0072];

    private static readonly double[] V2 = [0.0030, 0.0077, 0.0009, 0.0008, 0.0007, 0.0014, 0.0009, 0.0015, 0.0072, 0.0304];

    [Fact]
    public void Fit_MatrixOfWeights_IsMetafors()
    {
        var fit = Fit(SamplingCovariance.FromTriplets(10, [.. Places.Select(at => at % 10)], [.. Places.Select(at => at / 10)], Elements));

        Near([-0.33682420958218, 0.357220170055057], fit.Coefficients.Estimates);
        Near([0.00732167286274169, 0.00217471495616816, 0.00217471495616816, 0.00313402168485647], fit.Covariance);
        Near(99.5324785405756, fit.OmnibusTest.Statistic);
        Near(3.65831726286251, fit.RestrictedLikelihood.LogLikelihood);
        Near(5.68272776159336, fit.MaximumLikelihood.LogLikelihood);
        Assert.True(fit.HasCustomWeights);
    }

    [Fact]
    public void Fit_DiagonalMatrix_IsTheColumn()
    {
        var fit = Fit(SamplingCovariance.FromMatrix([.. Enumerable.Range(0, 100).Select(at => at % 11 == 0 ? (at / 11) + 1.0 : 0)], 10));

        Near([-0.338, 0.3972], fit.Coefficients.Estimates);
        Near([0.0109222222222222, 0.00317553102292058, 0.00317553102292058, 0.00496352], fit.Covariance);
    }

    [Fact]
    public void Fit_InverseOfTheCovariance_IsGeneralisedLeastSquares()
    {
        var own = Fit(null);
        var weights = new double[100];
        for (var trial = 0; trial < 5; trial++)
        {
            var (a, b, c) = (V1[2 * trial] + 0.03, V1[(2 * trial) + 1] + (0.5 * Math.Sqrt(0.03 * 0.01)), V2[(2 * trial) + 1] + 0.01);
            // The order of UN's levels is AL, PD; outcomes are PD, AL.
            (a, c) = (V1[2 * trial] + 0.01, V2[(2 * trial) + 1] + 0.03);
            var determinant = (a * c) - (b * b);
            var at = 2 * trial;
            (weights[(at * 10) + at], weights[((at + 1) * 10) + at + 1]) = (c / determinant, a / determinant);
            weights[(at * 10) + at + 1] = weights[((at + 1) * 10) + at] = -b / determinant;
        }

        var given = Fit(SamplingCovariance.FromMatrix(weights, 10));
        Near(own.Coefficients.Estimates, given.Coefficients.Estimates, 0, 1e-12);
        Near(own.Covariance, given.Covariance, 0, 1e-12);
        Near(own.RestrictedLikelihood.LogLikelihood, given.RestrictedLikelihood.LogLikelihood, 0, 1e-12);
    }

    [Fact]
    public void Weights_OfAnotherSizeOrTwice_AreRefused()
    {
        Assert.Equal(ErrorCode.LengthMismatch, Assert.Throws<MetaBridgeException>(() => Fit(SamplingCovariance.Diagonal([1, 2]))).Code);
        Assert.Equal(
            ErrorCode.RankDeficientDesign, Assert.Throws<MetaBridgeException>(() => Fit(SamplingCovariance.Diagonal(new double[10]))).Code);
        Assert.Equal(
            ErrorCode.NonFiniteValue,
            Assert.Throws<MetaBridgeException>(() => Fit(SamplingCovariance.Diagonal([1, 1, 1, 1, 1, 1, 1, 1, 1, double.NaN]))).Code);
        Assert.Equal(
            ErrorCode.SpecificationInvalid,
            Assert.Throws<MetaBridgeException>(() => Fit(SamplingCovariance.Diagonal([.. Enumerable.Repeat(1.0, 10)]), "v1i")).Code);
    }

    private static MultilevelFit Fit(SamplingCovariance? weights, string? column = null)
    {
        var data = new Dataset("berkey", [
            new NumberColumn("yi", Yi), new NumberColumn("v1i", V1), new NumberColumn("v2i", V2), new IntegerColumn("trial", [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
            new TextColumn("outcome", [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? "PD" : "AL")]),
        ]);
        var spec = new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "yi" }, Covariance = new CovarianceSpec { Cluster = "trial", Columns = ["v1i", "v2i"] },
            Moderators = "~ outcome - 1", Random = ["~ outcome | trial"], Structures = [CovarianceStructure.Unstructured], TauSquared = [0.03, 0.01],
            Rho = [0.5], WeightColumn = column,
        };
        return (MultilevelFit)MetaAnalysis.Fit(spec, data, new MultilevelMatrices { Weights = weights });
    }
}
