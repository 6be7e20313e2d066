using MathNet.Numerics.LinearAlgebra;
using MetaBridge.Multilevel;

namespace MetaBridge.Tests.Multilevel.Inference;

/// <summary>Kenward and Roger (1997, 2009) written out with full matrices, in variances and correlations, M's derivatives by differences of M.</summary>
internal sealed class DenseKenwardRoger
{
    private readonly GaussianProblem problem;
    private readonly int[] free;
    private readonly Matrix<double>[] first;
    private readonly Matrix<double>[,] second;

    public DenseKenwardRoger(Fixture fixture, double[] natural)
    {
        problem = MultilevelModel.Assemble(fixture.Spec(), fixture.Data(), fixture.Matrices()).Problem;
        free = [.. Enumerable.Range(0, problem.Layout.Count).Where(i => problem.Layout.Fixed[i] is null)];
        var (k, p) = (problem.Input.RowCount, problem.CoefficientCount);
        var x = Matrix<double>.Build.Dense(k, p, (i, j) => problem.Input.Design.X[(j * k) + i]);
        var m = At(natural);
        var inverse = m.Inverse();
        var phi = (x.Transpose() * inverse * x).Inverse();
        var projection = inverse - (inverse * x * phi * x.Transpose() * inverse);
        var n = free.Length;
        first = new Matrix<double>[n];
        second = new Matrix<double>[n, n];
        Differentiate(natural);
        var information = Matrix<double>.Build.Dense(n, n, (i, j) => 0.5 * (projection * first[i] * projection * first[j]).Trace());
        var w = information.Inverse();
        var u = inverse * x;
        var slopes = first.Select(d => -u.Transpose() * d * u).ToArray();
        var curvature = Matrix<double>.Build.Dense(k, k);
        var middle = Matrix<double>.Build.Dense(p, p);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                middle += w[i, j] * ((u.Transpose() * first[i] * inverse * first[j] * u) - (slopes[i] * phi * slopes[j]));
                curvature += w[i, j] * second[i, j];
            }
        }

        // Half of what the curvature of M adds to the mean of M̂ is the bias of the components' own estimates.
        var tau = Vector<double>.Build.Dense([.. first.Select(d => (projection * curvature * projection * d).Trace())]);
        var bias = -0.25 * w * tau;
        var shift = Matrix<double>.Build.Dense(p, p);
        for (var i = 0; i < n; i++)
        {
            shift += bias[i] * slopes[i];
        }

        Covariance = phi + (phi * ((2 * middle) - (0.5 * u.Transpose() * curvature * u) + shift) * phi);
        DegreesOfFreedom = new double[p];
        for (var c = 0; c < p; c++)
        {
            var g = Vector<double>.Build.Dense([.. slopes.Select(s => (phi * s * phi)[c, c] / phi[c, c])]);
            DegreesOfFreedom[c] = 2 / (g * w * g);
        }
    }

    public Matrix<double> Covariance { get; }

    public double[] DegreesOfFreedom { get; }

    private Matrix<double> At(double[] natural)
    {
        var k = problem.Input.RowCount;
        problem.Shape.Factor(problem.Layout.ToSearch(natural));
        return Matrix<double>.Build.DenseOfRowMajor(k, k, problem.Shape.Multiply(Matrix<double>.Build.DenseIdentity(k).ToRowMajorArray(), k));
    }

    private void Differentiate(double[] natural)
    {
        Matrix<double> Moved(int a, double da, int b, double db)
        {
            var point = (double[])natural.Clone();
            point[free[a]] += da;
            point[free[b]] += db;
            return At(point);
        }

        var h = free.Select(i => 2e-3 * Math.Min(Math.Abs(natural[i]), 0.5)).ToArray();
        for (var i = 0; i < free.Length; i++)
        {
            first[i] = ((8 * (Moved(i, h[i], i, 0) - Moved(i, -h[i], i, 0))) - Moved(i, 2 * h[i], i, 0) + Moved(i, -2 * h[i], i, 0)) / (12 * h[i]);
            for (var j = 0; j < free.Length; j++)
            {
                second[i, j] = (Moved(i, h[i], j, h[j]) - Moved(i, h[i], j, -h[j]) - Moved(i, -h[i], j, h[j]) + Moved(i, -h[i], j, -h[j])) / (4 * h[i] * h[j]);
            }
        }
    }
}
