using MetaBridge.Multilevel.Shapes;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Numerics;

namespace MetaBridge.Multilevel;

/// <summary>A model bound to data: the covariance in the shape that suits it, and the outcomes made orthogonal to X by least squares.</summary>
/// <remarks>
/// y is replaced by its least-squares residuals and X by an orthonormal basis Q; both leave the likelihood as it is. β̂ = b_ls + R⁻¹γ̂.
/// </remarks>
internal sealed class GaussianProblem
{
    private readonly double[] leastSquares;

    public GaussianProblem(MultilevelInput input)
    {
        Input = input;
        Layout = new ParameterLayout(input.Terms);
        var (k, p) = (input.RowCount, input.Design.Columns);
        var q = input.Design.Qr.Q;
        leastSquares = new double[p];
        var y = (double[])input.EffectSizes.Clone();
        // Twice, so that what is left is orthogonal to rounding.
        for (var pass = 0; pass < 2; pass++)
        {
            for (var j = 0; j < p; j++)
            {
                var column = q.AsSpan(j * k, k);
                var dot = VectorKernels.Dot(column, y);
                VectorKernels.AddScaled(-dot, column, y);
                leastSquares[j] += dot;
            }
        }

        Data = new double[k * (p + 1)];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < p; j++)
            {
                Data[(i * (p + 1)) + j] = q[(j * k) + i];
            }

            Data[(i * (p + 1)) + p] = y[i];
        }

        Shape = ShapeChooser.Choose(input, Data, p + 1);
    }

    /// <summary>The model's data.</summary>
    public MultilevelInput Input { get; }

    /// <summary>Its parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>[Q y] by rows.</summary>
    public double[] Data { get; }

    /// <summary>The covariance.</summary>
    public CovarianceShape Shape { get; }

    /// <summary>p.</summary>
    public int CoefficientCount => Input.Design.Columns;

    /// <summary>The likelihood with the given parameters free.</summary>
    public GaussianLikelihood Likelihood(bool isRestricted, double[] search, bool[] isFree) =>
        new(Shape, Input.RowCount, CoefficientCount, isRestricted, search, isFree);

    /// <summary>β̂ from γ̂.</summary>
    public double[] Coefficients(ReadOnlySpan<double> gamma)
    {
        var beta = new double[CoefficientCount];
        for (var j = 0; j < beta.Length; j++)
        {
            beta[j] = leastSquares[j] + gamma[j];
        }

        Input.Design.Qr.SolveUpper(beta);
        return beta;
    }

    /// <summary>R⁻¹ of X = QR, p × p by rows: combinations of β are LR⁻¹ of the basis' coefficients.</summary>
    public double[] InverseOfR()
    {
        var p = CoefficientCount;
        var inverse = new double[p * p];
        var column = new double[p];
        for (var j = 0; j < p; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            Input.Design.Qr.SolveUpper(column);
            for (var i = 0; i < p; i++)
            {
                inverse[(i * p) + j] = column[i];
            }
        }

        return inverse;
    }

    /// <summary>R⁻¹ A R⁻ᵀ: a covariance of γ̂ as that of β̂, p × p.</summary>
    public double[] CoefficientCovariance(ReadOnlySpan<double> a)
    {
        var p = CoefficientCount;
        var half = new double[p * p];
        var column = new double[p];
        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < p; i++)
            {
                column[i] = a[(i * p) + j];
            }

            Input.Design.Qr.SolveUpper(column);
            column.CopyTo(half, j * p);
        }

        var result = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < p; j++)
            {
                column[j] = half[(j * p) + i];
            }

            Input.Design.Qr.SolveUpper(column);
            column.CopyTo(result, i * p);
        }

        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < i; j++)
            {
                result[(i * p) + j] = result[(j * p) + i] = 0.5 * (result[(i * p) + j] + result[(j * p) + i]);
            }
        }

        return result;
    }
}
