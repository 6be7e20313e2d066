using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>The coefficients without some rows, at the components of the full fit.</summary>
/// <param name="Change">β̂ − β̂₍₋c₎.</param>
/// <param name="Covariance">Var(β̂₍₋c₎), p × p.</param>
internal sealed record DeletedCoefficients(double[] Change, double[] Covariance);

/// <summary>Deletes rows from a fit by downdating, without factorising M again.</summary>
/// <remarks>
/// <para>Generalised least squares, rows c that M connects with no others, S = X'M⁻¹X, S_c = X_c'M_cc⁻¹X_c: Var(β̂₍₋c₎) = (S − S_c)⁻¹ and
/// β̂ − β̂₍₋c₎ = (S − S_c)⁻¹X_c'M_cc⁻¹r_c, of order p alone. Connected rows: with K = (M⁻¹)_cc, U = M⁻¹X and P_cc = K − U_c S⁻¹U_c' (Christensen, Pearson &amp; Johnson,
/// 1992; Haslett &amp; Dillane, 2004) β̂ − β̂₍₋c₎ = S⁻¹U_c'P_cc⁻¹a_c and Var(β̂₍₋c₎) = S⁻¹ + S⁻¹U_c'P_cc⁻¹U_cS⁻¹.</para>
/// <para>Custom weights: X'WX and X'WMWX less what the rows add to them.</para>
/// </remarks>
internal sealed class Deletion
{
    // A coefficient of which less than this part of the information is left can't be estimated from the rest.
    private const double LeastInformation = 1e-10;

    private readonly FittedModel model;
    private readonly int p;
    private readonly double[] information;
    private readonly double[] weightedMeat;
    private readonly double[] weightedProducts;

    public Deletion(FittedModel model)
    {
        this.model = model;
        p = model.CoefficientCount;
        var left = model.Weights is null ? model.InverseX : Weighted(model);
        information = Cross(model.X, left, p);
        weightedProducts = model.Weights is null ? [] : model.Multiply(left, p);
        weightedMeat = model.Weights is null ? [] : Cross(left, weightedProducts, p);
    }

    /// <summary>The coefficients without the given rows; null when the rest doesn't determine them.</summary>
    public DeletedCoefficients? Without(int[] rows, bool areIndependent) => model.Weights is not null ? WeightedWithout(rows, areIndependent)
        : areIndependent ? IndependentWithout(rows)
        : ConnectedWithout(rows);

    private DeletedCoefficients? IndependentWithout(int[] rows)
    {
        var rest = (double[])information.Clone();
        var g = new double[p];
        foreach (var i in rows)
        {
            for (var a = 0; a < p; a++)
            {
                var x = model.X[(i * p) + a];
                g[a] += x * model.InverseResiduals[i];
                for (var b = 0; b < p; b++)
                {
                    rest[(a * p) + b] -= x * model.InverseX[(i * p) + b];
                }
            }
        }

        return Inverse(rest, information, p) is { } covariance ? new DeletedCoefficients(Product(covariance, g, p), covariance) : null;
    }

    private DeletedCoefficients? ConnectedWithout(int[] rows)
    {
        var n = rows.Length;
        var vb = model.CoefficientCovariance;
        var projector = model.Problem.Shape.InverseBlock(rows);
        var scale = (double[])projector.Clone();
        var half = new double[n * p];
        for (var i = 0; i < n; i++)
        {
            Product(vb, model.InverseX.AsSpan(rows[i] * p, p), p).CopyTo(half, i * p);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                projector[(i * n) + j] -= DenseKernels.Dot(half.AsSpan(i * p, p), model.InverseX.AsSpan(rows[j] * p, p));
            }
        }

        if (Inverse(projector, scale, n) is not { } inverse)
        {
            return null;
        }

        var change = new double[p];
        var covariance = (double[])vb.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var q = inverse[(i * n) + j];
                for (var a = 0; a < p; a++)
                {
                    change[a] += half[(i * p) + a] * q * model.InverseResiduals[rows[j]];
                    for (var b = 0; b < p; b++)
                    {
                        covariance[(a * p) + b] += half[(i * p) + a] * q * half[(j * p) + b];
                    }
                }
            }
        }

        return new DeletedCoefficients(change, covariance);
    }

    private DeletedCoefficients? WeightedWithout(int[] rows, bool areIndependent)
    {
        var (rest, meat) = ((double[])information.Clone(), (double[])weightedMeat.Clone());
        var w = model.Weights!;
        var g = new double[p];
        foreach (var i in rows)
        {
            for (var a = 0; a < p; a++)
            {
                var wx = w[i] * model.X[(i * p) + a];
                g[a] += wx * model.Residuals[i];
                for (var b = 0; b < p; b++)
                {
                    rest[(a * p) + b] -= wx * model.X[(i * p) + b];
                    // Of an independent case M_cc W_c X_c is its part of M W X, and the cross term appears once.
                    meat[(a * p) + b] -= wx * weightedProducts[(i * p) + b];
                    meat[(b * p) + a] -= areIndependent ? 0 : wx * weightedProducts[(i * p) + b];
                }
            }
        }

        if (!areIndependent)
        {
            AddOwnMeat(rows, meat);
        }

        if (Inverse(rest, information, p) is not { } bread)
        {
            return null;
        }

        return new DeletedCoefficients(Product(bread, g, p), Multiply(Multiply(bread, meat, p), bread, p));
    }

    // X_c'W_c M_cc W_c X_c, which taking both cross terms off has taken off twice.
    private void AddOwnMeat(int[] rows, double[] meat)
    {
        var (n, w) = (rows.Length, model.Weights!);
        var block = model.Problem.Shape.CovarianceBlock(rows);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var m = w[rows[i]] * block[(i * n) + j] * w[rows[j]];
                for (var a = 0; a < p; a++)
                {
                    for (var b = 0; b < p; b++)
                    {
                        meat[(a * p) + b] += model.X[(rows[i] * p) + a] * m * model.X[(rows[j] * p) + b];
                    }
                }
            }
        }
    }

    private static double[] Weighted(FittedModel model)
    {
        var p = model.CoefficientCount;
        var wx = new double[model.X.Length];
        for (var i = 0; i < wx.Length; i++)
        {
            wx[i] = model.Weights![i / p] * model.X[i];
        }

        return wx;
    }

    private static double[] Cross(double[] x, double[] y, int p)
    {
        var cross = new double[p * p];
        for (var i = 0; i < x.Length; i += p)
        {
            for (var a = 0; a < p; a++)
            {
                for (var b = 0; b < p; b++)
                {
                    cross[(a * p) + b] += x[i + a] * y[i + b];
                }
            }
        }

        return cross;
    }

    /// <summary>A⁻¹ of a positive definite matrix; null where a pivot is nothing but rounding beside the diagonal of <paramref name="scale"/>.</summary>
    public static double[]? Inverse(double[] a, double[] scale, int n)
    {
        var roots = new double[n];
        for (var i = 0; i < n; i++)
        {
            roots[i] = Math.Sqrt(scale[(i * n) + i]);
        }

        var l = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                l[(i * n) + j] = a[(i * n) + j] / (roots[i] * roots[j]);
            }
        }

        if (!SmallCholesky.Factor(l, n) || Enumerable.Range(0, n).Any(i => !(l[(i * n) + i] * l[(i * n) + i] > LeastInformation)))
        {
            return null;
        }

        var inverse = new double[n * n];
        SmallCholesky.Inverse(l, n, inverse);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                inverse[(i * n) + j] /= roots[i] * roots[j];
            }
        }

        return inverse;
    }

    /// <summary>A x.</summary>
    public static double[] Product(ReadOnlySpan<double> a, ReadOnlySpan<double> x, int n)
    {
        var y = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                y[i] += a[(i * n) + j] * x[j];
            }
        }

        return y;
    }

    private static double[] Multiply(double[] a, double[] b, int n)
    {
        var c = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var t = 0; t < n; t++)
                {
                    c[(i * n) + j] += a[(i * n) + t] * b[(t * n) + j];
                }
            }
        }

        return c;
    }
}
