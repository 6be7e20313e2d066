using MetaBridge.Numerics;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>The log-likelihood as a function of one component, all others maximised out, and the intervals that follow from it.</summary>
/// <remarks>
/// A limit solves 2(ℓ_max − ℓ_p(θ)) = χ²₁ quantile (Hardy &amp; Thompson, 1996). Its signed root √(2(ℓ_max − ℓ_p)) is nearly linear in the
/// search coordinate, so that false position on it (Illinois variant; Dowell &amp; Jarratt, 1971) takes few fits, each started
/// from the one before.
/// </remarks>
internal sealed class ProfileLikelihood
{
    // Relative to 1, the size of the root at one standard error.
    private const double RootTolerance = 1e-10;
    private const int MaxSteps = 80;

    // A variance is called unbounded when it is still inside the interval at this multiple of the estimate and of the sampling variances.
    private const double LargestMultiple = 1e4;

    private readonly GaussianProblem problem;
    private readonly bool isRestricted;
    private readonly int parameter;
    private readonly bool[] isFree;
    private readonly double best;
    private readonly double[] optimum;
    private double[] last;

    /// <summary>Prepares the profile of a parameter.</summary>
    /// <param name="problem">The model.</param>
    /// <param name="isRestricted">REML or ML.</param>
    /// <param name="natural">The estimates.</param>
    /// <param name="parameter">Which parameter.</param>
    public ProfileLikelihood(GaussianProblem problem, bool isRestricted, double[] natural, int parameter)
    {
        this.problem = problem;
        this.isRestricted = isRestricted;
        this.parameter = parameter;
        isFree = [.. problem.Layout.Fixed.Select((value, i) => value is null && i != parameter)];
        optimum = problem.Layout.ToSearch(natural);
        last = optimum;
        best = problem.Likelihood(isRestricted, optimum, new bool[optimum.Length]).Value([]);
    }

    /// <summary>Both limits at a confidence level in percent, as natural values with their kinds.</summary>
    public (double Lower, double Upper, BoundKind LowerKind, BoundKind UpperKind) Limits(double level)
    {
        var target = CriticalValues.TwoSided(level, double.NaN);
        var (lower, lowerKind) = Limit(target, -1);
        last = optimum;
        var (upper, upperKind) = Limit(target, 1);
        return (ToNatural(lower), ToNatural(upper), lowerKind, upperKind);
    }

    /// <summary>All search coordinates where the profile was last evaluated.</summary>
    public ReadOnlySpan<double> Last => last;

    /// <summary>√(2(ℓ_max − ℓ_p)) at a search coordinate.</summary>
    public double Root(double x) => At(x) is { } value ? Math.Sqrt(2 * Math.Max(0, value - best)) : double.PositiveInfinity;

    /// <summary>−ℓ_p at a search coordinate; null where no covariance is positive definite. The point itself is kept in <see cref="Last"/>.</summary>
    public double? At(double x)
    {
        var start = (double[])last.Clone();
        start[parameter] = x;
        var second = (double[])optimum.Clone();
        second[parameter] = x;
        try
        {
            var outcome = new ComponentSearch(problem, isRestricted).Run(isFree, [start, second]);
            last = outcome.Search;
            return outcome.Report.Value;
        }
        catch (Errors.MetaBridgeException)
        {
            // No covariance with this value is positive definite: certainly outside.
            return null;
        }
    }

    private (double Value, BoundKind Kind) Limit(double target, int side)
    {
        var inside = optimum[parameter];
        var bound = side < 0 ? problem.Layout.Lower[parameter] : UpperEnd();
        if (inside == bound)
        {
            return (bound, BoundKind.AtBoundary);
        }

        var step = FirstStep();
        var (insideRoot, outside, outsideRoot) = (-target, double.NaN, double.NaN);
        for (var i = 0; i < MaxSteps; i++)
        {
            var x = side < 0 ? Math.Max(bound, inside - step) : Math.Min(bound, inside + step);
            var root = Root(x) - target;
            if (root > 0)
            {
                (outside, outsideRoot) = (x, root);
                break;
            }

            if (x == bound)
            {
                return (bound, side > 0 && !double.IsFinite(problem.Layout.Upper[parameter]) ? BoundKind.Unbounded : BoundKind.AtBoundary);
            }

            (inside, insideRoot) = (x, root);
            step *= 2;
        }

        return (Solve(inside, insideRoot, outside, outsideRoot, target), BoundKind.Value);
    }

    private double Solve(double inside, double insideRoot, double outside, double outsideRoot, double target)
    {
        var lastSide = 0;
        for (var i = 0; i < MaxSteps; i++)
        {
            var x = double.IsFinite(outsideRoot)
                ? ((inside * outsideRoot) - (outside * insideRoot)) / (outsideRoot - insideRoot)
                : 0.5 * (inside + outside);
            var root = Root(x) - target;
            if (Math.Abs(root) < RootTolerance || Math.Abs(outside - inside) <= 1e-13 * Math.Abs(x))
            {
                return x;
            }

            if (root > 0)
            {
                (outside, outsideRoot) = (x, root);
                insideRoot *= lastSide > 0 ? 0.5 : 1;
                lastSide = 1;
            }
            else
            {
                (inside, insideRoot) = (x, root);
                outsideRoot *= lastSide < 0 ? 0.5 : 1;
                lastSide = -1;
            }
        }

        return double.NaN;
    }

    // One and a half standard errors by the average information.
    private double FirstStep()
    {
        bool[] only = [.. Enumerable.Range(0, optimum.Length).Select(i => i == parameter)];
        var likelihood = problem.Likelihood(isRestricted, optimum, only);
        likelihood.Value([optimum[parameter]]);
        var (gradient, curvature) = (new double[1], new double[1]);
        likelihood.Derivatives(gradient, curvature);
        var step = 1.5 / Math.Sqrt(Math.Max(Math.Abs(curvature[0]), 1e-12));
        return Math.Min(step, 0.25 * Math.Max(1, Math.Abs(optimum[parameter])));
    }

    private double UpperEnd()
    {
        var upper = problem.Layout.Upper[parameter];
        if (double.IsFinite(upper))
        {
            return upper;
        }

        var size = Math.Max(optimum[parameter], problem.Input.Sampling.Variances.Max());
        return LargestMultiple * size;
    }

    private double ToNatural(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        var point = (double[])optimum.Clone();
        point[parameter] = x;
        return problem.Layout.ToNatural(point)[parameter];
    }
}
