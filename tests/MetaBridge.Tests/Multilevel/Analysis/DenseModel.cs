using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Analysis;

namespace MetaBridge.Tests.Multilevel.Analysis;

/// <summary>A fitted model with all its matrices in full: textbook formulas to check the structured ones against.</summary>
internal sealed class DenseModel
{
    public DenseModel(FittedModel model)
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        Model = model;
        X = Matrix<double>.Build.DenseOfRowMajor(k, p, model.X);
        Y = Vector<double>.Build.Dense(model.EffectSizes);
        var identity = new double[k * k];
        for (var i = 0; i < k; i++)
        {
            identity[(i * k) + i] = 1;
        }

        M = Matrix<double>.Build.DenseOfRowMajor(k, k, model.Multiply(identity, k));
        Inverse = M.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(k));
        W = model.Weights is { } w ? Matrix<double>.Build.DiagonalOfDiagonalArray(w) : Inverse;
        (Beta, Covariance) = Estimate([.. Enumerable.Range(0, k)]);
        Residuals = Y - (X * Beta);
        Hat = X * (X.Transpose() * W * X).Inverse() * X.Transpose() * W;
    }

    public FittedModel Model { get; }

    public Matrix<double> X { get; }

    public Vector<double> Y { get; }

    public Matrix<double> M { get; }

    public Matrix<double> Inverse { get; }

    public Matrix<double> W { get; }

    public Matrix<double> Hat { get; }

    public Vector<double> Beta { get; }

    public Matrix<double> Covariance { get; }

    public Vector<double> Residuals { get; }

    /// <summary>β̂ and its covariance from some of the rows at the same components.</summary>
    public (Vector<double> Beta, Matrix<double> Covariance) Estimate(int[] rows)
    {
        var (x, m) = (Rows(X, rows), Block(M, rows));
        var w = Model.Weights is not null ? Block(W, rows) : m.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(rows.Length));
        var a = (x.Transpose() * w * x).Inverse() * x.Transpose() * w;
        return (a * Vector<double>.Build.Dense(rows.Length, i => Y[rows[i]]), a * m * a.Transpose());
    }

    public static Matrix<double> Block(Matrix<double> m, int[] rows) =>
        Matrix<double>.Build.Dense(rows.Length, rows.Length, (i, j) => m[rows[i], rows[j]]);

    public static Matrix<double> Rows(Matrix<double> m, int[] rows) =>
        Matrix<double>.Build.Dense(rows.Length, m.ColumnCount, (i, j) => m[rows[i], j]);
}

/// <summary>Fixtures as analyses, given metafor's components or fitted.</summary>
internal static class Analyses
{
    // Dense checks of more rows take too long.
    private const int MostRows = 260;

    public static IEnumerable<string> SmallIds() => Fixture.Ids(Folder()).Where(id => Load(id).Expected("k")[0] <= MostRows);

    public static MultilevelAnalysis Fit(string id)
    {
        var fixture = Load(id);
        return MetaAnalysis.Analyse(fixture.Spec(), fixture.Data(), fixture.Matrices());
    }

    private static Fixture Load(string id) => Fixture.Load(id, Folder());

    // The fixtures lie beside the folder of this file.
    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
