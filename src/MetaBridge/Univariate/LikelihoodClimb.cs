namespace MetaBridge.Univariate;

/// <summary>The way from τ² = 0, where the likelihood rises, to a maximum, and what the points on it prove.</summary>
/// <remarks>
/// The first step goes to the estimate of Hedges and Olkin (1985), the others by <see cref="ScoreBounds.StepFrom"/>, which converges
/// quadratically. The maximum is the only one when the score is positive from 0 to some point on the way, from which on there is no
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

    /// <summary>The largest product of the last two relative steps after which the second of them needs no evaluation: it is the error of doing without.</summary>
    private const double LinearSteps = 1e-13;

    private readonly VarianceProfile profile;
    private readonly ScoreBounds bounds;
    private readonly ProfilePoint zero;
    private ProfilePoint left;
    private ProfilePoint previous;
    private double high = double.PositiveInfinity;
    private bool isPositiveToLeft = true;
    private bool isProven;

    public LikelihoodClimb(VarianceProfile profile, ScoreBounds bounds, in ProfilePoint zero)
    {
        this.profile = profile;
        this.bounds = bounds;
        this.zero = zero;
        left = zero;
        previous = zero;
        Point = zero;
        isProven = bounds.IsUnimodalFrom(zero);
    }

    /// <summary>The last point.</summary>
    public ProfilePoint Point { get; private set; }


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
            var end = Point;
            MoveTo(end.TauSquared / 2);
            Point = end;
        }

        return isProven;
    }

    private bool Climb()
    {
        var start = profile.RoughEstimate;
        if (start > 0 && double.IsFinite(start))
        {
            MoveTo(start);
        }

        var before = double.PositiveInfinity;
        for (var count = 0; count < MaxSteps; count++)
        {
            var step = bounds.StepFrom(Point);
            var next = Point.TauSquared + step;
            var size = Math.Abs(step);
            if (size <= StepTolerance * next || (size <= LastQuadraticStep * next && size >= before))
            {
                // Steps stop to shrink near the end of the digits.
                return true;
            }

            var isLast = size <= LastStep * next || (size <= LastQuadraticStep * next && size * size * size <= StepTolerance * next * before * before);
            if (!(next > left.TauSquared && next < high))
            {
                next = (left.TauSquared + high) / 2;
            }

            if (!double.IsFinite(next))
            {
                return false;
            }

            if (isLast && next == Point.TauSquared + step && Math.Abs(Point.TauSquared - previous.TauSquared) * size <= LinearSteps * next * next)
            {
                Point = Point.Moved(step, previous);
                return true;
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

    private void MoveTo(double tau2)
    {
        previous = Point;
        Point = profile.At(tau2);
        if (bounds.IsClearlyPositive(Point))
        {
            isPositiveToLeft = bounds.IsPositiveBetween(zero, Point)
                || (isPositiveToLeft && tau2 > left.TauSquared && bounds.IsPositiveBetween(left, Point));
            isProven |= isPositiveToLeft && bounds.IsUnimodalFrom(Point);
            if (tau2 > left.TauSquared)
            {
                left = Point;
            }
        }
        else if (!(bounds.F(Point) > 0))
        {
            high = tau2;
        }
    }
}
