using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Terms;

/// <summary>
/// Effects of an <c>~ inner | outer</c> term whose covariance is τ_a τ_b c(d; ρ): one or several variances and a correlation
/// function with one parameter.
/// </summary>
/// <remarks>
/// Several variances with a correlation are searched as standard deviations τ ≥ 0, because the covariance has an infinite slope in
/// the variance at 0; a single variance, and variances without correlation, as themselves. Order: the variances, then ρ (absent for
/// ID and DIAG). The ρ of CAR is searched as s = ρ^t, the correlation of the two effects in a group that are closest in time (t apart):
/// those u apart have s^(u/t), which is smooth down to s = 0 however small t is, where ρ^u has an infinite slope for u &lt; 1.
/// </remarks>
internal sealed class CorrelatedTerm : CovarianceTerm
{
    // Ranges of a spatial term are searched between these multiples of its smallest and largest distance: the correlations there are 0 (to
    // sixteen digits for SPRAT, whose correlations fall with the square of the range only) and 1 to ten digits.
    private const double ShortestRange = 1e-5;
    private const double ShortestRationalRange = 1e-8;
    private const double LongestRange = 1e10;

    // With closer effects than this ρ can be too small for a number while s = ρ^t isn't; only there it is searched down to SmallestCorrelation
    // rather than to 0.
    private const double ClosestTime = 0.05;
    private const double SmallestCorrelation = 1e-300;

    // A range so short that only the closest effects are correlated.
    private const double NearlyUncorrelated = 0.001;

    private readonly int varianceCount;
    private readonly double smallestDistance;
    private readonly double largestDistance;
    private readonly double unit;
    private readonly DistanceRule distances;
    private readonly double lowestCorrelation;
    private readonly double[] tau;
    private readonly double[] varianceGradient;
    private int[] outer;
    private int[] inner;
    private double rho;
    private readonly double[] pairSums;
    private readonly double[] mixedSums;
    private double rhoGradient;
    private double rhoSecond;

    /// <summary>Creates the term.</summary>
    /// <param name="structure">Any structure but UN, GEN and GDIAG.</param>
    /// <param name="outer">Outer group of each row.</param>
    /// <param name="inner">Inner level of each row, counted from 0.</param>
    /// <param name="levelCount">How many inner levels.</param>
    /// <param name="distances">How far two levels are apart.</param>
    public CorrelatedTerm(CovarianceStructure structure, int[] outer, int[] inner, int levelCount, DistanceRule distances)
    {
        Structure = structure;
        this.outer = outer;
        this.inner = inner;
        this.distances = distances;
        varianceCount = structure is CovarianceStructure.HeteroscedasticCompoundSymmetry
            or CovarianceStructure.HeteroscedasticAutoregressive or CovarianceStructure.Diagonal ? levelCount : 1;
        HasCorrelation = structure is not (CovarianceStructure.Identity or CovarianceStructure.Diagonal);
        tau = new double[varianceCount];
        varianceGradient = new double[varianceCount];
        pairSums = SearchesDeviations ? new double[varianceCount * varianceCount] : [];
        mixedSums = new double[varianceCount];
        (smallestDistance, largestDistance) = IsContinuous || CorrelationFunction.IsSpatial(structure) ? distances.Range(outer, inner) : (1, 1);
        unit = IsContinuous ? smallestDistance : 1;
        lowestCorrelation = LowestCorrelation();
    }

    public CovarianceStructure Structure { get; }

    public bool HasCorrelation { get; }

    /// <summary>Whether one correlation holds for all pairs of effects (CS, HCS), so that it is bounded by −1/(n − 1) alone.</summary>
    public bool HasCommonCorrelation =>
        Structure is CovarianceStructure.CompoundSymmetry or CovarianceStructure.HeteroscedasticCompoundSymmetry;

    public override int ParameterCount => varianceCount + (HasCorrelation ? 1 : 0);

    public override ReadOnlySpan<int> Groups => outer;

    /// <summary>Inner level of each row in the current order.</summary>
    public ReadOnlySpan<int> Levels => inner;

    /// <summary>Covariance of two inner levels within an outer group at the current parameters.</summary>
    public double Between(int a, int b) => tau[varianceCount == 1 ? 0 : a] * tau[varianceCount == 1 ? 0 : b]
        * (a == b ? 1 : CorrelationFunction.Value(Structure, rho, Distance(a, b)));

    /// <summary>Whether several standard deviations and a correlation are searched together.</summary>
    public bool SearchesDeviations => HasCorrelation && varianceCount > 1;

    public override void Order(ReadOnlySpan<int> order)
    {
        outer = Permute(outer, order);
        inner = Permute(inner, order);
    }

    public override bool Set(ReadOnlySpan<double> search)
    {
        for (var i = 0; i < varianceCount; i++)
        {
            tau[i] = SearchesDeviations ? search[i] : Math.Sqrt(search[i]);
        }

        rho = HasCorrelation ? search[varianceCount] : 0;
        return !IsContinuous || rho is >= 0 and <= 1;
    }

    public override void AddTo(int start, int n, Span<double> m)
    {
        for (var i = 0; i < n; i++)
        {
            var row = m.Slice(i * n, i + 1);
            for (var j = 0; j <= i; j++)
            {
                if (outer[start + i] == outer[start + j])
                {
                    row[j] += Tau(start + i) * Tau(start + j) * Correlation(start + i, start + j);
                }
            }
        }
    }

    public override void BeginGradient()
    {
        Array.Clear(varianceGradient);
        Array.Clear(pairSums);
        Array.Clear(mixedSums);
        (rhoGradient, rhoSecond) = (0, 0);
    }

    public override void Accumulate(int start, int n, ReadOnlySpan<double> w)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                if (outer[start + i] == outer[start + j])
                {
                    AccumulatePair(start + i, start + j, (i == j ? 1 : 2) * w[(i * n) + j]);
                }
            }
        }
    }

    public override void EndGradient(Span<double> gradient)
    {
        for (var i = 0; i < varianceCount; i++)
        {
            gradient[i] += varianceGradient[i];
        }

        if (HasCorrelation)
        {
            gradient[varianceCount] += rhoGradient;
        }
    }

    public override void AddSecondDerivatives(Span<double> matrix)
    {
        var m = ParameterCount;
        for (var a = 0; a < varianceCount && HasCorrelation; a++)
        {
            matrix[(a * m) + varianceCount] += mixedSums[a];
            matrix[(varianceCount * m) + a] += mixedSums[a];
            for (var b = 0; b < varianceCount && SearchesDeviations; b++)
            {
                matrix[(a * m) + b] += pairSums[(a * varianceCount) + b];
            }
        }

        if (HasCorrelation)
        {
            matrix[(m * m) - 1] += rhoSecond;
        }
    }

    public override void Apply(int start, int n, int parameter, ReadOnlySpan<double> a, Span<double> f)
    {
        for (var i = 0; i < n; i++)
        {
            var total = 0.0;
            for (var j = 0; j < n; j++)
            {
                total += outer[start + i] == outer[start + j] ? a[j] * DerivativeBetween(parameter, start + i, start + j) : 0;
            }

            f[i] = total;
        }
    }

    public override void Bounds(Span<double> lower, Span<double> upper)
    {
        lower.Clear();
        upper.Fill(double.PositiveInfinity);
        if (HasCorrelation)
        {
            (lower[varianceCount], upper[varianceCount]) = CorrelationFunction.IsSpatial(Structure)
                ? (Math.Log(smallestDistance * (Structure == CovarianceStructure.SpatialRational ? ShortestRationalRange : ShortestRange)),
                    Math.Log(largestDistance * LongestRange))
                : (CorrelationToSearch(lowestCorrelation), 1);
        }
    }

    public override void ToNatural(ReadOnlySpan<double> search, Span<double> natural)
    {
        for (var i = 0; i < varianceCount; i++)
        {
            natural[i] = SearchesDeviations ? search[i] * search[i] : search[i];
        }

        if (HasCorrelation)
        {
            natural[varianceCount] = CorrelationToNatural(search[varianceCount]);
        }
    }

    public override void ToSearch(ReadOnlySpan<double> natural, Span<double> search)
    {
        for (var i = 0; i < varianceCount; i++)
        {
            search[i] = SearchesDeviations ? Math.Sqrt(natural[i]) : natural[i];
        }

        if (HasCorrelation)
        {
            search[varianceCount] = CorrelationToSearch(natural[varianceCount]);
        }
    }

    public override void Jacobian(ReadOnlySpan<double> search, Span<double> jacobian)
    {
        var m = ParameterCount;
        jacobian[..(m * m)].Clear();
        for (var i = 0; i < varianceCount; i++)
        {
            jacobian[(i * m) + i] = SearchesDeviations ? 2 * search[i] : 1;
        }

        if (HasCorrelation)
        {
            jacobian[(m * m) - 1] = CorrelationFunction.IsSpatial(Structure) ? Math.Exp(search[varianceCount])
                : unit == 1 ? 1 : Math.Pow(search[varianceCount], (1 / unit) - 1) / unit;
        }
    }

    public override void Start(double variance, double correlation, Span<double> natural)
    {
        natural[..varianceCount].Fill(variance);
        if (HasCorrelation)
        {
            // The range at which effects at a typical distance have that correlation; in continuous time that at distance 1, or at the smallest
            // where all are farther apart.
            natural[varianceCount] = CorrelationFunction.IsSpatial(Structure) ? StartingRange(correlation)
                : Math.Max(unit > 1 && correlation > 0 ? Math.Pow(correlation, 1 / unit) : correlation, lowestCorrelation);
        }
    }

    public override bool IsVariance(int parameter) => parameter < varianceCount;

    // Compound symmetry is two variances in disguise.
    public override bool NeedsManyStarts => HasCorrelation && Structure != CovarianceStructure.CompoundSymmetry;

    public override IReadOnlyList<double> StartingCorrelations => Structure switch
    {
        CovarianceStructure.Identity => [],
        CovarianceStructure.Diagonal => [0],
        CovarianceStructure.CompoundSymmetry => [0.9, 0.9 * lowestCorrelation],
        CovarianceStructure.HeteroscedasticCompoundSymmetry => [0.05, 0.9, 0.999, 0.5 * lowestCorrelation],
        CovarianceStructure.Autoregressive or CovarianceStructure.HeteroscedasticAutoregressive => [0.05, 0.9, 0.999, -0.5, -0.9, -0.999],
        CovarianceStructure.ContinuousAutoregressive => [0.05, 0.3, 0.9, 0.999],
        _ => [NearlyUncorrelated, 0.01, 0.2, 0.5, 0.9, 0.99],
    };

    /// <summary>
    /// In continuous time 0 or the smallest number; otherwise −1, but a common correlation of n effects can't lie below −1/(n − 1) in a covariance of effects; n is the largest
    /// number seen together.
    /// </summary>
    public double LowestCorrelation()
    {
        if (!HasCommonCorrelation)
        {
            return !IsContinuous ? -1 : unit < ClosestTime ? SmallestCorrelation : 0;
        }

        var seen = new HashSet<(int, int)>();
        var counts = new Dictionary<int, int>();
        for (var i = 0; i < inner.Length; i++)
        {
            if (seen.Add((outer[i], inner[i])))
            {
                counts[outer[i]] = counts.GetValueOrDefault(outer[i]) + 1;
            }
        }

        return -1.0 / Math.Max(1, counts.Values.Max() - 1);
    }

    private bool IsContinuous => Structure == CovarianceStructure.ContinuousAutoregressive;

    private double Distance(int a, int b) => distances.Between(a, b) / unit;

    private double CorrelationToSearch(double natural) => CorrelationFunction.IsSpatial(Structure) ? Math.Log(natural)
        : unit == 1 || natural < 0 ? natural : Math.Pow(natural, unit);

    private double CorrelationToNatural(double search) => CorrelationFunction.IsSpatial(Structure) ? Math.Exp(search)
        : unit == 1 ? search : Math.Pow(search, 1 / unit);

    private double StartingRange(double correlation) => correlation <= NearlyUncorrelated
        ? CorrelationFunction.Range(Structure, smallestDistance, 0.1)
        : CorrelationFunction.Range(Structure, Math.Sqrt(smallestDistance * largestDistance), Math.Min(correlation, 0.99));

    private double Tau(int row) => tau[varianceCount == 1 ? 0 : inner[row]];

    private double Correlation(int i, int j) =>
        inner[i] == inner[j] ? 1 : CorrelationFunction.Value(Structure, rho, Distance(inner[i], inner[j]));

    private void AccumulatePair(int i, int j, double w)
    {
        var isSame = inner[i] == inner[j];
        var d = isSame ? 0 : Distance(inner[i], inner[j]);
        var c = isSame ? 1 : CorrelationFunction.Value(Structure, rho, d);
        if (SearchesDeviations)
        {
            varianceGradient[inner[i]] += w * c * tau[inner[j]];
            varianceGradient[inner[j]] += w * c * tau[inner[i]];
            pairSums[(inner[i] * varianceCount) + inner[j]] += w * c;
            pairSums[(inner[j] * varianceCount) + inner[i]] += w * c;
        }
        else if (varianceCount == 1)
        {
            varianceGradient[0] += w * c;
        }
        else if (isSame)
        {
            varianceGradient[inner[i]] += w;
        }

        if (HasCorrelation && !isSame)
        {
            AccumulateCorrelation(i, j, w, d);
        }
    }

    private void AccumulateCorrelation(int i, int j, double w, double d)
    {
        var slope = w * CorrelationFunction.Derivative(Structure, rho, d);
        rhoGradient += slope * Tau(i) * Tau(j);
        rhoSecond += w * Tau(i) * Tau(j) * CorrelationFunction.SecondDerivative(Structure, rho, d);
        if (SearchesDeviations)
        {
            mixedSums[inner[i]] += slope * tau[inner[j]];
            mixedSums[inner[j]] += slope * tau[inner[i]];
        }
        else if (varianceCount == 1)
        {
            mixedSums[0] += slope;
        }
    }

    private double DerivativeBetween(int parameter, int i, int j)
    {
        if (parameter == varianceCount)
        {
            return inner[i] == inner[j] ? 0
                : Tau(i) * Tau(j) * CorrelationFunction.Derivative(Structure, rho, Distance(inner[i], inner[j]));
        }

        if (varianceCount == 1)
        {
            return Correlation(i, j);
        }

        var (isI, isJ) = (inner[i] == parameter, inner[j] == parameter);
        if (!SearchesDeviations)
        {
            return isI && isJ ? 1 : 0;
        }

        return isI || isJ ? Correlation(i, j) * ((isI ? Tau(j) : 0) + (isJ ? Tau(i) : 0)) : 0;
    }
}
