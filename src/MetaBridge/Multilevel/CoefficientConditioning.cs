using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel;

/// <summary>How badly conditioned the normal equations X'M⁻¹X are whose inverse is Var(β̂).</summary>
internal static class CoefficientConditioning
{
    // An eigenvalue smaller than this part of the largest is rounding.
    private const double Rounding = 2.220446049250313e-16;

    /// <summary>Largest over smallest eigenvalue of Var(β̂); 1 for a single coefficient.</summary>
    public static double Of(double[] covariance, int p)
    {
        if (p <= 1 || covariance.Length != p * p || !Array.TrueForAll(covariance, double.IsFinite))
        {
            return 1;
        }

        var a = (double[])covariance.Clone();
        SymmetricEigen.Decompose(a, p, new double[p * p]);
        var eigenvalues = Enumerable.Range(0, p).Select(i => a[(i * p) + i]).ToArray();
        var largest = eigenvalues.Max();
        return largest > 0 ? largest / Math.Max(eigenvalues.Min(), Rounding * largest) : 1;
    }
}
