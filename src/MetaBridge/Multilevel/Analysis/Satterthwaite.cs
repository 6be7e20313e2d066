using MetaBridge.Inference;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Satterthwaite's degrees of freedom of generalised least squares estimates, with the observed information.</summary>
/// <remarks>
/// <para>One combination ℓ: ν = 2 (ℓΦℓ')² / (g'Wg), g_i = ∂(ℓΦℓ')/∂θ_i = −ℓΦP_iΦℓ' (Satterthwaite, 1946; Giesbrecht &amp; Burns, 1985).</para>
/// <para>Several: LΦL' is rotated to uncorrelated combinations with ν_1 … ν_q; their mean squared t has about the mean of F with
/// ν = 2E/(E − q), E = Σ ν_m/(ν_m − 2) (Fai &amp; Cornelius, 1996); 2 when some ν_m ≤ 2, and ν itself when all are equal.</para>
/// </remarks>
internal sealed class Satterthwaite(MultilevelFitter fitter, double[] point)
    : CoefficientUncertainty(fitter, point, ComponentInformation.Observed(fitter, isRestricted: true, point))
{
    // Degrees of freedom this close are the same one.
    private const double EqualDegrees = 1e-8;

    private double[]? covariance;

    /// <inheritdoc/>
    public override double[] Covariance => covariance ??= Problem.CoefficientCovariance(Phi);

    /// <inheritdoc/>
    public override TestDegrees Degrees(ReadOnlySpan<double> rows, int q)
    {
        if (Parameters.Length == 0)
        {
            return new TestDegrees(double.PositiveInfinity);
        }

        var l = InBasis(rows, q);
        if (q == 1)
        {
            return new TestDegrees(Single(l));
        }

        var own = RowMatrix.Congruence(l, Phi, q, P);
        var vectors = new double[q * q];
        SymmetricEigen.Decompose(own, q, vectors);
        var rotated = RowMatrix.Cross(vectors, l, q, q, P);
        var each = Enumerable.Range(0, q).Select(i => Single(rotated.AsSpan(i * P, P))).ToArray();
        return new TestDegrees(Combined(each));
    }

    private static double Combined(double[] each)
    {
        var q = each.Length;
        if (each.Max() - each.Min() <= EqualDegrees * each.Max())
        {
            return each.Average();
        }

        if (each.Min() <= 2)
        {
            return 2;
        }

        // E − q = Σ 2/(ν − 2), without the cancellation.
        var excess = each.Sum(df => double.IsPositiveInfinity(df) ? 0 : 2 / (df - 2));
        return 2 * (q + excess) / excess;
    }

    private double Single(ReadOnlySpan<double> l)
    {
        var row = l.ToArray();
        var variance = RowMatrix.Congruence(row, Phi, 1, P)[0];
        var gradient = Array.ConvertAll(Slopes, slope => -RowMatrix.Congruence(row, slope, 1, P)[0]);
        var spread = RowMatrix.Congruence(gradient, W, 1, gradient.Length)[0];
        return spread > 0 ? 2 * variance * variance / spread : double.PositiveInfinity;
    }
}
