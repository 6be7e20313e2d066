using System.Numerics;
using System.Runtime.InteropServices;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>What all searches for τ² need to know at one value of it.</summary>
/// <param name="TauSquared">τ².</param>
/// <param name="YPy">y'Py, the weighted residual sum of squares.</param>
/// <param name="YPPy">y'PPy.</param>
/// <param name="YPPPy">y'PPPy.</param>
/// <param name="SumW">Σ w.</param>
/// <param name="SumWw">Σ w².</param>
/// <param name="TrP">tr P.</param>
/// <param name="TrPp">tr PP.</param>
internal readonly record struct ProfilePoint(
    double TauSquared, double YPy, double YPPy, double YPPPy, double SumW, double SumWw, double TrP, double TrPp);

/// <summary>Quadratic forms and traces of P = W − WX(X'WX)⁻¹X'W, W = diag(1/(v + τ²)), as functions of τ².</summary>
/// <remarks>
/// <para>Symbols: y effect sizes (k), v variances (k), X = QR design (k × p), w = 1/(v + τ²), e = residuals of the unweighted regression
/// (P y = P e, so a shift of y by any Xb changes nothing, not even rounding much), Z an orthonormal basis of √W Q (k × p),
/// h the row sums of squares of Z, u = (I − ZZ')√W e. Then y'Py = u'u, y'PPy = Σ w u², y'PPPy = Σ w²u² − |Z'(w∘u)|²,
/// tr P = Σ w(1 − h), tr PP = Σ w²(1 − 2h) + |Z'WZ|².</para>
/// <para>Cost O(k p²) a point, no k × k matrix, no allocation. Every one of YPy, YPPy, YPPPy, TrP, TrPp decreases in τ².</para>
/// </remarks>
internal sealed class VarianceProfile
{
    private const double LogTwoPi = 1.8378770664093454835606594728112;
    private const int MaxStackColumns = 16;

    private readonly double[] v;
    private readonly double[] e;
    private readonly double[] q;
    private readonly int k;
    private readonly int p;
    private readonly bool isInterceptOnly;
    private readonly double[] w;
    private readonly double[] u;
    private readonly double[] z;
    private readonly double[] scratch;

    public VarianceProfile(double[] residuals, double[] variances, Design design, double crudeVariance)
    {
        CrudeVariance = crudeVariance;
        e = residuals;
        v = variances;
        q = design.Qr.Q;
        k = variances.Length;
        p = design.Columns;
        isInterceptOnly = p == 1 && design.HasIntercept;
        w = new double[k];
        u = isInterceptOnly ? [] : new double[k];
        scratch = isInterceptOnly ? [] : new double[k];
        z = isInterceptOnly ? [] : new double[k * p];
    }

    /// <summary>How many points were evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Σ (y − ȳ)² / k.</summary>
    public double CrudeVariance { get; }

    /// <summary>k.</summary>
    public int Count => k;

    /// <summary>k − p.</summary>
    public int ResidualDf => k - p;

    /// <summary>v.</summary>
    public double[] Variances => v;

    /// <summary>e, the residuals of the unweighted regression.</summary>
    public double[] Residuals => e;

    /// <summary>Evaluates at one τ².</summary>
    public ProfilePoint At(double tau2)
    {
        Evaluations++;
        return isInterceptOnly ? InterceptPoint(tau2) : GeneralPoint(tau2);
    }

    private ProfilePoint InterceptPoint(double tau2)
    {
        var (s1, s2, s3, sy) = WeightSums(tau2);
        var mean = sy / s1;
        var (a, b, c, d) = ResidualSums(mean);
        var ratio = s2 / s1;
        return new ProfilePoint(
            tau2, a, b, c - (d * d / s1), s1, s2, s1 - ratio, s2 - (2 * s3 / s1) + (ratio * ratio));
    }

    private (double S1, double S2, double S3, double Sy) WeightSums(double tau2)
    {
        var vv = MemoryMarshal.Cast<double, Vector<double>>(v.AsSpan());
        var ve = MemoryMarshal.Cast<double, Vector<double>>(e.AsSpan());
        var vw = MemoryMarshal.Cast<double, Vector<double>>(w.AsSpan());
        var t = new Vector<double>(tau2);
        Vector<double> a1 = default, a2 = default, a3 = default, ay = default;
        for (var i = 0; i < vv.Length; i++)
        {
            var x = Vector<double>.One / (vv[i] + t);
            vw[i] = x;
            var xx = x * x;
            a1 += x;
            a2 += xx;
            a3 += xx * x;
            ay += x * ve[i];
        }

        double s1 = Vector.Sum(a1), s2 = Vector.Sum(a2), s3 = Vector.Sum(a3), sy = Vector.Sum(ay);
        for (var i = vv.Length * Vector<double>.Count; i < k; i++)
        {
            var x = 1 / (v[i] + tau2);
            w[i] = x;
            s1 += x;
            s2 += x * x;
            s3 += x * x * x;
            sy += x * e[i];
        }

        return (s1, s2, s3, sy);
    }

    /// <summary>Σ w r², Σ w²r², Σ w³r², Σ w²r for the residuals r about the mean.</summary>
    private (double A, double B, double C, double D) ResidualSums(double mean)
    {
        var ve = MemoryMarshal.Cast<double, Vector<double>>(e.AsSpan());
        var vw = MemoryMarshal.Cast<double, Vector<double>>(w.AsSpan());
        var m = new Vector<double>(mean);
        Vector<double> va = default, vb = default, vc = default, vd = default;
        for (var i = 0; i < ve.Length; i++)
        {
            var r = ve[i] - m;
            var wr = vw[i] * r;
            var wwr = vw[i] * wr;
            va += wr * r;
            vb += wr * wr;
            vc += wr * wwr;
            vd += wwr;
        }

        double a = Vector.Sum(va), b = Vector.Sum(vb), c = Vector.Sum(vc), d = Vector.Sum(vd);
        for (var i = ve.Length * Vector<double>.Count; i < k; i++)
        {
            var r = e[i] - mean;
            var wr = w[i] * r;
            a += wr * r;
            b += wr * wr;
            c += wr * w[i] * wr;
            d += w[i] * wr;
        }

        return (a, b, c, d);
    }

    private ProfilePoint GeneralPoint(double tau2)
    {
        double s1 = 0, s2 = 0;
        for (var i = 0; i < k; i++)
        {
            var x = 1 / (v[i] + tau2);
            w[i] = x;
            s1 += x;
            s2 += x * x;
            scratch[i] = Math.Sqrt(x);
        }

        WeightedBasis.Build(q, scratch, k, p, z, default);
        VectorKernels.Multiply(scratch, e, u);
        WeightedBasis.TakeOut(z, k, p, u);
        var ypy = VectorKernels.Dot(u, u);
        VectorKernels.Multiply(w, u, scratch);
        var yppy = VectorKernels.Dot(u, scratch);
        var ypppy = VectorKernels.Dot(scratch, scratch);
        double trP = s1, trPp = s2;
        for (var j = 0; j < p; j++)
        {
            var column = z.AsSpan(j * k, k);
            var projection = VectorKernels.Dot(column, scratch);
            ypppy -= projection * projection;
            var diagonal = VectorKernels.Dot(column, column, w);
            trP -= diagonal;
            trPp += diagonal * diagonal;
        }

        trPp += OffDiagonal() - (2 * WeightedSquares());
        return new ProfilePoint(tau2, ypy, yppy, ypppy, s1, s2, trP, trPp);
    }

    /// <summary>The log-likelihood maximised over β, and the restricted one with metafor's + ½ ln|X'X| (Harville, 1974).</summary>
    public (double Ml, double Reml) LogLikelihoodsAt(double tau2)
    {
        Span<double> t = p <= MaxStackColumns ? stackalloc double[p * p] : new double[p * p];
        var roots = isInterceptOnly ? new double[k] : scratch;
        var basis = isInterceptOnly ? new double[k] : z;
        for (var i = 0; i < k; i++)
        {
            roots[i] = Math.Sqrt(1 / (v[i] + tau2));
        }

        WeightedBasis.Build(q, roots, k, p, basis, t);
        var logDetW = -LogSums.OfShifted(v, tau2);
        // ½ ln|X'X| − ½ ln|X'WX| = −½ ln|Q'WQ|, since R cancels.
        return LogLikelihoods(logDetW, Triangular.LogDeterminant(t, p), At(tau2).YPy, k, p);
    }

    /// <summary>Both log-likelihoods from ln det W, ½ ln det Q'WQ and the residual sum of squares.</summary>
    public static (double Ml, double Reml) LogLikelihoods(double logDetW, double halfLogDet, double rss, int k, int p)
    {
        var common = (logDetW - rss) / 2;
        return (common - (k / 2.0 * LogTwoPi), common - halfLogDet - ((k - p) / 2.0 * LogTwoPi));
    }

    /// <summary>Σ over j ≠ l of (Z'WZ)².</summary>
    private double OffDiagonal()
    {
        var sum = 0.0;
        for (var j = 1; j < p; j++)
        {
            for (var l = 0; l < j; l++)
            {
                var element = VectorKernels.Dot(z.AsSpan(j * k, k), z.AsSpan(l * k, k), w);
                sum += 2 * element * element;
            }
        }

        return sum;
    }

    /// <summary>Σ w² h.</summary>
    private double WeightedSquares()
    {
        VectorKernels.Multiply(w, w, scratch);
        var sum = 0.0;
        for (var j = 0; j < p; j++)
        {
            var column = z.AsSpan(j * k, k);
            sum += VectorKernels.Dot(column, column, scratch);
        }

        return sum;
    }
}
