using System.Runtime.CompilerServices;

namespace MetaBridge.Univariate;

/// <summary>The highest maximum of the ML or REML likelihood of τ² on [0, ∞), with a proof that no other is higher.</summary>
/// <remarks>
/// <para>Twice the score is F(t) = g − h with g = y'PPy and h = tr P (REML) or Σ w (ML); its derivative is F' = s − 2c with
/// s = tr PP or Σ w² and c = y'PPPy. All four functions decrease in t, so on [a, b]
/// g(b) − h(a) ≤ F ≤ g(a) − h(b) and s(b) − 2c(a) ≤ F' ≤ s(a) − 2c(b): four numbers known at the ends decide whether the interval holds
/// no stationary point, or exactly one when the signs differ. Undecided intervals are halved (on the scale of ln(t + min v)).</para>
/// <para>Beyond U the score is negative: with RSS₀ the unweighted residual sum of squares and n = k − p (REML) or k (ML),
/// g ≤ RSS₀/(min v + t)² and h ≥ n/(max v + t), and U solves RSS₀ (max v + t) = n (min v + t)².</para>
/// <para>The proof is up to rounding in the sums; an interval that stays undecided when it is as narrow as
/// <see cref="NarrowestInterval"/> makes the result <see cref="Optimality.MultiStart"/>.</para>
/// </remarks>
internal ref struct LikelihoodSearch
{
    /// <summary>Relative width at which an undecided interval is given up; a double root would be cut forever.</summary>
    private const double NarrowestInterval = 1e-7;

    private const int MaxOpenIntervals = 128;
    private const int MaxEvaluations = 20_000;
    private const int MaxPolishSteps = 100;
    private const double PolishTolerance = 4e-16;

    /// <summary>Where the search starts instead of 0 when a variance of 0 makes the likelihood infinite there, relative to U.</summary>
    private const double LowestRelativeStart = 1e-14;

    private readonly VarianceProfile profile;
    private readonly bool restricted;
    private readonly double offset;
    private readonly List<StationaryPoint> maxima = [];
    private bool proven = true;

    private LikelihoodSearch(VarianceProfile profile, bool restricted, double offset)
    {
        this.profile = profile;
        this.restricted = restricted;
        this.offset = offset;
    }

    /// <summary>Runs the search.</summary>
    /// <param name="profile">The data.</param>
    /// <param name="restricted">True for REML, false for ML.</param>
    /// <param name="atZero">The profile at τ² = 0, when all variances are positive.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The estimate without its standard error; Value is NaN when a zero variance leaves no interior maximum.</returns>
    public static TauSquaredEstimate Run(
        VarianceProfile profile, bool restricted, ProfilePoint? atZero, CancellationToken cancellation)
    {
        var (upper, smallest) = UpperBound(profile, restricted);
        if (!(upper > 0))
        {
            return new TauSquaredEstimate(0, double.NaN, Optimality.Proven)
            {
                Maxima = [new StationaryPoint(0, LogLikelihood(profile, restricted, 0))],
            };
        }

        var low = atZero ?? profile.At(upper * LowestRelativeStart);
        var search = new LikelihoodSearch(profile, restricted, atZero is null ? low.TauSquared : smallest);
        if (atZero is not null && !(search.F(low) > 0))
        {
            search.Add(0);
        }

        search.Cover(low, profile.At(upper), cancellation);
        return search.Highest(atZero is not null);
    }

    private static double LogLikelihood(VarianceProfile profile, bool restricted, double tau2)
    {
        var (ml, reml) = profile.LogLikelihoodsAt(tau2);
        return restricted ? reml : ml;
    }

    private static (double Upper, double Smallest) UpperBound(VarianceProfile profile, bool restricted)
    {
        double rss = 0, min = double.PositiveInfinity, max = 0;
        var v = profile.Variances;
        var e = profile.Residuals;
        for (var i = 0; i < v.Length; i++)
        {
            rss += e[i] * e[i];
            min = Math.Min(min, v[i]);
            max = Math.Max(max, v[i]);
        }

        double n = restricted ? profile.ResidualDf : profile.Count;
        var a = rss / (2 * n);
        // The relative excess keeps the bound on the safe side of rounding.
        var s = (a + Math.Sqrt((a * a) + (2 * a * (max - min)))) * (1 + 1e-9);
        return (s - min, min);
    }

    private void Cover(ProfilePoint low, ProfilePoint high, CancellationToken cancellation)
    {
        Span<ProfilePoint> ends = new ProfilePoint[MaxOpenIntervals];
        var open = 0;
        ends[open++] = high;
        var a = low;
        while (open > 0)
        {
            var b = ends[open - 1];
            var verdict = Judge(a, b);
            if (verdict == Verdict.Undecided && CanSplit(a, b, open))
            {
                cancellation.ThrowIfCancellationRequested();
                ends[open++] = profile.At(Middle(a.TauSquared, b.TauSquared));
                continue;
            }

            proven &= verdict != Verdict.Undecided;
            if (verdict != Verdict.None && F(a) > 0 && !(F(b) > 0))
            {
                Add(Polish(a, b));
            }

            a = b;
            open--;
        }
    }

    private readonly bool CanSplit(ProfilePoint a, ProfilePoint b, int open) =>
        open < MaxOpenIntervals && profile.Evaluations < MaxEvaluations
        && b.TauSquared - a.TauSquared > NarrowestInterval * (b.TauSquared + offset);

    private readonly double Middle(double a, double b) => Math.Sqrt((a + offset) * (b + offset)) - offset is var t && t > a && t < b
        ? t
        : a + ((b - a) / 2);

    private readonly Verdict Judge(in ProfilePoint a, in ProfilePoint b)
    {
        if (b.YPPy - H(a) > 0 || a.YPPy - H(b) < 0)
        {
            return Verdict.None;
        }

        var lowest = S(b) - (2 * a.YPPPy);
        var highest = S(a) - (2 * b.YPPPy);
        return lowest > 0 || highest < 0 ? Verdict.Monotone : Verdict.Undecided;
    }

    /// <summary>Newton's method on F inside a bracket where F goes from positive to not positive; bisection when it leaves it.</summary>
    private readonly double Polish(ProfilePoint a, ProfilePoint b)
    {
        double lo = a.TauSquared, hi = b.TauSquared;
        var t = Middle(lo, hi);
        for (var step = 0; step < MaxPolishSteps; step++)
        {
            var point = profile.At(t);
            var f = F(point);
            if (f > 0)
            {
                lo = t;
            }
            else
            {
                hi = t;
            }

            var next = t - (f / (S(point) - (2 * point.YPPPy)));
            if (Math.Abs(next - t) <= PolishTolerance * t)
            {
                return Math.Clamp(next, lo, hi);
            }

            t = next > lo && next < hi ? next : Middle(lo, hi);
        }

        return t;
    }

    private readonly void Add(double tau2) =>
        maxima.Add(new StationaryPoint(tau2, LogLikelihood(profile, restricted, tau2)));

    private readonly TauSquaredEstimate Highest(bool hasBoundary)
    {
        StationaryPoint? best = null;
        foreach (var point in maxima)
        {
            if (best is null || point.LogLikelihood > best.LogLikelihood)
            {
                best = point;
            }
        }

        var tau2 = best?.TauSquared ?? double.NaN;
        return new TauSquaredEstimate(tau2, double.NaN, proven && hasBoundary ? Optimality.Proven : Optimality.MultiStart)
        {
            Iterations = profile.Evaluations,
            Maxima = maxima,
            Score = best is null ? double.NaN : F(profile.At(tau2)) / 2,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double F(in ProfilePoint point) => point.YPPy - H(point);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double H(in ProfilePoint point) => restricted ? point.TrP : point.SumW;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double S(in ProfilePoint point) => restricted ? point.TrPp : point.SumWw;

    private enum Verdict
    {
        None,
        Monotone,
        Undecided,
    }
}
