using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>β̂ and Var(β̂) at a given τ², for the model's weights or any others.</summary>
/// <remarks>
/// With a the weights, √a Q = Z T and X = Q R: β̂ = R⁻¹(T⁻¹Z'√a e + Q'y). With C = (TR)⁻¹ the covariance is CC' for a = 1/(v + τ²)
/// and C Z' diag(a (v + τ²)) Z C' for other weights. An instance can solve again and again; nothing is allocated then.
/// </remarks>
internal sealed class CoefficientEstimates
{
    private readonly int k;
    private readonly int p;
    private readonly double[] roots;
    private readonly double[] scratch;
    private readonly double[] z;
    private readonly double[] basis;
    private readonly double[] t;
    private readonly double[] c;
    private readonly double[] half;
    private readonly double[] product;

    /// <param name="k">Studies.</param>
    /// <param name="design">The design.</param>
    public CoefficientEstimates(int k, Design design)
    {
        this.k = k;
        p = design.Columns;
        Estimates = new double[p];
        Covariance = new double[p * p];
        // An intercept alone needs no basis.
        var (rows, columns) = design.IsInterceptOnly ? (0, 0) : (k, p);
        roots = new double[rows];
        scratch = new double[rows];
        z = new double[rows * columns];
        basis = new double[rows * columns];
        t = new double[columns * columns];
        c = new double[columns * columns];
        half = new double[columns * columns];
        product = new double[columns * columns];
    }

    /// <summary>β̂, p of them.</summary>
    public double[] Estimates { get; }

    /// <summary>p × p by columns, not yet scaled by Knapp and Hartung's factor.</summary>
    public double[] Covariance { get; }

    /// <summary>Σ (y − Xβ̂)²/(v + τ²) at these coefficients.</summary>
    public double Rss { get; private set; }

    /// <summary>½ ln det Q'AQ of the last solution that took the model's own weights: the half log-determinant of the restricted likelihood.</summary>
    public double HalfLogDet { get; private set; }

    /// <summary>Solves.</summary>
    /// <param name="y">Effect sizes.</param>
    /// <param name="profile">Their profile.</param>
    /// <param name="at">The profile at τ².</param>
    /// <param name="weights">Weights a, or null for the model's own.</param>
    /// <param name="design">The design.</param>
    public void Solve(double[] y, VarianceProfile profile, in ProfilePoint at, double[]? weights, Design design)
    {
        if (design.IsInterceptOnly)
        {
            SolveMean(y, profile, at, weights);
        }
        else
        {
            SolveGeneral(y, profile, at.TauSquared, weights, design);
        }
    }

    private void SolveMean(double[] y, VarianceProfile profile, in ProfilePoint at, double[]? weights)
    {
        HalfLogDet = profile.HalfLogDet(at);
        if (weights is null)
        {
            Estimates[0] = at.Mean;
            Covariance[0] = 1 / at.SumW;
            Rss = at.YPy;
            return;
        }

        var v = profile.Variances;
        var sum = VectorKernels.Sum(weights);
        double offset = 0, variance = 0, rss = 0;
        for (var i = 0; i < k; i++)
        {
            var share = weights[i] / sum;
            offset += share * (y[i] - at.Mean);
            variance += share * share * (v[i] + at.TauSquared);
        }

        var mean = at.Mean + offset;
        for (var i = 0; i < k; i++)
        {
            rss += (y[i] - mean) * (y[i] - mean) / (v[i] + at.TauSquared);
        }

        Estimates[0] = mean;
        Covariance[0] = variance;
        Rss = rss;
    }

    private void SolveGeneral(double[] y, VarianceProfile profile, double tau2, double[]? weights, Design design)
    {
        var v = profile.Variances;
        if (weights is not null)
        {
            Factor(null, v, tau2, design);
        }

        Factor(weights, v, tau2, design);
        Project(profile.Residuals);
        Rss = ResidualSum(profile.Residuals, v, tau2, design.Qr.Q);
        for (var j = 0; j < p; j++)
        {
            Estimates[j] += VectorKernels.Dot(design.Qr.Q.AsSpan(j * k, k), y);
        }

        design.Qr.SolveUpper(Estimates);
        InverseOfProduct(design.Qr.R);
        if (weights is null)
        {
            Outer(c);
        }
        else
        {
            Sandwich(v, tau2);
        }
    }

    private void Factor(double[]? weights, double[] v, double tau2, Design design)
    {
        if (weights is null)
        {
            WeightedBasis.Weigh(v, tau2, default, roots);
        }

        for (var i = 0; i < k && weights is not null; i++)
        {
            roots[i] = Math.Sqrt(weights[i]);
        }

        WeightedBasis.Build(design.Qr.Q, roots, k, p, z, t);
        if (weights is null)
        {
            HalfLogDet = Triangular.LogDeterminant(t, p);
        }
    }

    private void Project(double[] residuals)
    {
        VectorKernels.Multiply(roots, residuals, scratch);
        for (var j = 0; j < p; j++)
        {
            Estimates[j] = VectorKernels.Dot(z.AsSpan(j * k, k), scratch);
        }

        Triangular.SolveUpper(t, p, Estimates);
    }

    private double ResidualSum(double[] residuals, double[] v, double tau2, double[] q)
    {
        residuals.CopyTo(scratch, 0);
        for (var j = 0; j < p; j++)
        {
            VectorKernels.AddScaled(-Estimates[j], q.AsSpan(j * k, k), scratch);
        }

        var sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            sum += scratch[i] * scratch[i] / (v[i] + tau2);
        }

        return sum;
    }

    /// <summary>c ← (T R)⁻¹, upper triangular.</summary>
    private void InverseOfProduct(double[] r)
    {
        Array.Clear(c);
        for (var j = 0; j < p; j++)
        {
            var column = c.AsSpan(j * p, p);
            column[j] = 1;
            Triangular.SolveUpper(t, p, column);
            Triangular.SolveUpper(r, p, column);
        }
    }

    private void Sandwich(double[] v, double tau2)
    {
        // The middle Z'DZ is written as half·half' by a basis of √D Z, so that the result is a square again.
        for (var i = 0; i < k; i++)
        {
            scratch[i] = Math.Sqrt(roots[i] * roots[i] * (v[i] + tau2));
        }

        Array.Clear(half);
        WeightedBasis.Build(z, scratch, k, p, basis, half);
        Array.Clear(product);
        for (var i = 0; i < p; i++)
        {
            for (var l = 0; l < p; l++)
            {
                for (var m = 0; m < p; m++)
                {
                    product[(l * p) + i] += c[(m * p) + i] * half[(m * p) + l];
                }
            }
        }

        Outer(product);
    }

    /// <summary>Var(β̂) ← m m'.</summary>
    private void Outer(double[] m)
    {
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var l = 0; l < p; l++)
                {
                    sum += m[(l * p) + i] * m[(l * p) + j];
                }

                Covariance[(j * p) + i] = Covariance[(i * p) + j] = sum;
            }
        }
    }
}
