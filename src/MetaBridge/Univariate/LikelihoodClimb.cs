using System.Diagnostics.CodeAnalysis;

namespace MetaBridge.Univariate;

/// <summary>The way from τ² = 0, where the likelihood rises, to a maximum, and what the points on it prove.</summary>
/// <remarks>
/// The first step goes between two moment estimates (<see cref="Start"/>), the others by <see cref="ScoreBounds.StepFrom"/>, which converges
/// quadratically; the last is not evaluated but interpolated where that is as good (<see cref="ProfileInterpolation"/>). The maximum is the only one when the score is positive from 0 to some point on the way, from which on there is no
/// more than one stationary point.
/// </remarks>
internal ref struct LikelihoodClimb
{
    private const int MaxSteps = 40;

    /// <summary>A step below this part of τ² is not worth an evaluation.</summary>
    private const double StepTolerance = 1e-14;

    /// <summary>After a step below this part of τ² the next one is below <see cref="StepTolerance"/>, whatever came before.</summary>
    private const double LastStep = 3e-10;

    /// <summary>The same if the steps before show that convergence is quadratic.</summary>
    private const double LastQuadraticStep = 1e-7;

    private readonly VarianceProfile profile;
    private readonly ScoreBounds bounds;
    private readonly bool restricted;
    private readonly ref readonly ProfilePoint zero;
    private ProfilePoint point;
    private ProfilePoint previous;
    private double left;
    private double leftH;
    private double high = double.PositiveInfinity;
    private bool isPositiveToLeft = true;
    private bool isProven;

    /// <param name="profile">The data.</param>
    /// <param name="restricted">True for REML, false for ML.</param>
    /// <param name="zero">The profile at τ² = 0.</param>
    public LikelihoodClimb(VarianceProfile profile, bool restricted, in ProfilePoint zero)
    {
        this.profile = profile;
        this.restricted = restricted;
        this.zero = ref zero;
        bounds = new ScoreBounds(restricted);
        leftH = bounds.H(zero);
        point = zero;
        isProven = bounds.IsUnimodalFrom(zero);
    }

    /// <summary>The last point.</summary>
    [UnscopedRef]
    public readonly ref readonly ProfilePoint Point => ref point;

    /// <summary>
    /// Between the estimates of DerSimonian and Laird (1986) and of Hedges and Olkin (1985), which weight the studies as the likelihood does when τ² is
    /// small and when it is large.
    /// </summary>
    private readonly double Start
    {
        get
        {
            var hedges = profile.RoughEstimate;
            if (!(hedges > 0))
            {
                return hedges;
            }

            var laird = Math.Max(0, (zero.YPy - profile.ResidualDf) / zero.TrP);
            var typical = profile.ResidualDf / zero.TrP;
            return ((hedges * hedges) + (typical * laird)) / (hedges + typical);
        }
    }

    /// <summary>Goes to the maximum, and shows that it is the only one; false when one of both fails.</summary>
    public bool Reach()
    {
        if (!Climb())
        {
            return false;
        }

        if (!isProven)
        {
            // All points may have been too near the maximum, or right of it.
            var end = point;
            MoveTo(end.TauSquared / 2);
            point = end;
        }

        return isProven;
    }

    private bool Climb()
    {
        var start = Start;
        if (start > 0 && double.IsFinite(start))
        {
            MoveTo(start);
        }

        var before = double.PositiveInfinity;
        for (var count = 0; count < MaxSteps; count++)
        {
            var step = bounds.StepFrom(point);
            var next = point.TauSquared + step;
            var size = Math.Abs(step);
            if (size <= StepTolerance * next || (size <= LastQuadraticStep * next && size >= before) || TryInterpolate(step))
            {
                // Steps stop to shrink near the end of the digits.
                return true;
            }

            var isLast = size <= LastStep * next || (size <= LastQuadraticStep * next && size * size * size <= StepTolerance * next * before * before);
            if (!(next > left && next < high))
            {
                next = (left + high) / 2;
            }

            if (!double.IsFinite(next))
            {
                return false;
            }

            MoveTo(next);
            if (isLast)
            {
                return true;
            }

            before = size;
        }

        return false;
    }

    /// <summary>Ends at the maximum without another pass over the studies; false when that would cost digits.</summary>
    private bool TryInterpolate(double step)
    {
        if (!ProfileInterpolation.Suffices(point, previous, step))
        {
            return false;
        }

        var interpolation = new ProfileInterpolation(point, previous, restricted);
        var refined = interpolation.Refine(step);
        var end = point.TauSquared + refined;
        if (!(end > left && end < high))
        {
            return false;
        }

        point = interpolation.At(refined);
        return true;
    }

    private void MoveTo(double tau2)
    {
        previous = point;
        profile.At(tau2, out point);
        if (bounds.IsClearlyPositive(point))
        {
            isPositiveToLeft = bounds.IsPositiveBetween(0, bounds.H(zero), point)
                || (isPositiveToLeft && tau2 > left && bounds.IsPositiveBetween(left, leftH, point));
            isProven |= isPositiveToLeft && bounds.IsUnimodalFrom(point);
            if (tau2 > left)
            {
                (left, leftH) = (tau2, bounds.H(point));
            }
        }
        else if (!(bounds.F(point) > 0))
        {
            high = tau2;
        }
    }
}
