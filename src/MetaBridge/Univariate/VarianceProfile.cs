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
/// <param name="Mean">The weighted mean, of a model with an intercept alone.</param>
/// <param name="MeanSlope">How it changes with τ².</param>
internal readonly record struct ProfilePoint(
    double TauSquared,
    double YPy,
    double YPPy,
    double YPPPy,
    double SumW,
    double SumWw,
    double TrP,
    double TrPp,
    double Mean = double.NaN,
    double MeanSlope = double.NaN);

/// <summary>Quadratic forms and traces of P = W − WX(X'WX)⁻¹X'W, W = diag(1/(v + τ²)), as functions of τ².</summary>
/// <remarks>
/// <para>Symbols: y effect sizes (k), v variances (k), X = QR design (k × p), w = 1/(v + τ²), e = residuals of the unweighted regression
/// (P y = P e, so a shift of y by any Xb changes nothing, not even rounding much), Z an orthonormal basis of √W Q (k × p),
/// h the row sums of squares of Z, u = (I − ZZ')√W e. Then y'Py = u'u, y'PPy = Σ w u², y'PPPy = Σ w²u² − |Z'(w∘u)|²,
/// tr P = Σ w(1 − h), tr PP = Σ w²(1 − 2h) + |Z'WZ|².</para>
/// <para>With an intercept alone all of this is a few sums in one pass (<see cref="InterceptSums"/>), taken about the weighted mean of the point before.</para>
/// <para>Cost O(k p²) a point, no k × k matrix, no allocation. Every one of YPy, YPPy, YPPPy, TrP, TrPp decreases in τ².</para>
/// <para>The arrays that a profile was made of may change between fits; <see cref="Restart(in SampleSummary, in SampleSummary)"/> then makes it forget the old ones.</para>
/// </remarks>
internal sealed class VarianceProfile
{
    private const double LogTwoPi = 1.8378770664093454835606594728112;
    private const int MaxStackColumns = 16;

    private double[] y;
    private readonly double[] v;
    private readonly Design design;
    private readonly bool centred;
    private readonly int k;
    private readonly int p;
    private readonly double[] w;
    private readonly double[] u;
    private readonly double[] z;
    private readonly double[] scratch;
    private double[]? e;
    private SampleSummary effects;
    private SampleSummary variances;
    private double shift;
    private bool hasResiduals;
    private int mostPrecise = -1;

    /// <param name="effects">y.</param>
    /// <param name="variances">v.</param>
    /// <param name="design">X.</param>
    /// <param name="centred">Whether to take the mean out of y first: it changes nothing but rounding when a constant is in the span of X.</param>
    /// <param name="ofEffects">The summary of y, if it is known.</param>
    /// <param name="ofVariances">The summary of v, if it is known.</param>
    public VarianceProfile(
        double[] effects, double[] variances, Design design, bool centred, SampleSummary? ofEffects = null, SampleSummary? ofVariances = null)
    {
        y = effects;
        v = variances;
        this.design = design;
        this.centred = centred;
        k = variances.Length;
        p = design.Columns;
        IsInterceptOnly = design.IsInterceptOnly;
        w = IsInterceptOnly ? [] : new double[k];
        u = IsInterceptOnly ? [] : new double[k];
        scratch = IsInterceptOnly ? [] : new double[k];
        z = IsInterceptOnly ? [] : new double[k * p];
        Restart(ofEffects ?? SampleSummary.Of(y), ofVariances ?? SampleSummary.Of(v));
    }

    /// <summary>Whether the only coefficient is an intercept.</summary>
    public bool IsInterceptOnly { get; }

    /// <summary>How many points were evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>k.</summary>
    public int Count => k;

    /// <summary>k − p.</summary>
    public int ResidualDf => k - p;

    /// <summary>v.</summary>
    public double[] Variances => v;

    /// <summary>The smallest and the largest variance.</summary>
    public (double Smallest, double Largest) VarianceRange => (variances.Smallest, variances.Largest);

    /// <summary>Hedges and Olkin's (1985) estimate, which may be negative: where to start a search.</summary>
    public double RoughEstimate => IsInterceptOnly
        ? (effects.Squares / (k - 1)) - variances.Mean
        : (ResidualSquares - UnweightedTrace) / (k - p);

    /// <summary>e, the residuals of the unweighted regression.</summary>
    public double[] Residuals
    {
        get
        {
            if (!hasResiduals)
            {
                FindResiduals();
            }

            return e!;
        }
    }

    /// <summary>Σ e².</summary>
    public double ResidualSquares => IsInterceptOnly ? VectorKernels.SquaresAbout(y, effects.Mean) : VectorKernels.Dot(Residuals, Residuals);

    /// <summary>tr(P V) with unit weights, Σ v (1 − h).</summary>
    public double UnweightedTrace
    {
        get
        {
            var sum = k * variances.Mean;
            if (IsInterceptOnly)
            {
                return sum - (sum / k);
            }

            for (var j = 0; j < p; j++)
            {
                var column = design.Qr.Q.AsSpan(j * k, k);
                sum -= VectorKernels.Dot(column, column, v);
            }

            return sum;
        }
    }

    /// <summary>Σ (y − ȳ)² / k.</summary>
    public double CrudeVariance => VectorKernels.SquaresAbout(y, effects.Mean) / k;

    /// <summary>Forgets what was derived from y and X, and from v too.</summary>
    /// <param name="ofEffects">The summary of y as it is now.</param>
    /// <param name="ofVariances">The summary of v as it is now.</param>
    public void Restart(in SampleSummary ofEffects, in SampleSummary ofVariances)
    {
        variances = ofVariances;
        mostPrecise = -1;
        Restart(ofEffects);
    }

    /// <summary>Forgets what was derived from y and X.</summary>
    /// <param name="ofEffects">The summary of y as it is now.</param>
    public void Restart(in SampleSummary ofEffects)
    {
        effects = ofEffects;
        shift = effects.Mean;
        hasResiduals = false;
        Evaluations = 0;
    }

    /// <summary>Takes other effect sizes, as many as before, and forgets what was derived from the last.</summary>
    /// <param name="values">y.</param>
    /// <param name="ofValues">Their summary.</param>
    public void Restart(double[] values, in SampleSummary ofValues)
    {
        y = values;
        Restart(ofValues);
    }

    /// <summary>Evaluates at one τ².</summary>
    public ProfilePoint At(double tau2)
    {
        At(tau2, out var point);
        return point;
    }

    /// <summary>The same, written where it is to stand.</summary>
    public void At(double tau2, out ProfilePoint point)
    {
        Evaluations++;
        point = IsInterceptOnly ? InterceptPoint(tau2) : GeneralPoint(tau2);
    }

    /// <summary>Σ ln(v + τ²).</summary>
    public double LogDeterminant(double tau2) => LogSums.OfShifted(v, tau2, VarianceRange);

    /// <summary>Σ ln(v + τ²) and Σ ln v; the second is not a number when a variance is zero.</summary>
    public (double At, double AtZero) LogDeterminants(double tau2)
    {
        if (tau2 > 0 && VarianceRange.Smallest > 0)
        {
            return LogSums.OfShifted(v, tau2, 0, VarianceRange);
        }

        var one = LogDeterminant(tau2);
        return (one, tau2 == 0 ? one : double.NaN);
    }

    /// <summary>The log-likelihood maximised over β, and the restricted one with metafor's + ½ ln|X'X| (Harville, 1974).</summary>
    public (double Ml, double Reml) LogLikelihoodsAt(double tau2)
    {
        var point = At(tau2);
        return LogLikelihoods(-LogDeterminant(tau2), HalfLogDet(point), point.YPy, k, p);
    }

    /// <summary>½ ln|Q'WQ|.</summary>
    public double HalfLogDet(in ProfilePoint at)
    {
        if (IsInterceptOnly)
        {
            return Math.Log(at.SumW / k) / 2;
        }

        Span<double> t = p <= MaxStackColumns ? stackalloc double[p * p] : new double[p * p];
        WeightedBasis.Weigh(v, at.TauSquared, w, scratch);

        WeightedBasis.Build(design.Qr.Q, scratch, k, p, z, t);
        return Triangular.LogDeterminant(t, p);
    }

    /// <summary>Both log-likelihoods from ln det W, ½ ln det Q'WQ and the residual sum of squares.</summary>
    public static (double Ml, double Reml) LogLikelihoods(double logDetW, double halfLogDet, double rss, int k, int p)
    {
        var common = (logDetW - rss) / 2;
        // ½ ln|X'X| − ½ ln|X'WX| = −½ ln|Q'WQ|, since R cancels.
        return (common - (k / 2.0 * LogTwoPi), common - halfLogDet - ((k - p) / 2.0 * LogTwoPi));
    }

    private void FindResiduals()
    {
        e ??= new double[k];
        var start = centred ? effects.Mean : 0;
        for (var i = 0; i < k; i++)
        {
            e[i] = y[i] - start;
        }

        // Twice, so that what is left of a large shift doesn't count.
        WeightedBasis.TakeOut(design.Qr.Q, k, p, e);
        WeightedBasis.TakeOut(design.Qr.Q, k, p, e);
        hasResiduals = true;
    }

    private ProfilePoint InterceptPoint(double tau2)
    {
        var sums = InterceptSums.Of(y, v, tau2, shift);
        var offset = sums.Offset;
        if (!sums.IsCentred)
        {
            shift += offset;
            sums = InterceptSums.Of(y, v, tau2, shift);
            offset = sums.Offset;
        }

        shift += offset;
        return DominatedSums.Apply(sums)
            ? DominatedSums.At(y, v, tau2, MostPrecise())
            : sums.ToPoint(tau2, shift);
    }

    private int MostPrecise()
    {
        if (mostPrecise < 0)
        {
            mostPrecise = Array.IndexOf(v, variances.Smallest);
        }

        return mostPrecise;
    }

    private ProfilePoint GeneralPoint(double tau2)
    {
        WeightedBasis.Weigh(v, tau2, w, scratch);
        double trP = VectorKernels.Sum(w), trPp = VectorKernels.Dot(w, w);
        var (s1, s2) = (trP, trPp);
        WeightedBasis.Build(design.Qr.Q, scratch, k, p, z, default);
        VectorKernels.Multiply(scratch, Residuals, u);
        WeightedBasis.TakeOut(z, k, p, u);
        var ypy = VectorKernels.Dot(u, u);
        VectorKernels.Multiply(w, u, scratch);
        var yppy = VectorKernels.Dot(u, scratch);
        var ypppy = VectorKernels.Dot(scratch, scratch);
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
