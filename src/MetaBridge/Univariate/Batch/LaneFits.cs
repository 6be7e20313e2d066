using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Batch;

/// <summary>Fits eight data sets of the same size at once, with an intercept alone and no custom weights.</summary>
/// <remarks>
/// A lane whose proof needs more than <see cref="ScoreBounds"/> at the points of its own search, or whose numbers leave the ordinary, is left to
/// the scalar engine. No lane depends on its neighbours.
/// </remarks>
internal sealed class LaneFits(int k, UnivariateSettings settings)
{
    /// <summary>How many data sets are fitted at once.</summary>
    public const int Lanes = 8;

    private const int MaxSteps = 24;
    private const double StepTolerance = 1e-14;
    private const double LastStep = 3e-10;
    private const double Margin = 1e-9;

    private readonly double[] y = new double[k * Lanes];
    private readonly double[] v = new double[k * Lanes];
    private readonly bool restricted = settings.Method == HeterogeneityMethod.Reml;

    /// <summary>Whether this estimator can be done in lanes.</summary>
    public static bool Handles(UnivariateSettings settings) => settings.Weighted && (settings.TauSquared is not null
        || settings.Method is HeterogeneityMethod.Reml or HeterogeneityMethod.MaximumLikelihood or HeterogeneityMethod.EqualEffects
            or HeterogeneityMethod.DerSimonianLaird or HeterogeneityMethod.HunterSchmidt or HeterogeneityMethod.HunterSchmidtCorrected
            or HeterogeneityMethod.PauleMandel or HeterogeneityMethod.EmpiricalBayes);

    /// <summary>Fits.</summary>
    /// <param name="effects">y of the eight data sets, one after the other.</param>
    /// <param name="variances">v likewise.</param>
    /// <param name="results">Receives eight results.</param>
    /// <returns>A bit for every lane that has its result.</returns>
    public int Fit(ReadOnlySpan<double> effects, ReadOnlySpan<double> variances, Span<UnivariateRefit> results)
    {
        Transpose(effects, y);
        Transpose(variances, v);
        var vy = MemoryMarshal.Cast<double, Vector512<double>>(y);
        var vv = MemoryMarshal.Cast<double, Vector512<double>>(v);
        var mean = Vector512<double>.Zero;
        var infinity = Vector512.Create(double.PositiveInfinity);
        var usable = Vector512<double>.AllBitsSet;
        for (var i = 0; i < vy.Length; i++)
        {
            mean += vy[i];
            // Also false for what is not a number.
            usable &= Vector512.GreaterThan(vv[i], Vector512<double>.Zero) & Vector512.LessThan(vv[i], infinity);
        }

        mean /= k;
        var zero = LanePoint.At(vy, vv, Vector512<double>.Zero, mean);
        // One study with nearly all of the weight needs the formulas of DominatedSums; it has most of it at 0.
        usable &= Vector512.GreaterThan(zero.TrP, zero.SumW * DominatedSums.LargestRest);
        var end = Estimate(vy, vv, zero, ref usable);
        Store(zero, end, results);
        return (int)Vector512.ExtractMostSignificantBits(usable) & Finite(results);
    }

    private static int Finite(Span<UnivariateRefit> results)
    {
        var bits = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            bits |= results[lane].Checked(hasHeterogeneity: true).Status == RefitStatus.Fitted ? 1 << lane : 0;
        }

        return bits;
    }

    private void Transpose(ReadOnlySpan<double> sets, double[] target)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            var set = sets.Slice(lane * k, k);
            for (var i = 0; i < set.Length; i++)
            {
                target[(i * Lanes) + lane] = set[i];
            }
        }
    }

    private LanePoint Estimate(
        ReadOnlySpan<Vector512<double>> vy, ReadOnlySpan<Vector512<double>> vv, in LanePoint zero, ref Vector512<double> usable)
    {
        var df = Vector512.Create(k - 1.0);
        if (settings.Method == HeterogeneityMethod.EqualEffects)
        {
            return zero;
        }

        if (settings.TauSquared is { } known)
        {
            return LanePoint.At(vy, vv, Vector512.Create(known), zero.Mean);
        }

        if (settings.Method.IsLikelihood())
        {
            return Climb(vy, vv, zero, ref usable);
        }

        if (settings.Method.IsQRoot())
        {
            return SolveQ(vy, vv, zero, df, ref usable);
        }

        var moment = settings.Method switch
        {
            HeterogeneityMethod.DerSimonianLaird => (zero.YPy - df) / zero.TrP,
            HeterogeneityMethod.HunterSchmidt => (zero.YPy - Vector512.Create((double)k)) / zero.SumW,
            _ => (((k / (k - 1.0)) * zero.YPy) - Vector512.Create((double)k)) / zero.SumW,
        };
        return LanePoint.At(vy, vv, Vector512.Max(moment, Vector512<double>.Zero), zero.Mean);
    }

    /// <summary>Newton's method on 1/Q, as in <see cref="QEquation"/>.</summary>
    private static LanePoint SolveQ(
        ReadOnlySpan<Vector512<double>> vy, ReadOnlySpan<Vector512<double>> vv, in LanePoint zero, Vector512<double> target, ref Vector512<double> usable)
    {
        var point = zero;
        var open = Vector512.GreaterThan(zero.YPy, target);
        for (var count = 0; count < MaxSteps; count++)
        {
            var move = Vector512.ConditionalSelect(open, point.YPy / target * (point.YPy - target) / point.YPPy, Vector512<double>.Zero);
            var next = point.TauSquared + move;
            var goesOn = open & Vector512.GreaterThan(move, LastStep * next);
            // A lane that is done stays as it is, so that it doesn't matter how long its neighbours take.
            point = LanePoint.Select(open, LanePoint.At(vy, vv, next, point.Mean), point);
            open = goesOn;
            if (Vector512.EqualsAll(open, Vector512<double>.Zero))
            {
                return point;
            }
        }

        usable = Vector512.AndNot(usable, open);
        return point;
    }

    /// <summary>The search of <see cref="LikelihoodSearch"/> for lanes that need no more than its first part.</summary>
    private LanePoint Climb(
        ReadOnlySpan<Vector512<double>> vy, ReadOnlySpan<Vector512<double>> vv, in LanePoint zero, ref Vector512<double> usable)
    {
        var (point, left) = (zero, zero);
        var open = Vector512.GreaterThan(zero.YPPy, H(zero) * (1 + Margin));
        // The others end at 0, where the score must not be positive.
        usable &= open | Vector512.LessThanOrEqual(zero.YPPy, H(zero));
        for (var count = 0; count < MaxSteps && !Vector512.EqualsAll(open, Vector512<double>.Zero); count++)
        {
            var step = Vector512.ConditionalSelect(open, StepFrom(point), Vector512<double>.Zero);
            var next = point.TauSquared + step;
            var size = Vector512.Abs(step);
            // A step out of the bracket, or one that is not a number, is not for lanes.
            usable &= Vector512.AndNot(Vector512<double>.AllBitsSet, open) | Vector512.GreaterThan(next, left.TauSquared);
            open &= usable;
            next = Vector512.ConditionalSelect(open, next, point.TauSquared);
            var isNew = open & Vector512.GreaterThan(size, StepTolerance * next);
            var goesOn = open & Vector512.GreaterThan(size, LastStep * next);
            if (!Vector512.EqualsAll(isNew, Vector512<double>.Zero))
            {
                point = LanePoint.Select(isNew, LanePoint.At(vy, vv, next, point.Mean), point);
            }

            var isLeft = goesOn & Vector512.GreaterThan(point.YPPy, H(point) * (1 + Margin));
            left = LanePoint.Select(isLeft, point, left);
            open = goesOn;
        }

        usable = Vector512.AndNot(usable, open);
        usable &= IsProven(zero, left);
        return point;
    }

    private Vector512<double> IsProven(in LanePoint zero, in LanePoint left)
    {
        var h = H(left);
        var isUnimodal = Vector512.LessThan(left.YPy * (1 + Margin), 2.0 * h * h / S(left));
        var root = Vector512.Max(Vector512<double>.Zero, Vector512<double>.One - (left.TauSquared * left.YPPy / left.YPy));
        var isPositive = Vector512.Equals(left.TauSquared, Vector512<double>.Zero)
            | Vector512.GreaterThan(left.YPPy, H(zero) * (1 + Margin) * root * root);
        return isUnimodal & isPositive;
    }

    private Vector512<double> H(in LanePoint point) => restricted ? point.TrP : point.SumW;

    private Vector512<double> S(in LanePoint point) => restricted ? point.TrPp : point.SumWw;

    private Vector512<double> StepFrom(in LanePoint point)
    {
        var h = H(point);
        var steep = point.YPPPy / point.YPPy;
        var linear = (2.0 * steep) - (point.YPPy * S(point) / (h * h));
        var constant = (h - point.YPPy) / h;
        return -2.0 * constant / (linear + Vector512.Sqrt((linear * linear) - (4.0 * steep * steep * constant)));
    }

    private void Store(in LanePoint zero, in LanePoint end, Span<UnivariateRefit> results)
    {
        var optimality = settings.TauSquared is not null || settings.Method == HeterogeneityMethod.EqualEffects ? Optimality.Fixed
            : settings.Method.IsClosedForm() ? Optimality.ClosedForm : Optimality.Proven;
        var isEqualEffects = settings.Method == HeterogeneityMethod.EqualEffects;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var tau2 = end.TauSquared[lane];
            var scale = settings.Test.VarianceScale(end.YPy[lane], k - 1);
            var error = Math.Sqrt(scale / end.SumW[lane]);
            var statistic = end.Mean[lane] / error;
            var typical = (k - 1) / zero.TrP[lane];
            var q = zero.YPy[lane];
            results[lane] = new UnivariateRefit
            {
                Status = RefitStatus.Fitted,
                Optimality = optimality,
                TauSquared = tau2,
                Estimate = end.Mean[lane],
                StandardError = error,
                Statistic = statistic,
                OmnibusStatistic = statistic * statistic,
                ResidualHeterogeneity = q,
                ISquared = isEqualEffects ? 100 * Math.Max(0, (q - (k - 1)) / q) : 100 * tau2 / (typical + tau2),
                HSquared = isEqualEffects ? q / (k - 1) : (tau2 / typical) + 1,
                VarianceScale = scale,
            };
        }
    }
}
