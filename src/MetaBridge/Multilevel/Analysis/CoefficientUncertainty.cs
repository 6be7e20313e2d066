using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>How Φ = (X'M⁻¹X)⁻¹ changes with the components: what corrections of tests for estimated components are made of.</summary>
/// <remarks>
/// In the orthonormal basis Q of X: P_i = −Q'M⁻¹Ṁ_iM⁻¹Q = ∂Φ⁻¹/∂θ_i, Q_ij = Q'M⁻¹Ṁ_iM⁻¹Ṁ_jM⁻¹Q. Costs m products with derivatives of M and m solves.
/// </remarks>
internal abstract class CoefficientUncertainty : TestReference
{
    private readonly double[] inverseOfR;

    /// <param name="fitter">The model.</param>
    /// <param name="point">Its components, search coordinates.</param>
    /// <param name="information">The information about them.</param>
    protected CoefficientUncertainty(MultilevelFitter fitter, double[] point, ComponentInformation information)
    {
        if (fitter.Problem.Input.Weights is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                "Satterthwaite and Kenward-Roger degrees of freedom are for the model's own weights; with custom weights use residual, containment or cluster-robust ones.");
        }

        Fitter = fitter;
        Problem = fitter.Problem;
        Parameters = information.Parameters;
        Left = information.Left;
        P = Problem.CoefficientCount;
        Problem.Shape.Factor(point);
        var k = Problem.Input.RowCount;
        Basis = new double[k * P];
        for (var i = 0; i < k; i++)
        {
            Problem.Data.AsSpan(i * (P + 1), P).CopyTo(Basis.AsSpan(i * P));
        }

        Solved = Problem.Shape.Solve(Basis, P);
        Phi = RowMatrix.Inverse(RowMatrix.Symmetric(RowMatrix.Cross(Basis, Solved, k, P, P), P), P)
            ?? throw new MetaBridgeException(ErrorCode.RankDeficientDesign, "X'M⁻¹X is singular.");
        Applied = Array.ConvertAll(Parameters, i => Problem.Shape.ApplyDerivative(i, Solved, P));
        FirstDerivatives = Array.ConvertAll(Applied, d => Negative(RowMatrix.Symmetric(RowMatrix.Cross(Solved, d, k, P, P), P)));
        Slopes = Array.ConvertAll(FirstDerivatives, d => RowMatrix.Congruence(Phi, d, P, P));
        W = Parameters.Length == 0 ? [] : information.Inverse();
        inverseOfR = InverseOfR();
    }

    /// <summary>Indices of the estimated components that lie on a bound and were treated as known.</summary>
    public int[] Left { get; }

    /// <summary>The model.</summary>
    protected MultilevelFitter Fitter { get; }

    /// <summary>Data and covariance shape.</summary>
    protected GaussianProblem Problem { get; }

    /// <summary>The components that count.</summary>
    protected int[] Parameters { get; }

    /// <summary>p.</summary>
    protected int P { get; }

    /// <summary>Q, k × p by rows.</summary>
    protected double[] Basis { get; }

    /// <summary>M⁻¹Q.</summary>
    protected double[] Solved { get; }

    /// <summary>Φ, in the basis Q.</summary>
    protected double[] Phi { get; }

    /// <summary>Ṁ_iM⁻¹Q.</summary>
    protected double[][] Applied { get; }

    /// <summary>P_i.</summary>
    protected double[][] FirstDerivatives { get; }

    /// <summary>ΦP_iΦ = −∂Φ/∂θ_i.</summary>
    protected double[][] Slopes { get; }

    /// <summary>The covariance of the components, n × n.</summary>
    protected double[] W { get; }

    /// <summary>L of β as combinations of the basis' coefficients: L R⁻¹, q × p.</summary>
    protected double[] InBasis(ReadOnlySpan<double> rows, int q) => RowMatrix.Product(rows, inverseOfR, q, P, P);

    private double[] InverseOfR()
    {
        var inverse = new double[P * P];
        var column = new double[P];
        for (var j = 0; j < P; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            Problem.Input.Design.Qr.SolveUpper(column);
            for (var i = 0; i < P; i++)
            {
                inverse[(i * P) + j] = column[i];
            }
        }

        return inverse;
    }

    private static double[] Negative(double[] a)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] = -a[i];
        }

        return a;
    }
}
