using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate.Batch;

/// <summary>
/// Fits one model again and again: to other effect sizes, to some of the rows, or with the rows of the model matrix in another order. All that
/// depends on the variances and the model matrix alone is done once.
/// </summary>
/// <remarks>
/// <para>For permutation tests, all-subsets and leave-one-out analyses, the bootstrap and simulations. The numbers are those of
/// <see cref="UnivariateEngine.Fit"/> on the same data, with the same proof of the highest likelihood. τ² may be estimated by any method.</para>
/// <para>An instance serves one thread at a time; results don't depend on what it fitted before. A fit allocates nothing, except with the estimators GENQ and GENQM,
/// with several likelihood maxima, and the first time that a number of rows occurs.</para>
/// </remarks>
public sealed class UnivariateRefitter
{
    /// <summary>Room for subsets of different sizes is given back when it holds more numbers than this.</summary>
    private const long MostNumbersKept = 1L << 22;

    private readonly UnivariateSettings settings;
    private readonly Design design;
    private readonly double[] variances;
    private readonly double[]? weights;
    private readonly int k;
    private readonly RefitCore whole;
    private readonly Dictionary<int, RefitCore> bySize = [];
    private RefitCore? rearranged;
    private RefitCore last;
    private double[] columns = [];
    private long numbersKept;

    /// <summary>Prepares fits.</summary>
    /// <param name="variances">v: k sampling variances.</param>
    /// <param name="design">X: k × p by columns, with its intercept column if there is to be one; null for an intercept alone. Redundant columns are dropped.</param>
    /// <param name="settings">What to estimate.</param>
    /// <param name="weights">Custom weights, k of them, or null.</param>
    /// <exception cref="MetaBridgeException">As <see cref="UnivariateEngine.Fit"/>, for all that doesn't depend on effect sizes.</exception>
    public UnivariateRefitter(double[] variances, double[]? design, UnivariateSettings settings, double[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(variances);
        ArgumentNullException.ThrowIfNull(settings);
        k = variances.Length;
        var input = new UnivariateInput { EffectSizes = new double[k], Variances = variances, Design = design, Weights = weights };
        InputChecks.Check(input, settings, SampleSummary.Of(input.EffectSizes), SampleSummary.Of(variances));
        this.design = Design.Prepare(design, null, k);
        InputChecks.CheckCounts(input, settings, this.design);
        if (settings.Method is (Specs.HeterogeneityMethod.GeneralizedQ or Specs.HeterogeneityMethod.GeneralizedQMedian) && weights is null && settings.TauSquared is null)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "The estimators GENQ and GENQM need weights.");
        }

        this.settings = settings;
        this.variances = [.. variances];
        this.weights = weights is null ? null : [.. weights];
        whole = NewCore(k);
        Load(whole);
        last = whole;
    }

    /// <summary>k, the number of studies that the model was made for.</summary>
    public int StudyCount => k;

    /// <summary>p, without redundant columns.</summary>
    public int CoefficientCount => design.Columns;

    /// <summary>Names of redundant columns that were dropped.</summary>
    public IReadOnlyList<string> DroppedColumns => design.Dropped;

    /// <summary>β̂ of the last fit that gave a result; valid until the next.</summary>
    public ReadOnlySpan<double> Estimates => last.Estimates;

    /// <summary>Standard errors of the last fit that gave a result; valid until the next.</summary>
    public ReadOnlySpan<double> StandardErrors => last.StandardErrors;

    /// <summary>z or t values of the last fit that gave a result; valid until the next.</summary>
    public ReadOnlySpan<double> Statistics => last.Statistics;

    /// <summary>Var(β̂) of the last fit, p × p by columns; valid until the next.</summary>
    public ReadOnlySpan<double> Covariance => last.Covariance;

    /// <summary>Fits other effect sizes.</summary>
    /// <param name="effects">y, k of them.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> when there are not k of them.</exception>
    public UnivariateRefit Fit(ReadOnlySpan<double> effects)
    {
        CheckLength("effect sizes", effects.Length, k);
        effects.CopyTo(whole.Effects);
        last = whole;
        return whole.Fit(sameVariances: true);
    }

    /// <summary>Fits other effect sizes, which are read where they stand and not copied.</summary>
    /// <param name="effects">y, k of them.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> when there are not k of them.</exception>
    public UnivariateRefit Fit(double[] effects)
    {
        ArgumentNullException.ThrowIfNull(effects);
        CheckLength("effect sizes", effects.Length, k);
        last = whole;
        return whole.Fit(effects, sameVariances: true);
    }

    /// <summary>Fits some of the studies.</summary>
    /// <param name="effects">y, of all k studies.</param>
    /// <param name="rows">Which studies, counted from 0, in any order; one that occurs twice counts twice.</param>
    /// <remarks>The status is <see cref="RefitStatus.RankDeficient"/> when a column is redundant in these rows.</remarks>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> when there are not k effect sizes.</exception>
    public UnivariateRefit FitRows(ReadOnlySpan<double> effects, ReadOnlySpan<int> rows)
    {
        CheckLength("effect sizes", effects.Length, k);
        if (rows.Length < design.Columns)
        {
            return UnivariateRefit.Missing(RefitStatus.TooFewStudies);
        }

        var core = CoreOf(rows.Length);
        last = core;
        for (var i = 0; i < rows.Length; i++)
        {
            core.Effects[i] = effects[rows[i]];
            core.Variances[i] = variances[rows[i]];
            if (weights is not null)
            {
                core.Weights![i] = weights[rows[i]];
            }
        }

        return TakeRows(core, design.IsInterceptOnly ? [] : design.X, rows)
            ? core.Fit(sameVariances: false)
            : UnivariateRefit.Missing(RefitStatus.RankDeficient);
    }

    /// <summary>Fits with the rows of the model matrix in another order, as a permutation test of the moderators does.</summary>
    /// <param name="effects">y, k of them.</param>
    /// <param name="order">Study i gets row order[i] of the model matrix, counted from 0.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> when there are not k of both.</exception>
    public UnivariateRefit FitPermuted(ReadOnlySpan<double> effects, ReadOnlySpan<int> order)
    {
        CheckLength("row numbers", order.Length, k);
        if (design.IsInterceptOnly)
        {
            return Fit(effects);
        }

        var core = Rearranged(effects);
        // X = QR with other rows is QR with the same other rows of Q.
        var (from, to) = (design.Qr.Q, core.Design.Qr.Q);
        for (var start = 0; start < from.Length; start += k)
        {
            for (var i = 0; i < k; i++)
            {
                to[start + i] = from[start + order[i]];
            }
        }

        design.Qr.R.CopyTo(core.Design.Qr.R, 0);
        return core.Fit(sameVariances: true);
    }

    /// <summary>Fits with another model matrix of the same shape.</summary>
    /// <param name="effects">y, k of them.</param>
    /// <param name="matrix">X with the columns that this model has after redundant ones were dropped, k × p by columns; an intercept must stay an intercept.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> when the lengths don't fit.</exception>
    public UnivariateRefit FitDesign(ReadOnlySpan<double> effects, ReadOnlySpan<double> matrix)
    {
        CheckLength("values of the model matrix", matrix.Length, k * design.Columns);
        if (!VectorKernels.AllFinite(matrix))
        {
            return UnivariateRefit.Missing(RefitStatus.NonFinite);
        }

        if (design.IsInterceptOnly)
        {
            return Fit(effects);
        }

        var core = Rearranged(effects);
        return core.Design.Qr.TryReplace(matrix) ? core.Fit(sameVariances: true) : UnivariateRefit.Missing(RefitStatus.RankDeficient);
    }

    private RefitCore Rearranged(ReadOnlySpan<double> effects)
    {
        CheckLength("effect sizes", effects.Length, k);
        if (rearranged is null)
        {
            rearranged = NewCore(k);
            Load(rearranged);
        }

        effects.CopyTo(rearranged.Effects);
        last = rearranged;
        return rearranged;
    }

    private void Load(RefitCore core)
    {
        variances.CopyTo(core.Variances, 0);
        weights?.CopyTo(core.Weights!, 0);
        core.VariancesChanged();
    }

    private RefitCore CoreOf(int rows)
    {
        if (bySize.TryGetValue(rows, out var found))
        {
            return found;
        }

        long numbers = (long)rows * (8 + (6 * design.Columns));
        if (numbersKept + numbers > MostNumbersKept)
        {
            bySize.Clear();
            numbersKept = 0;
        }

        numbersKept += numbers;
        return bySize[rows] = NewCore(rows);
    }

    /// <summary>Room for a fit with arrays of its own; the model matrix is that of the first rows until it is replaced.</summary>
    private RefitCore NewCore(int rows)
    {
        var p = design.Columns;
        if (design.IsInterceptOnly)
        {
            return new RefitCore(rows, Design.Prepare(null, null, rows), settings, weights is not null, centred: true);
        }

        var x = new double[rows * p];
        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                x[(j * rows) + i] = design.X[(j * k) + (i % k)];
            }
        }

        var own = new Design(design.Names, x, ThinQr.Factor(x, rows, p, dropDependent: false), design.HasIntercept, design.Dropped);
        return new RefitCore(rows, own, settings, weights is not null, design.SpansConstant);
    }

    /// <summary>Puts these rows of X into the design of a core; false when a column is redundant in them.</summary>
    private bool TakeRows(RefitCore core, double[] x, ReadOnlySpan<int> rows)
    {
        if (x.Length == 0)
        {
            return true;
        }

        var (n, p) = (rows.Length, design.Columns);
        if (columns.Length < n * p)
        {
            columns = new double[n * p];
        }

        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < n; i++)
            {
                columns[(j * n) + i] = x[(j * k) + rows[i]];
            }
        }

        return core.Design.Qr.TryReplace(columns.AsSpan(0, n * p));
    }

    private static void CheckLength(string what, int length, int expected)
    {
        if (length != expected)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"There are {length} {what}, but {expected} are needed.",
                new Dictionary<string, object?> { ["expected"] = expected, ["length"] = length });
        }
    }
}
