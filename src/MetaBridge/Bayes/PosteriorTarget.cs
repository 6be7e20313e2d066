using System.Runtime.InteropServices;
using MathNet.Numerics;
using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>ln of likelihood times prior over the axes, coefficients integrated out; remembers each lattice point.</summary>
internal sealed class PosteriorTarget : ILatticeTarget
{
    /// <summary>So many sums are kept of points that are not remembered, such as those of a search.</summary>
    private const int CachedOutsideLattice = 4096;

    private readonly BayesInput input;
    private readonly double[] scale;
    private readonly double[] mixture;
    private readonly double[] given;
    private readonly double[] fixedScale;
    private readonly List<VarianceParameters> parameters = [];
    private readonly List<double> scales = [];
    private readonly List<double> means = [];
    private readonly List<double> covariances = [];
    private readonly List<double> mixtures = [];
    private readonly List<double> givens = [];
    private readonly Dictionary<OuterPoint, (double[] Moments, double LogDeterminant)>? cache;

    public PosteriorTarget(BayesInput input, GaussianKernel kernel, CoefficientModel coefficients)
    {
        this.input = input;
        Kernel = kernel;
        Coefficients = coefficients;
        Axes = new PosteriorAxes(input, coefficients);
        fixedScale = Array.ConvertAll(input.ScalePriors, prior => prior.IsPoint ? prior.PointValue : 0);
        scale = new double[input.ScalePriors.Length];
        mixture = new double[coefficients.Mixtures.Count];
        given = new double[coefficients.Gridded.Count];
        cache = mixture.Length + given.Length > 0 && scale.Length <= OuterPoint.MostScales ? [] : null;
    }

    /// <summary>The axes.</summary>
    public PosteriorAxes Axes { get; }

    /// <summary>The likelihood's sums.</summary>
    public GaussianKernel Kernel { get; }

    /// <summary>The coefficients' integral.</summary>
    public CoefficientModel Coefficients { get; }

    /// <inheritdoc/>
    public int Dimensions => Axes.Count;

    /// <summary>τ and ρ of the last evaluation.</summary>
    public VarianceParameters Current { get; private set; }

    /// <summary>The coefficients of ln τ of the last evaluation.</summary>
    public ReadOnlySpan<double> CurrentScale => scale;

    /// <summary>τ and ρ of a point.</summary>
    public VarianceParameters Parameters(int slot) => parameters[slot];

    /// <summary>The coefficients of ln τ at a point.</summary>
    public ReadOnlySpan<double> Scale(int slot) => CollectionsMarshal.AsSpan(scales).Slice(slot * scale.Length, scale.Length);

    /// <summary>The conditional mean of the coefficients at a point, before truncation.</summary>
    public ReadOnlySpan<double> Mean(int slot) => CollectionsMarshal.AsSpan(means).Slice(slot * Coefficients.Count, Coefficients.Count);

    /// <summary>The conditional covariance of the coefficients at a point, before truncation.</summary>
    public ReadOnlySpan<double> Covariance(int slot) =>
        CollectionsMarshal.AsSpan(covariances).Slice(slot * Coefficients.Count * Coefficients.Count, Coefficients.Count * Coefficients.Count);

    /// <summary>The variances of t priors at a point.</summary>
    public ReadOnlySpan<double> Mixture(int slot) => CollectionsMarshal.AsSpan(mixtures).Slice(slot * mixture.Length, mixture.Length);

    /// <summary>The centred values at a point of the coefficients that are axes.</summary>
    public ReadOnlySpan<double> Given(int slot) => CollectionsMarshal.AsSpan(givens).Slice(slot * given.Length, given.Length);

    /// <inheritdoc/>
    public AxisValue At(int axis, double u)
    {
        var (role, number, map, prior) = Axes[axis];
        if (role == AxisRole.Mixture)
        {
            var (_, shape, scale2) = Coefficients.Mixtures[number];
            var log = (shape * Math.Log(scale2)) - SpecialFunctions.GammaLn(shape) - (shape * u) - (scale2 * Math.Exp(-u));
            return new AxisValue(Math.Exp(u), double.NaN, log);
        }

        var point = map.At(u);
        var aboveZero = map.Lower == 0 ? point.AboveLower : point.Value;
        var belowOne = map.Upper == 1 ? point.BelowUpper : 1 - point.Value;
        return new AxisValue(
            role is AxisRole.Scale or AxisRole.Coefficient ? point.Value : aboveZero, belowOne, prior!.LogDensity(point.Value, aboveZero, belowOne) + point.LogSlope);
    }

    /// <summary>ln density at coordinates u, for use without a lattice; −∞ where it is not a number.</summary>
    public double LogDensity(double[] u) => LogDensity(u, -1);

    /// <summary>The same, remembered as a point with equal weight.</summary>
    public double LogDensity(double[] u, int slot)
    {
        Span<AxisValue> point = u.Length <= 16 ? stackalloc AxisValue[u.Length] : new AxisValue[u.Length];
        var log = 0.0;
        for (var d = 0; d < u.Length; d++)
        {
            point[d] = At(d, u[d]);
            log += point[d].LogTerm;
        }

        log += Evaluate(point, slot);
        return double.IsNaN(log) ? double.NegativeInfinity : log;
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<AxisValue> point, int slot)
    {
        var variance = Current = Read(point);
        double log;
        var outer = cache is null ? default : new OuterPoint(variance, scale);
        if (cache is not null && cache.TryGetValue(outer, out var known))
        {
            log = Coefficients.Integrate(known.Moments, known.LogDeterminant, Kernel.TotalWeight, mixture, given);
        }
        else
        {
            Kernel.Evaluate(variance, scale);
            log = Coefficients.Integrate(Kernel.Moments, Kernel.LogDeterminant, Kernel.TotalWeight, mixture, given);
            if (slot >= 0 || cache?.Count < CachedOutsideLattice)
            {
                cache?.Add(outer, ((double[])Kernel.Moments.Clone(), Kernel.LogDeterminant));
            }
        }

        if (slot >= 0)
        {
            Remember(variance);
        }

        return log;
    }

    /// <summary>Puts a point's values where they belong.</summary>
    private VarianceParameters Read(ReadOnlySpan<AxisValue> point)
    {
        var rho = input.Clusters is null || !input.Allocation.IsPoint ? 0 : input.Allocation.PointValue;
        var oneMinusRho = 1 - rho;
        var tau = input.Heterogeneity.IsPoint ? input.Heterogeneity.PointValue : 0;
        fixedScale.CopyTo(scale, 0);
        for (var d = 0; d < point.Length; d++)
        {
            var axis = Axes[d];
            switch (axis.Role)
            {
                case AxisRole.Mixture:
                    mixture[axis.Number] = point[d].Value;
                    break;
                case AxisRole.Coefficient:
                    given[axis.Number] = point[d].Value - Coefficients.Gridded[axis.Number].Centre;
                    break;
                case AxisRole.Scale:
                    scale[axis.Number] = point[d].Value;
                    break;
                case AxisRole.Allocation:
                    (rho, oneMinusRho) = (point[d].Value, point[d].Complement);
                    break;
                default:
                    tau = point[d].Value;
                    break;
            }
        }

        return new VarianceParameters(tau, rho, oneMinusRho);
    }

    private void Remember(VarianceParameters variance)
    {
        parameters.Add(variance);
        scales.AddRange(scale);
        means.AddRange(Coefficients.Mean);
        covariances.AddRange(Coefficients.Covariance);
        mixtures.AddRange(mixture);
        givens.AddRange(given);
    }

    /// <summary>The parameters that the kernel depends on, as a key.</summary>
    private readonly record struct OuterPoint(VarianceParameters Variance, double A, double B, double C, double D)
    {
        /// <summary>How many scale coefficients the key has room for.</summary>
        public const int MostScales = 4;

        public OuterPoint(VarianceParameters variance, double[] b)
            : this(variance, b.ElementAtOrDefault(0), b.ElementAtOrDefault(1), b.ElementAtOrDefault(2), b.ElementAtOrDefault(3))
        {
        }
    }
}
