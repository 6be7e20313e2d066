using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>A coefficient that is an axis of its own, because no normal distribution describes its prior.</summary>
/// <param name="Coefficient">Its number among those that are not points.</param>
/// <param name="Prior">Its prior.</param>
/// <param name="Centre">What was subtracted from it when y was centred.</param>
internal sealed record GriddedCoefficient(int Coefficient, PriorDistribution Prior, double Centre);

/// <summary>Integrates the coefficients out of a normal likelihood under normal, t, Cauchy or uniform priors, one of them truncated; others are given.</summary>
/// <remarks>
/// <code>
/// ln m = −½ { n ln 2π + ln|V| + Σ ln(2π s_j²) + c − B'A⁻¹B + ln|A| − p ln 2π } + ln P(β_t in its bounds) − ln P₀
/// A = X'V⁻¹X + diag(1/s²)     B = X'V⁻¹y + b₀/s²     c = y'V⁻¹y + Σ b₀²/s²     β | y ~ N(A⁻¹B, A⁻¹)
/// </code>
/// A t prior is a normal one whose variance s² has an inverse gamma distribution; s² is then one more axis of the quadrature. A uniform prior has 1/s² = 0 and
/// a constant instead of ln(2π s²). A coefficient with another prior, or a second bounded one, is an axis itself: given its value, y − xβ takes the place of y.
/// </remarks>
internal sealed class CoefficientModel
{
    private readonly double[] location, variance, flat;
    private readonly double[] lower, upper;
    private readonly double priorMass;
    private readonly int[] inner;
    private readonly double[] a, b, covariance;

    /// <summary>Reads the priors.</summary>
    /// <param name="priors">One per coefficient that is not a point.</param>
    /// <param name="centres">What was subtracted from each coefficient when y was centred.</param>
    /// <param name="gridAll">Whether every bounded coefficient is an axis, also one that could be integrated.</param>
    public CoefficientModel(PriorDistribution[] priors, double[] centres, bool gridAll)
    {
        Count = priors.Length;
        (location, variance, flat) = (new double[Count], new double[Count], new double[Count]);
        (lower, upper) = (new double[Count], new double[Count]);
        var special = Enumerable.Range(0, Count).Where(j => !IsNormalMixture(priors[j])).ToArray();
        Truncated = !gridAll && special is [var only] && (IsLocationScale(priors[only]) || priors[only].Prior.Distribution == PriorFamily.Uniform)
            ? only
            : null;
        Gridded = Truncated is not null ? [] : [.. special.Select(j => new GriddedCoefficient(j, priors[j], centres[j]))];
        inner = [.. Enumerable.Range(0, Count).Where(j => Truncated == j || !special.Contains(j))];
        var mixtures = new List<(int, double, double)>();
        foreach (var j in inner)
        {
            var prior = priors[j];
            var (centre, scale, df) = prior.LocationScale;
            location[j] = centre - centres[j];
            switch (prior.Prior.Distribution)
            {
                case PriorFamily.Normal:
                    variance[j] = scale * scale;
                    break;
                case PriorFamily.Uniform:
                    (location[j], variance[j], flat[j]) = (0, double.PositiveInfinity, -Math.Log(prior.Upper - prior.Lower));
                    break;
                default:
                    mixtures.Add((j, df / 2, df * scale * scale / 2));
                    break;
            }
        }

        if (Truncated is { } t)
        {
            (lower[t], upper[t]) = (priors[t].Lower - centres[t], priors[t].Upper - centres[t]);
            priorMass = priors[t].Prior.Distribution == PriorFamily.Uniform ? 0 : priors[t].LogMassInside;
        }

        Mixtures = mixtures;
        (a, b, covariance) = (new double[inner.Length * inner.Length], new double[inner.Length], new double[inner.Length * inner.Length]);
        (Mean, Covariance) = (new double[Count], new double[Count * Count]);
    }

    /// <summary>p, the coefficients that are not fixed.</summary>
    public int Count { get; }

    /// <summary>The bounded coefficient that is integrated analytically, or null.</summary>
    public int? Truncated { get; }

    /// <summary>The coefficients that are axes.</summary>
    public IReadOnlyList<GriddedCoefficient> Gridded { get; }

    /// <summary>The bounds of the truncated coefficient, centred.</summary>
    public (double Lower, double Upper) Bounds => Truncated is { } j ? (lower[j], upper[j]) : (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Coefficients with t priors, and shape and scale of the inverse gamma of their variance.</summary>
    public IReadOnlyList<(int Coefficient, double Shape, double Scale)> Mixtures { get; }

    /// <summary>Posterior mean of the last <see cref="Integrate"/>, before truncation; the value of a coefficient that is an axis.</summary>
    public double[] Mean { get; }

    /// <summary>Posterior covariance of the last <see cref="Integrate"/>, before truncation, p × p; 0 for a coefficient that is an axis.</summary>
    public double[] Covariance { get; }

    /// <summary>ln m.</summary>
    /// <param name="moments">M as <see cref="GaussianKernel"/> packs it.</param>
    /// <param name="logDeterminant">ln|V|.</param>
    /// <param name="count">n (Σ ω).</param>
    /// <param name="mixtureVariances">s² of the coefficients with t priors, in the order of <see cref="Mixtures"/>.</param>
    /// <param name="given">The centred values of <see cref="Gridded"/>, whose priors are not part of m.</param>
    public double Integrate(
        ReadOnlySpan<double> moments, double logDeterminant, double count, ReadOnlySpan<double> mixtureVariances, ReadOnlySpan<double> given)
    {
        for (var m = 0; m < Mixtures.Count; m++)
        {
            variance[Mixtures[m].Coefficient] = mixtureVariances[m];
        }

        var n = inner.Length;
        var constant = moments[^1];
        var log = -0.5 * ((count * Math.Log(2 * Math.PI)) + logDeterminant);
        for (var r = 0; r < n; r++)
        {
            var j = inner[r];
            for (var c = r; c < n; c++)
            {
                a[(r * n) + c] = a[(c * n) + r] = At(moments, j, inner[c]);
            }

            b[r] = At(moments, j, Count);
            var s2 = variance[j];
            if (double.IsPositiveInfinity(s2))
            {
                log += flat[j] + (0.5 * Math.Log(2 * Math.PI));
                continue;
            }

            a[(r * n) + r] += 1 / s2;
            b[r] += location[j] / s2;
            constant += location[j] * location[j] / s2;
            log -= 0.5 * Math.Log(s2);
        }

        constant += Gridded.Count > 0 ? Subtract(moments, given) : 0;
        log -= 0.5 * (SmallMatrix.InvertPositive(a, n, covariance) + constant);
        return log + (0.5 * Solve()) + LogTruncation();
    }

    /// <summary>Replaces y by y − xβ for the given coefficients in b; returns the change of y'V⁻¹y.</summary>
    private double Subtract(ReadOnlySpan<double> moments, ReadOnlySpan<double> given)
    {
        var change = 0.0;
        for (var g = 0; g < Gridded.Count; g++)
        {
            var j = Gridded[g].Coefficient;
            Mean[j] = given[g];
            for (var r = 0; r < inner.Length; r++)
            {
                b[r] -= At(moments, inner[r], j) * given[g];
            }

            change -= 2 * At(moments, j, Count) * given[g];
            for (var h = 0; h < Gridded.Count; h++)
            {
                change += At(moments, j, Gridded[h].Coefficient) * given[g] * given[h];
            }
        }

        return change;
    }

    /// <summary>A⁻¹B into <see cref="Mean"/> and <see cref="Covariance"/>; returns B'A⁻¹B.</summary>
    private double Solve()
    {
        var n = inner.Length;
        var quadratic = 0.0;
        for (var r = 0; r < n; r++)
        {
            var sum = 0.0;
            for (var c = 0; c < n; c++)
            {
                sum += covariance[(r * n) + c] * b[c];
                Covariance[(inner[r] * Count) + inner[c]] = covariance[(r * n) + c];
            }

            Mean[inner[r]] = sum;
            quadratic += sum * b[r];
        }

        return quadratic;
    }

    /// <summary>An element of M, whose last row and column belong to y.</summary>
    private double At(ReadOnlySpan<double> moments, int r, int c)
    {
        var (low, high) = r < c ? (r, c) : (c, r);
        return moments[(low * (Count + 1)) - (low * (low - 1) / 2) + (high - low)];
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

    private static bool IsLocationScale(PriorDistribution prior) => prior.Prior.Distribution is PriorFamily.Normal or PriorFamily.StudentT or PriorFamily.Cauchy;

    private static bool IsNormalMixture(PriorDistribution prior) => IsLocationScale(prior) && !prior.IsTruncated;
}
