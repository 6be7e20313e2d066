namespace MetaBridge.Univariate;

/// <summary>The profile of a model with an intercept alone when one study has nearly all of the weight.</summary>
/// <remarks>
/// The plain formulas then subtract numbers that agree in most digits. Here the dominating study's terms are cancelled on paper. With its weight
/// ω and effect η, the sums over the others Ti = Σ wⁱ, Ai = Σ wⁱd, Bi = Σ wⁱd² for d = y − η, S = ω + T₁, δ = A₁/S (the mean is η + δ), and E = A₂ − δT₂:
/// <list type="bullet">
/// <item>tr P = (2ωT₁ + T₁² − T₂)/S</item>
/// <item>tr PP = (ω²(T₁² + 3T₂) + 2ω(T₁T₂ − T₃) + T₁²T₂ − 2T₁T₃ + T₂²)/S²</item>
/// <item>y'Py = B₁ − δA₁, y'PPy = ω²δ² + B₂ − 2δA₂ + δ²T₂</item>
/// <item>y'PPPy = B₃ − 2δA₃ + δ²T₃ + (ω³δ²T₁ + 2ω²δE − E²)/S</item>
/// </list>
/// </remarks>
internal static class DominatedSums
{
    /// <summary>Below this tr P/Σ w, which is 1 − Σ w²/(Σ w)², these formulas are used.</summary>
    public const double LargestRest = 1.0 / 8;

    /// <summary>Whether one study dominates.</summary>
    public static bool Apply(in InterceptSums sums) => sums.S1 - (sums.S2 / sums.S1) < LargestRest * sums.S1;

    /// <summary>The profile.</summary>
    /// <param name="y">Effect sizes.</param>
    /// <param name="v">Variances.</param>
    /// <param name="tau2">τ².</param>
    /// <param name="first">The study with the smallest variance.</param>
    public static ProfilePoint At(ReadOnlySpan<double> y, ReadOnlySpan<double> v, double tau2, int first)
    {
        var center = y[first];
        var t = InterceptSums.Of(y[..first], v[..first], tau2, center)
            .Plus(InterceptSums.Of(y[(first + 1)..], v[(first + 1)..], tau2, center));
        var weight = 1 / (v[first] + tau2);
        var sum = weight + t.S1;
        // Ratios, so that the square of a huge weight doesn't leave the range of floating-point numbers.
        var part = weight / sum;
        var delta = t.R1 / sum;
        var e = t.R2 - (delta * t.S2);
        var rest = (t.S1 / sum * (((t.S1 * t.S2) - (2 * t.S3)) / sum)) + (t.S2 / sum * (t.S2 / sum));
        return new ProfilePoint(
            tau2,
            Math.Max(0, t.Q1 - (delta * t.R1)),
            (part * t.R1 * part * t.R1) + t.Q2 - (2 * delta * t.R2) + (delta * delta * t.S2),
            t.Q3 - (2 * delta * t.R3) + (delta * delta * t.S3)
                + (part * part * part * t.R1 * t.R1 * t.S1) + (2 * part * part * t.R1 * e) - (e * e / sum),
            sum,
            (weight * weight) + t.S2,
            (2 * part * t.S1) + (((t.S1 * t.S1) - t.S2) / sum),
            (part * part * ((t.S1 * t.S1) + (3 * t.S2))) + (2 * part * ((t.S1 * t.S2) - t.S3) / sum) + rest,
            center + delta,
            ((weight * part * t.R1) - e) / sum);
    }
}
