namespace MetaBridge.Bayes;

/// <summary>Which part of τ² a quantity speaks of.</summary>
internal enum HeterogeneityPart
{
    /// <summary>All of it.</summary>
    Total,

    /// <summary>(1 − ρ) τ², between studies of a cluster.</summary>
    Within,

    /// <summary>ρ τ², between clusters.</summary>
    Between,
}

/// <summary>The scale on which a part is expressed.</summary>
internal enum HeterogeneityScale
{
    /// <summary>Standard deviation.</summary>
    Tau,

    /// <summary>Variance.</summary>
    TauSquared,

    /// <summary>I² in percent.</summary>
    ISquared,

    /// <summary>H².</summary>
    HSquared,
}

/// <summary>A heterogeneity measure as a function of τ, ρ and the scale factors, rising in τ; with its inverse in τ.</summary>
/// <remarks>
/// <para>
/// With f_i = exp(2 z_i'b) (1 without scale moderators), ṽ the typical sampling variance (Higgins &amp; Thompson, 2002, equation 9) and share s ∈ {1, 1 − ρ, ρ}:
/// τ² = s τ² mean f; I² = 100 s mean(τ² f_i / (τ² f_i + ṽ)); H² = 1 + τ² mean f / ṽ.
/// </para>
/// <para>Means are taken over the posterior, not plugged in: I² of the mean τ² is another number.</para>
/// </remarks>
internal sealed record HeterogeneityQuantity(string Name, HeterogeneityScale Scale, HeterogeneityPart Part)
{
    private const int MaxBisections = 200;

    /// <summary>The rows of a heterogeneity summary after τ and ρ themselves.</summary>
    public static IReadOnlyList<HeterogeneityQuantity> All { get; } =
    [
        new("tau", HeterogeneityScale.Tau, HeterogeneityPart.Total),
        new("tau [within]", HeterogeneityScale.Tau, HeterogeneityPart.Within),
        new("tau [between]", HeterogeneityScale.Tau, HeterogeneityPart.Between),
        new("tau2", HeterogeneityScale.TauSquared, HeterogeneityPart.Total),
        new("tau2 [within]", HeterogeneityScale.TauSquared, HeterogeneityPart.Within),
        new("tau2 [between]", HeterogeneityScale.TauSquared, HeterogeneityPart.Between),
        new("I2", HeterogeneityScale.ISquared, HeterogeneityPart.Total),
        new("I2 [within]", HeterogeneityScale.ISquared, HeterogeneityPart.Within),
        new("I2 [between]", HeterogeneityScale.ISquared, HeterogeneityPart.Between),
        new("H2", HeterogeneityScale.HSquared, HeterogeneityPart.Total),
    ];

    /// <summary>The range of the measure.</summary>
    public (double Lower, double Upper) Support => Scale switch
    {
        HeterogeneityScale.ISquared => (0, 100),
        HeterogeneityScale.HSquared => (1, double.PositiveInfinity),
        _ => (0, double.PositiveInfinity),
    };

    /// <summary>The share s.</summary>
    public double Share(VarianceParameters at) => Part switch
    {
        HeterogeneityPart.Within => at.OneMinusRho,
        HeterogeneityPart.Between => at.Rho,
        _ => 1,
    };

    /// <summary>The measure.</summary>
    /// <param name="at">τ and ρ.</param>
    /// <param name="factors">f_i.</param>
    /// <param name="typicalVariance">ṽ.</param>
    public double Value(VarianceParameters at, double[] factors, double typicalVariance)
    {
        var tau2 = at.Tau * at.Tau;
        var share = Share(at);
        return Scale switch
        {
            HeterogeneityScale.Tau => at.Tau * Math.Sqrt(share * Average(factors)),
            HeterogeneityScale.TauSquared => tau2 * share * Average(factors),
            HeterogeneityScale.ISquared => 100 * share * Fraction(tau2, factors, typicalVariance),
            _ => 1 + (tau2 * Average(factors) / typicalVariance),
        };
    }

    /// <summary>The τ at which the measure is x, given ρ and the factors; +∞ when it never is.</summary>
    public double TauAt(double x, VarianceParameters at, double[] factors, double typicalVariance)
    {
        var share = Share(at);
        return Scale switch
        {
            HeterogeneityScale.Tau => x / Math.Sqrt(share * Average(factors)),
            HeterogeneityScale.TauSquared => Math.Sqrt(x / (share * Average(factors))),
            HeterogeneityScale.ISquared => TauAtFraction(x / (100 * share), factors, typicalVariance),
            _ => Math.Sqrt((x - 1) * typicalVariance / Average(factors)),
        };
    }

    /// <summary>The share at which the measure is x, given τ and the factors; may exceed 1.</summary>
    public double ShareAt(double x, VarianceParameters at, double[] factors, double typicalVariance)
    {
        var relative = x / (this with { Part = HeterogeneityPart.Total }).Value(at, factors, typicalVariance);
        return Scale == HeterogeneityScale.Tau ? relative * relative : relative;
    }

    private static double Average(double[] factors) => factors.Length == 1 ? factors[0] : factors.Sum() / factors.Length;

    private static double Fraction(double tau2, double[] factors, double typicalVariance)
    {
        var sum = 0.0;
        foreach (var f in factors)
        {
            sum += tau2 * f / ((tau2 * f) + typicalVariance);
        }

        return sum / factors.Length;
    }

    private static double TauAtFraction(double fraction, double[] factors, double typicalVariance)
    {
        if (!(fraction < 1))
        {
            return double.PositiveInfinity;
        }

        if (factors.Length == 1)
        {
            return Math.Sqrt(typicalVariance * fraction / ((1 - fraction) * factors[0]));
        }

        // Between the answers for the largest and the smallest factor alone.
        var one = 0.5 * Math.Log(typicalVariance * fraction / (1 - fraction));
        double low = one - (0.5 * Math.Log(factors.Max())), high = one - (0.5 * Math.Log(factors.Min()));
        for (var i = 0; i < MaxBisections && high - low > 1e-14 * Math.Max(1, Math.Abs(low)); i++)
        {
            var mid = (low + high) / 2;
            (low, high) = Fraction(Math.Exp(2 * mid), factors, typicalVariance) < fraction ? (mid, high) : (low, mid);
        }

        return Math.Exp((low + high) / 2);
    }
}
