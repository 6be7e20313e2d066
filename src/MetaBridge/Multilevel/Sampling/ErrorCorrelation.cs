namespace MetaBridge.Multilevel.Sampling;

/// <summary>The correlation of two sampling errors of one cluster, from what was measured, when and in which groups.</summary>
/// <remarks>
/// <para>An outcome of one condition is X(g, t), one of a contrast X(g₁, t₁) − X(g₂, t₂), with Var X(g, t) ∝ 1/w and
/// Cov(X(g, t), X(g, t')) ∝ φ^|t − t'| / √(w w') within a group, 0 between groups. The correlation of two outcomes is that of these
/// differences, times the correlation of what was measured: 1, ρ within a type, or ρ between types.</para>
/// <para>Each factor is the covariance of something, so their product is positive semidefinite (Schur) whenever the
/// given correlations are. Gleser and Olkin (2009) have the special cases of shared groups and of several outcomes.</para>
/// </remarks>
internal sealed class ErrorCorrelation
{
    /// <summary>Observation of each row; null when all are the same.</summary>
    public int[]? Observations { get; init; }

    /// <summary>Type of each row; null when all are the same.</summary>
    public int[]? Types { get; init; }

    /// <summary>Group of the first condition; null for one group per cluster.</summary>
    public int[]? Groups1 { get; init; }

    /// <summary>Group of the second condition; null without contrasts.</summary>
    public int[]? Groups2 { get; init; }

    /// <summary>Time of the first condition; null without times.</summary>
    public double[]? Times1 { get; init; }

    /// <summary>Time of the second condition.</summary>
    public double[]? Times2 { get; init; }

    /// <summary>Weights of the first condition; null for equal ones.</summary>
    public double[]? Weights1 { get; init; }

    /// <summary>Weights of the second condition.</summary>
    public double[]? Weights2 { get; init; }

    /// <summary>Correlation of two observations of one type.</summary>
    public CorrelationLookup? Within { get; init; }

    /// <summary>Correlation of two types.</summary>
    public CorrelationLookup? BetweenTypes { get; init; }

    /// <summary>φ.</summary>
    public double Autocorrelation { get; init; } = 1;

    /// <summary>The correlation of the errors of rows i and j of one cluster.</summary>
    public double Between(int i, int j) => Measured(i, j) * Conditions(i, j);

    /// <summary>Var(X₁ − X₂) up to a factor; zero where a condition is compared with itself.</summary>
    public double ContrastVariance(int i) =>
        (1 / Weight1(i)) + (1 / Weight2(i)) - (2 * Shared(Groups1![i], Time1(i), Weight1(i), Groups2![i], Time2(i), Weight2(i)));

    private double Measured(int i, int j)
    {
        if (Types is { } types && types[i] != types[j])
        {
            return BetweenTypes!.Of(types[i], types[j]);
        }

        return Observations is { } observations && observations[i] != observations[j] ? Within!.Of(observations[i], observations[j]) : 1;
    }

    private double Conditions(int i, int j)
    {
        if (Groups2 is null)
        {
            return Groups1 is null || Groups1[i] == Groups1[j] ? Decay(Time1(i), Time1(j)) : 0;
        }

        var (a1, a2, b1, b2) = (Groups1![i], Groups2[i], Groups1[j], Groups2[j]);
        var covariance = Shared(a1, Time1(i), Weight1(i), b1, Time1(j), Weight1(j))
            - Shared(a1, Time1(i), Weight1(i), b2, Time2(j), Weight2(j))
            - Shared(a2, Time2(i), Weight2(i), b1, Time1(j), Weight1(j))
            + Shared(a2, Time2(i), Weight2(i), b2, Time2(j), Weight2(j));
        return covariance == 0 ? 0 : covariance / Math.Sqrt(ContrastVariance(i) * ContrastVariance(j));
    }

    private double Shared(int groupA, double timeA, double weightA, int groupB, double timeB, double weightB) =>
        groupA == groupB ? Decay(timeA, timeB) / Math.Sqrt(weightA * weightB) : 0;

    private double Decay(double a, double b) => a == b ? 1 : Math.Pow(Autocorrelation, Math.Abs(a - b));

    private double Time1(int i) => Times1 is null ? 0 : Times1[i];

    private double Time2(int i) => Times2 is null ? Time1(i) : Times2[i];

    private double Weight1(int i) => Weights1 is null ? 1 : Weights1[i];

    private double Weight2(int i) => Weights2 is null ? Weight1(i) : Weights2[i];
}
