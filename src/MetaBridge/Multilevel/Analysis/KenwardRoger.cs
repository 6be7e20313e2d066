using MetaBridge.Inference;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Kenward and Roger's covariance of the coefficients and reference of their tests, with the expected information.</summary>
/// <remarks>
/// <para>Φ_A = Φ + 2Φ{Σ W_ij (Q_ij − P_iΦP_j)}Φ where M is linear in the components (Kenward &amp; Roger, 1997); where it is not, less the bias of Φ̂ that
/// comes from the curvature of M: − ½ΣW_ijΦR_ijΦ + Φ(Σ b_iP_i)Φ with R_ij = X'M⁻¹M̈_ijM⁻¹X, b = −¼ W τ, τ_r = Σ W_ij tr(PM̈_ijPṀ_r) (Kenward &amp; Roger,
/// 2009). The result does not depend on the coordinates of the components.</para>
/// <para>A test of q combinations: λ F, with q and m degrees of freedom, λ and m from A₁ and A₂ (Kenward &amp; Roger, 1997, section 2.3); for q = 1 λ = 1 and m =
/// 2/A₂. Where the F that the moments ask for has no mean (m ≤ 2), the smallest m of the uncorrelated single combinations stands in, with λ = 1.</para>
/// </remarks>
internal sealed class KenwardRoger : CoefficientUncertainty
{
    private readonly double[] adjusted;

    public KenwardRoger(MultilevelFitter fitter, double[] point)
        : base(fitter, point, ComponentInformation.Expected(fitter, isRestricted: true, point))
    {
        var k = Problem.Input.RowCount;
        var n = Parameters.Length;
        var middle = new double[P * P];
        for (var i = 0; i < n; i++)
        {
            var solved = Problem.Shape.Solve(Applied[i], P);
            for (var j = 0; j < n; j++)
            {
                var second = RowMatrix.Cross(Applied[j], solved, k, P, P);
                var first = RowMatrix.Product(RowMatrix.Product(FirstDerivatives[j], Phi, P, P, P), FirstDerivatives[i], P, P, P);
                for (var a = 0; a < middle.Length; a++)
                {
                    middle[a] += W[(i * n) + j] * (second[a] - first[a]);
                }
            }
        }

        adjusted = (double[])Phi.Clone();
        var correction = RowMatrix.Congruence(Phi, RowMatrix.Symmetric(middle, P), P, P);
        for (var a = 0; a < adjusted.Length; a++)
        {
            adjusted[a] += 2 * correction[a];
        }

        new CovarianceCurvature(fitter, point, Parameters, W, Phi, Solved, FirstDerivatives).AddTo(adjusted);
        Covariance = Problem.CoefficientCovariance(adjusted);
    }

    /// <inheritdoc/>
    public override double[] Covariance { get; }

    /// <inheritdoc/>
    public override TestDegrees Degrees(ReadOnlySpan<double> rows, int q)
    {
        if (Parameters.Length == 0)
        {
            return new TestDegrees(double.PositiveInfinity);
        }

        var l = InBasis(rows, q);
        var (a1, a2) = Moments(l, q);
        if (q == 1)
        {
            return new TestDegrees(a2 > 0 ? 2 / a2 : double.PositiveInfinity);
        }

        if (!(a2 > 0))
        {
            return new TestDegrees(double.PositiveInfinity);
        }

        var (df, scale) = Match(a1, a2, q);
        return df > 2 && scale > 0 && double.IsFinite(scale) ? new TestDegrees(df, scale) : new TestDegrees(SmallestSingle(l, q));
    }

    // B, g, c₁ … c₃, E*, V*, ρ, m, λ of the paper.
    private static (double Df, double Scale) Match(double a1, double a2, int q)
    {
        var b = (a1 + (6 * a2)) / (2 * q);
        var g = (((q + 1) * a1) - ((q + 4) * a2)) / ((q + 2) * a2);
        var divisor = (3 * q) + (2 * (1 - g));
        var (c1, c2, c3) = (g / divisor, (q - g) / divisor, (q + 2 - g) / divisor);
        var mean = 1 / (1 - (a2 / q));
        var variance = 2.0 / q * (1 + (c1 * b)) / ((1 - (c2 * b)) * (1 - (c2 * b)) * (1 - (c3 * b)));
        var rho = variance / (2 * mean * mean);
        var df = 4 + ((q + 2) / ((q * rho) - 1));
        return (df, df / (mean * (df - 2)));
    }

    // A₁ = Σ W_ij tr(ΘΦP_iΦ) tr(ΘΦP_jΦ) and A₂ = Σ W_ij tr(ΘΦP_iΦΘΦP_jΦ), Θ = L'(LΦL')⁻¹L: both by the q × q matrices (LΦL')⁻¹LΦP_iΦL'.
    private (double A1, double A2) Moments(double[] l, int q)
    {
        var n = Parameters.Length;
        var inverse = RowMatrix.Inverse(RowMatrix.Congruence(l, Phi, q, P), q)
            ?? throw new Errors.MetaBridgeException(Errors.ErrorCode.RankDeficientDesign, "The rows of the hypothesis depend on each other.");
        var parts = Array.ConvertAll(Slopes, slope => RowMatrix.Product(inverse, RowMatrix.Congruence(l, slope, q, P), q, q, q));
        var traces = Array.ConvertAll(parts, part => Enumerable.Range(0, q).Sum(i => part[(i * q) + i]));
        var (a1, a2) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                a1 += W[(i * n) + j] * traces[i] * traces[j];
                a2 += W[(i * n) + j] * RowMatrix.TraceOfProduct(parts[i], parts[j], q);
            }
        }

        return (a1, a2);
    }

    private double SmallestSingle(double[] l, int q)
    {
        var covariance = RowMatrix.Congruence(l, Phi, q, P);
        var vectors = new double[q * q];
        SymmetricEigen.Decompose(covariance, q, vectors);
        var rotated = RowMatrix.Cross(vectors, l, q, q, P);
        return Enumerable.Range(0, q).Min(i => 2 / Moments(rotated[(i * P)..((i + 1) * P)], 1).A2);
    }
}
