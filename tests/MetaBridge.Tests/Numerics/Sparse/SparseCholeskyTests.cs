using MetaBridge.Numerics.Dense;
using MetaBridge.Numerics.Sparse;
using Xunit;

namespace MetaBridge.Tests.Numerics.Sparse;

public class SparseCholeskyTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(12, 0.2)]
    [InlineData(40, 0.05)]
    [InlineData(40, 0.9)]
    public void SolvesAndInverts_LikeTheDenseFactor(int n, double density)
    {
        var random = new Random(n);
        var dense = new double[n * n];
        var (starts, rows, values) = (new int[n + 1], new List<int>(), new List<double>());
        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i < j; i++)
            {
                if (random.NextDouble() < density)
                {
                    rows.Add(i);
                    values.Add(random.NextDouble() - 0.5);
                    dense[(i * n) + j] = dense[(j * n) + i] = values[^1];
                }
            }

            rows.Add(j);
            values.Add(n);
            dense[(j * n) + j] = n;
            starts[j + 1] = rows.Count;
        }

        var sparse = new SparseCholesky(n, starts, [.. rows]);
        Assert.True(sparse.Factor(values.ToArray()));
        var factor = (double[])dense.Clone();
        Assert.True(SmallCholesky.Factor(factor, n));
        Assert.Equal(SmallCholesky.LogDeterminant(factor, n), sparse.LogDeterminant, 1e-11);
        var b = Enumerable.Range(0, n).Select(i => Math.Cos(i)).ToArray();
        var (ours, theirs) = ((double[])b.Clone(), (double[])b.Clone());
        sparse.HalfSolve(ours);
        sparse.FinishSolve(ours);
        SmallCholesky.Solve(factor, n, theirs);
        var inverse = new double[n * n];
        SmallCholesky.Inverse(factor, n, inverse);
        sparse.SelectInverse();
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(theirs[i], ours[i], 1e-13);
            Assert.Equal(inverse[(i * n) + i], sparse.InverseDiagonal(i), 1e-13);
            for (var j = 0; j < i; j++)
            {
                if (dense[(i * n) + j] != 0)
                {
                    Assert.Equal(inverse[(i * n) + j], sparse.InverseAt(sparse.EntryOf(i, j)), 1e-13);
                }
            }
        }
    }

    [Fact]
    public void Factor_OfAnIndefiniteMatrix_IsRefused() =>
        Assert.False(new SparseCholesky(2, [0, 1, 3], [0, 0, 1]).Factor([1.0, 2.0, 1.0]));

    [Fact]
    public void MinimumDegree_OfAStar_TakesTheHubLastButOne()
    {
        HashSet<int>[] star = [[1, 2, 3, 4], [0], [0], [0], [0]];
        var order = MinimumDegree.Order(star);
        Assert.Equal([0, 1, 2, 3, 4], order.Order());
        Assert.True(Array.IndexOf(order, 0) >= 3);
    }
}
