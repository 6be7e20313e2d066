using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Integrates the coefficients out of a normal likelihood under normal, t, Cauchy or uniform priors, one of them truncated.</summary>
/// <remarks>
/// <code>
/// ln m = −½ { n ln 2π + ln|V| + Σ ln(2π s_j²) + c − B'A⁻¹B + ln|A| − p ln 2π } + ln P(β_t in its bounds) − ln P₀
/// A = X'V⁻¹X + diag(1/s²)     B = X'V⁻¹y + b₀/s²     c = y'V⁻¹y + Σ b₀²/s²     β | y ~ N(A⁻¹B, A⁻¹)
/// </code>
/// A t prior is a normal one whose variance s² has an inverse gamma distribution; s² is then one more axis of the quadrature. A uniform prior has 1/s² = 0 and
/// a constant instead of ln(2π s²).
/// </remarks>
internal sealed class CoefficientModel
{
    private readonly double[] location, variance, flat;
    private readonly double[] lower, upper;
    private readonly double priorMass;
    private readonly double[] a, b;

    /// <summary>Reads the priors.</summary>
    /// <param name="priors">One per coefficient that is not a point.</param>
    /// <param name="names">Their names, for messages.</param>
    /// <param name="centres">What was subtracted from each coefficient when y was centred.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.PriorNotSupported"/>.</exception>
    public CoefficientModel(PriorDistribution[] priors, IReadOnlyList<string> names, double[] centres)
    {
        Count = priors.Length;
        (location, variance, flat) = (new double[Count], new double[Count], new double[Count]);
        (lower, upper) = (new double[Count], new double[Count]);
        var mixtures = new List<(int, double, double)>();
        for (var j = 0; j < Count; j++)
        {
            var prior = priors[j];
            (lower[j], upper[j]) = (prior.Lower - centres[j], prior.Upper - centres[j]);
            var (centre, scale, df) = prior.LocationScale;
            switch (prior.Prior.Distribution)
            {
                case PriorFamily.Normal:
                    (location[j], variance[j]) = (centre - centres[j], scale * scale);
                    break;
                case PriorFamily.StudentT or PriorFamily.Cauchy:
                    location[j] = centre - centres[j];
                    mixtures.Add((j, df / 2, df * scale * scale / 2));
                    break;
                case PriorFamily.Uniform:
                    (variance[j], flat[j]) = (double.PositiveInfinity, -Math.Log(prior.Upper - prior.Lower));
                    break;
                default:
                    throw NotSupported(names[j], $"the family '{Keywords<PriorFamily>.Of(prior.Prior.Distribution)}'");
            }

            if (prior.IsTruncated || prior.Prior.Distribution == PriorFamily.Uniform)
            {
                Truncated = Truncated is null ? j : throw NotSupported(names[j], "a truncation although another coefficient has one");
                priorMass = prior.Prior.Distribution == PriorFamily.Uniform ? 0 : prior.LogMassInside;
            }
        }

        Mixtures = mixtures;
        (a, b) = (new double[Count * Count], new double[Count]);
        (Mean, Covariance) = (new double[Count], new double[Count * Count]);
    }

    /// <summary>p, the coefficients that are not fixed.</summary>
    public int Count { get; }

    /// <summary>The coefficient that is bounded, or null.</summary>
    public int? Truncated { get; }

    /// <summary>The bounds of the truncated coefficient, centred.</summary>
    public (double Lower, double Upper) Bounds => Truncated is { } j ? (lower[j], upper[j]) : (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Coefficients with t priors, and shape and scale of the inverse gamma of their variance.</summary>
    public IReadOnlyList<(int Coefficient, double Shape, double Scale)> Mixtures { get; }

    /// <summary>Posterior mean of the last <see cref="Integrate"/>, before truncation.</summary>
    public double[] Mean { get; }

    /// <summary>Posterior covariance of the last <see cref="Integrate"/>, before truncation, p × p.</summary>
    public double[] Covariance { get; }

    /// <summary>ln m.</summary>
    /// <param name="moments">M as <see cref="GaussianKernel"/> packs it.</param>
    /// <param name="logDeterminant">ln|V|.</param>
    /// <param name="count">n (Σ ω).</param>
    /// <param name="mixtureVariances">s² of the coefficients with t priors, in the order of <see cref="Mixtures"/>.</param>
    public double Integrate(ReadOnlySpan<double> moments, double logDeterminant, double count, ReadOnlySpan<double> mixtureVariances)
    {
        for (var m = 0; m < Mixtures.Count; m++)
        {
            variance[Mixtures[m].Coefficient] = mixtureVariances[m];
        }

        var constant = moments[^1];
        var log = -0.5 * ((count * Math.Log(2 * Math.PI)) + logDeterminant);
        for (int r = 0, at = 0; r < Count; r++, at++)
        {
            for (var c = r; c < Count; c++, at++)
            {
                a[(r * Count) + c] = a[(c * Count) + r] = moments[at];
            }

            b[r] = moments[at];
            var s2 = variance[r];
            if (double.IsPositiveInfinity(s2))
            {
                log += flat[r] + (0.5 * Math.Log(2 * Math.PI));
                continue;
            }

            a[(r * Count) + r] += 1 / s2;
            b[r] += location[r] / s2;
            constant += location[r] * location[r] / s2;
            log -= 0.5 * Math.Log(s2);
        }

        log -= 0.5 * (SmallMatrix.InvertPositive(a, Count, Covariance) + constant);
        var quadratic = 0.0;
        for (var r = 0; r < Count; r++)
        {
            var sum = 0.0;
            for (var c = 0; c < Count; c++)
            {
                sum += Covariance[(r * Count) + c] * b[c];
            }

            Mean[r] = sum;
            quadratic += sum * b[r];
        }

        return log + (0.5 * quadratic) + LogTruncation();
    }

    private double LogTruncation()
    {
        if (Truncated is not { } j)
        {
            return 0;
        }

        var sd = Math.Sqrt(Covariance[(j * Count) + j]);
        return TruncatedNormal.LogMass((lower[j] - Mean[j]) / sd, (upper[j] - Mean[j]) / sd) - priorMass;
    }

    private static MetaBridgeException NotSupported(string name, string what) => new(
        ErrorCode.PriorNotSupported,
        $"The prior of the coefficient '{name}' has {what}, which the quadrature does not cover.",
        new Dictionary<string, object?> { ["parameter"] = name });
}
