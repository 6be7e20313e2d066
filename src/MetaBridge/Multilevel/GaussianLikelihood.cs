using MetaBridge.Multilevel.Shapes;
using MetaBridge.Numerics.Dense;
using MetaBridge.Numerics.Optimisation;

namespace MetaBridge.Multilevel;

/// <summary>The restricted or full log-likelihood of y ~ N(Xβ, M(θ)), β profiled out, with gradient and average information.</summary>
/// <remarks>
/// <para>ℓ_ML = −½ { k log 2π + log|M| + r'M⁻¹r };  ℓ_REML = −½ { (k − p) log 2π − log|X'X| + log|M| + log|X'M⁻¹X| + r'M⁻¹r }
/// (Harville, 1974), r = y − Xβ̂. X is replaced by an orthonormal basis Q of its columns, which makes log|X'X| drop out and
/// keeps the normal equations well conditioned.</para>
/// <para>As an objective to minimise it is −ℓ over the free search coordinates; the others keep their values.</para>
/// </remarks>
internal sealed class GaussianLikelihood : ISmoothObjective
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    private readonly int p;
    private readonly int columns;
    private readonly double[] theta;
    private readonly int[] free;
    private readonly double[] normal;
    private readonly double[] inverse;
    private readonly double[] noInverse;
    private readonly double[] coefficients;
    private readonly double[] fullGradient;
    private readonly double[] fullInformation;

    /// <summary>Creates the likelihood.</summary>
    /// <param name="shape">The covariance, bound to [Q y].</param>
    /// <param name="rowCount">k.</param>
    /// <param name="coefficientCount">p.</param>
    /// <param name="isRestricted">REML rather than ML.</param>
    /// <param name="theta">All search coordinates; the values of those not free are kept.</param>
    /// <param name="isFree">Which coordinates are searched.</param>
    public GaussianLikelihood(CovarianceShape shape, int rowCount, int coefficientCount, bool isRestricted, double[] theta, bool[] isFree)
    {
        Shape = shape;
        RowCount = rowCount;
        p = coefficientCount;
        columns = p + 1;
        IsRestricted = isRestricted;
        this.theta = (double[])theta.Clone();
        free = [.. Enumerable.Range(0, theta.Length).Where(i => isFree[i])];
        normal = new double[p * p];
        inverse = new double[p * p];
        noInverse = new double[p * p];
        coefficients = new double[p];
        fullGradient = new double[theta.Length];
        fullInformation = new double[theta.Length * theta.Length];
    }

    /// <summary>The covariance.</summary>
    public CovarianceShape Shape { get; }

    /// <summary>k.</summary>
    public int RowCount { get; }

    /// <summary>REML rather than ML.</summary>
    public bool IsRestricted { get; }

    /// <inheritdoc/>
    public int ParameterCount => free.Length;

    /// <summary>All search coordinates at the last evaluation.</summary>
    public ReadOnlySpan<double> Theta => theta;

    /// <summary>γ̂, the coefficients of the orthonormal basis.</summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    /// <summary>(Q'M⁻¹Q)⁻¹.</summary>
    public ReadOnlySpan<double> InverseInformation => inverse;

    /// <summary>r'M⁻¹r.</summary>
    public double ResidualSumOfSquares { get; private set; }

    /// <summary>log|Q'M⁻¹Q|.</summary>
    public double LogDeterminantInformation { get; private set; }

    /// <summary>ℓ_ML at the last evaluation.</summary>
    public double LogLikelihood => -0.5 * ((RowCount * LogTwoPi) + Shape.LogDeterminant + ResidualSumOfSquares);

    /// <summary>ℓ_REML at the last evaluation.</summary>
    public double RestrictedLogLikelihood =>
        -0.5 * (((RowCount - p) * LogTwoPi) + Shape.LogDeterminant + LogDeterminantInformation + ResidualSumOfSquares);

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> x)
    {
        for (var i = 0; i < free.Length; i++)
        {
            theta[free[i]] = x[i];
        }

        if (!Shape.Factor(theta) || !ProfileCoefficients())
        {
            return double.PositiveInfinity;
        }

        var value = -(IsRestricted ? RestrictedLogLikelihood : LogLikelihood);
        return double.IsFinite(value) ? value : double.PositiveInfinity;
    }

    /// <inheritdoc/>
    public void Derivatives(Span<double> gradient, Span<double> curvature)
    {
        var c = IsRestricted ? inverse : noInverse;
        Array.Clear(fullGradient);
        Shape.AddGradient(coefficients, c, fullGradient);
        for (var i = 0; i < free.Length; i++)
        {
            gradient[i] = -fullGradient[free[i]];
        }

        if (curvature.IsEmpty)
        {
            return;
        }

        // Projecting with C also under ML: y'PṀPṀPy is the curvature of the profiled residual sum of squares.
        Array.Clear(fullInformation);
        Shape.AddInformation(inverse, fullInformation);
        for (var i = 0; i < free.Length; i++)
        {
            for (var j = 0; j < free.Length; j++)
            {
                curvature[(i * free.Length) + j] = fullInformation[(free[i] * theta.Length) + free[j]];
            }
        }
    }

    private bool ProfileCoefficients()
    {
        var s = Shape.CrossProducts;
        for (var i = 0; i < p; i++)
        {
            s.Slice(i * columns, p).CopyTo(normal.AsSpan(i * p));
            coefficients[i] = s[(i * columns) + p];
        }

        if (!SmallCholesky.Factor(normal, p))
        {
            return false;
        }

        LogDeterminantInformation = SmallCholesky.LogDeterminant(normal, p);
        SmallCholesky.SolveLower(normal, p, coefficients);
        var explained = 0.0;
        foreach (var c in coefficients)
        {
            explained += c * c;
        }

        ResidualSumOfSquares = s[(p * columns) + p] - explained;
        SmallCholesky.SolveUpper(normal, p, coefficients);
        SmallCholesky.Inverse(normal, p, inverse);
        return true;
    }
}
