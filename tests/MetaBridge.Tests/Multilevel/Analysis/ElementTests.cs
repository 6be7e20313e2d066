using MathNet.Numerics.LinearAlgebra;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Analysis;

/// <summary>Every recorded model: what is computed at the cost of the structure is what the full matrices give.</summary>
public sealed class ElementTests
{
    public static TheoryData<string> Cases => [.. Analyses.SmallIds()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Elements_OfTheCovarianceAndItsInverse_AreThoseOfTheFullMatrices(string id)
    {
        var dense = new DenseModel(Analyses.Fit(id).Model);
        var shape = dense.Model.Problem.Shape;
        var k = dense.Model.RowCount;
        int[] rows = [.. Enumerable.Range(0, k).Where(i => i % 3 != 1).Reverse()];
        Same(DenseModel.Block(dense.M, rows), shape.CovarianceBlock(rows));
        Same(DenseModel.Block(dense.Inverse, rows), shape.InverseBlock(rows));
        Same(dense.M.Diagonal(), shape.Diagonal());
        Same(dense.Inverse.Diagonal(), shape.InverseDiagonal());
        var component = shape.Components();
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                Assert.True(component[i] == component[j] || dense.M[i, j] == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Whiten_IsTheCholeskyFactorOfTheInverse(string id)
    {
        var dense = new DenseModel(Analyses.Fit(id).Model);
        var upper = dense.Inverse.Cholesky().Factor.Transpose();
        Same(upper * dense.Residuals, dense.Model.Problem.Shape.Whiten(dense.Model.Residuals), 1e-7);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Effects_OfAllTermsAndV_MakeUpTheCovariance(string id)
    {
        var dense = new DenseModel(Analyses.Fit(id).Model);
        var model = dense.Model;
        var k = model.RowCount;
        var sampling = model.Problem.Input.Sampling;
        var sum = Matrix<double>.Build.Dense(k, k, (i, j) => i == j ? sampling.Variances[i] : 0);
        foreach (var block in sampling.Blocks)
        {
            for (var i = 0; i < block.Rows.Count; i++)
            {
                for (var j = 0; j < block.Rows.Count; j++)
                {
                    sum[block.Rows[i], block.Rows[j]] = block[i, j];
                }
            }
        }

        foreach (var map in model.Effects)
        {
            for (var i = 0; i < k; i++)
            {
                for (var j = 0; j < k; j++)
                {
                    sum[i, j] += Between(map, i, j);
                }
            }
        }

        Same(dense.M, [.. sum.Transpose().ToColumnMajorArray()]);
    }

    private static double Between(EffectMap map, int i, int j)
    {
        double[] loads = map.IsSlopes ? map.LoadsOf(i) : [1];
        return Enumerable.Range(0, loads.Length).Sum(a => loads[a] * map.WithOutcome(map.EffectOfRow(i) + a, j));
    }

    internal static void Same(Matrix<double> expected, double[] actual, double tolerance = 1e-9)
    {
        var scale = expected.ColumnCount == 0 ? 1 : expected.Enumerate().Max(Math.Abs);
        for (var i = 0; i < expected.RowCount; i++)
        {
            for (var j = 0; j < expected.ColumnCount; j++)
            {
                Near(expected[i, j], actual[(i * expected.ColumnCount) + j], tolerance * scale, $"[{i}, {j}]");
            }
        }
    }

    internal static void Same(Vector<double> expected, double[] actual, double tolerance = 1e-9)
    {
        var scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Count, actual.Length);
        for (var i = 0; i < expected.Count; i++)
        {
            Near(expected[i], actual[i], tolerance * scale, $"[{i}]");
        }
    }

    internal static void Near(double expected, double actual, double bound, string where) =>
        Assert.True(Math.Abs(expected - actual) <= bound, $"{where}: expected {expected:R}, is {actual:R}");
}
