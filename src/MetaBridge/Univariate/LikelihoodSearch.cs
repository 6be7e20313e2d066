namespace MetaBridge.Univariate;

/// <summary>Where a search for τ² ended.</summary>
/// <param name="TauSquared">The estimate; NaN when there is none.</param>
/// <param name="Optimality">What is known about it.</param>
/// <param name="Score">The derivative of the log-likelihood there; NaN for estimators without one.</param>
/// <param name="At">The profile at the estimate, when the search has just been there.</param>
/// <param name="Points">All stationary points; null when the estimate is the only one.</param>
internal readonly record struct SearchEnd(
    double TauSquared, Optimality Optimality, double Score = double.NaN, ProfilePoint? At = null, List<StationaryPoint>? Points = null);

/// <summary>The highest maximum of the ML or REML likelihood of τ² on [0, ∞), with a proof that no other is higher.</summary>
/// <remarks>
/// <para>Usually a handful of points suffices: when <see cref="ScoreBounds"/> shows the score positive from 0 to a point left of
/// the maximum, and no more than one stationary point beyond, the maximum that was climbed to is the only one.</para>
/// <para>Otherwise [0, U] is covered by intervals, each of which is shown to hold no stationary point or exactly one; undecided intervals are halved (on
/// the scale of ln(t + min v)). Beyond U the score is negative: with RSS₀ the unweighted residual sum of squares and n = k − p (REML) or k
/// (ML), g ≤ RSS₀/(min v + t)² and h ≥ n/(max v + t), and U solves RSS₀ (max v + t) = n (min v + t)².</para>
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

    /// <summary>A step below this part of τ² is not worth an evaluation.</summary>
    private const double StepTolerance = 1e-14;

    /// <summary>Where the search starts instead of 0 when a variance of 0 makes the likelihood infinite there, relative to U.</summary>
    private const double LowestRelativeStart = 1e-14;

    private readonly VarianceProfile profile;
    private readonly ScoreBounds bounds;
    private readonly bool restricted;
    private readonly double offset;
    private List<StationaryPoint>? points;
    private bool proven = true;

    private LikelihoodSearch(VarianceProfile profile, bool restricted, double offset)
    {
        this.profile = profile;
        this.restricted = restricted;
        this.offset = offset;
        bounds = new ScoreBounds(restricted);
    }

    /// <summary>Runs the search.</summary>
    /// <param name="profile">The data.</param>
    /// <param name="restricted">True for REML, false for ML.</param>
    /// <param name="atZero">The profile at τ² = 0, when all variances are positive.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The end; τ² is NaN when a zero variance leaves no interior maximum.</returns>
    public static SearchEnd Run(VarianceProfile profile, bool restricted, ProfilePoint? atZero, CancellationToken cancellation)
    {
        if (atZero is { } zero && TryClimb(profile, restricted, zero, out var only))
        {
            return only;
        }

        var (upper, smallest) = UpperBound(profile, restricted);
        if (!(upper > 0))
        {
            return new SearchEnd(0, Optimality.Proven);
        }

        var low = atZero ?? profile.At(upper * LowestRelativeStart);
        var search = new LikelihoodSearch(profile, restricted, atZero is null ? low.TauSquared : smallest);
        if (atZero is not null && !(search.bounds.F(low) > 0))
        {
            search.Add(0, isMaximum: true);
        }

        search.Cover(low, profile.At(upper), cancellation);
        return search.Highest(atZero is not null);
    }

    /// <summary>From 0 to a maximum that is proven on the way to be the only one; false when that is not shown.</summary>
    private static bool TryClimb(VarianceProfile profile, bool restricted, in ProfilePoint zero, out SearchEnd end)
    {
        end = default;
        var bounds = new ScoreBounds(restricted);
        if (!bounds.IsClearlyPositive(zero))
        {
            end = new SearchEnd(0, Optimality.Proven, bounds.F(zero) / 2, zero);
            // Where the score at 0 is nothing but rounding, neither side is shown.
            return bounds.F(zero) <= 0 && bounds.IsUnimodalFrom(zero);
        }

        var climb = new LikelihoodClimb(profile, restricted, zero);
        if (!climb.Reach())
        {
            return false;
        }

        end = new SearchEnd(climb.Point.TauSquared, Optimality.Proven, bounds.F(climb.Point) / 2, climb.Point);
        return true;
    }

    private static (double Upper, double Smallest) UpperBound(VarianceProfile profile, bool restricted)
    {
        var (min, max) = profile.VarianceRange;
        double n = restricted ? profile.ResidualDf : profile.Count;
        var a = profile.ResidualSquares / (2 * n);
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
            var (falls, rises) = (bounds.F(a) > 0 && !(bounds.F(b) > 0), bounds.F(a) < 0 && bounds.F(b) > 0);
            if (verdict != Verdict.None && (falls || rises))
            {
                Add(Polish(a, b, falls ? 1 : -1), isMaximum: falls);
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
        if (bounds.IsPositiveBetween(a, b) || bounds.IsNegativeBetween(a, b))
        {
            return Verdict.None;
        }

        return bounds.IsUnimodalFrom(a) || bounds.IsMonotoneBetween(a, b) ? Verdict.Monotone : Verdict.Undecided;
    }

    /// <summary>Newton's method on F inside a bracket where F changes its sign once; bisection when it leaves it.</summary>
    /// <param name="a">The left end.</param>
    /// <param name="b">The right end.</param>
    /// <param name="sign">1 when F falls through zero, −1 when it rises.</param>
    private readonly double Polish(ProfilePoint a, ProfilePoint b, int sign)
    {
        double lo = a.TauSquared, hi = b.TauSquared;
        var t = Middle(lo, hi);
        var before = double.PositiveInfinity;
        for (var count = 0; count < MaxPolishSteps; count++)
        {
            var point = profile.At(t);
            if (sign * bounds.F(point) > 0)
            {
                lo = t;
            }
            else
            {
                hi = t;
            }

            var next = t - (bounds.F(point) / bounds.Slope(point));
            var size = Math.Abs(next - t);
            if (size <= StepTolerance * t || (size <= 1e-10 * t && size >= before))
            {
                return Math.Clamp(next, lo, hi);
            }

            before = size;
            t = next > lo && next < hi ? next : Middle(lo, hi);
        }

        return t;
    }

    private void Add(double tau2, bool isMaximum)
    {
        var (ml, reml) = profile.LogLikelihoodsAt(tau2);
        (points ??= []).Add(new StationaryPoint(tau2, restricted ? reml : ml, isMaximum));
    }

    private readonly SearchEnd Highest(bool hasBoundary)
    {
        StationaryPoint? best = null;
        foreach (var point in points ?? [])
        {
            if (point.IsMaximum && (best is null || point.LogLikelihood > best.LogLikelihood))
            {
                best = point;
            }
        }

        if (best is null)
        {
            return new SearchEnd(double.NaN, Optimality.MultiStart);
        }

        var at = profile.At(best.TauSquared);
        return new SearchEnd(
            best.TauSquared, proven && hasBoundary ? Optimality.Proven : Optimality.MultiStart, bounds.F(at) / 2, at, points);
    }

    private enum Verdict
    {
        None,
        Monotone,
        Undecided,
    }
}
