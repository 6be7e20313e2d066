using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>How the sampling errors of one cluster's effect sizes are correlated.</summary>
public enum AggregationStructure
{
    /// <summary>Independent.</summary>
    [Keyword("ID", "independent")]
    Independent,

    /// <summary>The same correlation ρ between all.</summary>
    [Keyword("CS", "compound symmetric: rho")]
    CompoundSymmetric,

    /// <summary>φ to the power of the distance in time.</summary>
    [Keyword("CAR", "continuous-time autoregressive: phi^|t - t'|")]
    Autoregressive,

    /// <summary>ρ + (1 − ρ) φ^|t − t′|.</summary>
    [Keyword("CS+CAR", "rho + (1 - rho) phi^|t - t'|")]
    SymmetricPlusAutoregressive,

    /// <summary>φ^|t − t′| within the same outcome, ρ φ^|t − t′| between outcomes.</summary>
    [Keyword("CS*CAR", "phi^|t - t'|, times rho between outcomes")]
    SymmetricTimesAutoregressive,
}

/// <summary>How to combine effect sizes of one cluster.</summary>
public sealed record AggregationOptions
{
    /// <summary>The structure, unless there is a whole covariance matrix.</summary>
    public AggregationStructure Structure { get; init; } = AggregationStructure.CompoundSymmetric;

    /// <summary>ρ: one value, or one per cluster in the order in which they first occur.</summary>
    public IReadOnlyList<double>? Rho { get; init; }

    /// <summary>φ: the same.</summary>
    public IReadOnlyList<double>? Phi { get; init; }

    /// <summary>Time of each row.</summary>
    public IReadOnlyList<double>? Time { get; init; }

    /// <summary>Outcome of each row (CS*CAR).</summary>
    public IReadOnlyList<string>? Outcome { get; init; }

    /// <summary>The covariance matrix of all rows; entries between clusters are not looked at.</summary>
    public double[,]? Covariance { get; init; }

    /// <summary>Whether estimates are weighted by the inverse of their covariance matrix; else averaged.</summary>
    public bool Weighted { get; init; } = true;

    /// <summary>Whether an average too needs a positive definite matrix.</summary>
    public bool CheckPositiveDefinite { get; init; } = true;

    /// <summary>Whether missing effect sizes are left out; else their cluster is missing.</summary>
    public bool OmitMissing { get; init; } = true;

    private bool UsesRho => Structure is not (AggregationStructure.Independent or AggregationStructure.Autoregressive);

    private bool UsesPhi => Structure is not (AggregationStructure.Independent or AggregationStructure.CompoundSymmetric);

    /// <summary>The correlation of two rows of a cluster.</summary>
    internal double Correlation(int cluster, int i, int j)
    {
        if (i == j)
        {
            return 1;
        }

        double rho = UsesRho ? Rho![Rho.Count == 1 ? 0 : cluster] : 0, phi = UsesPhi ? Phi![Phi.Count == 1 ? 0 : cluster] : 0;
        var decay = UsesPhi ? Math.Pow(phi, Math.Abs(Time![i] - Time[j])) : 0;
        return Structure switch
        {
            AggregationStructure.Independent => 0,
            AggregationStructure.CompoundSymmetric => rho,
            AggregationStructure.Autoregressive => decay,
            AggregationStructure.SymmetricPlusAutoregressive => rho + ((1 - rho) * decay),
            _ => Outcome![i] == Outcome[j] ? decay : rho * decay,
        };
    }

    /// <summary>Refuses options that lack what the structure needs.</summary>
    internal void Check(int rows)
    {
        if (Covariance is { } matrix)
        {
            Require(matrix.GetLength(0) == rows && matrix.GetLength(1) == rows, "V", "one row and column per effect size");
            return;
        }

        Require(!UsesRho || Rho is { Count: > 0 } r && r.All(value => value is >= -1 and <= 1), "rho", "values from -1 to 1");
        Require(!UsesPhi || Phi is { Count: > 0 } p && p.All(value => value is >= 0 and <= 1), "phi", "values from 0 to 1");
        Require(!UsesPhi || Time?.Count == rows, "time", "one value per effect size");
        Require(Structure != AggregationStructure.SymmetricTimesAutoregressive || Outcome?.Count == rows, "obs", "one value per effect size");
    }

    private void Require(bool holds, string what, string needed)
    {
        if (!holds)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                string.Create(CultureInfo.InvariantCulture, $"The structure {Keywords<AggregationStructure>.Of(Structure)} needs '{what}': {needed}."),
                new Dictionary<string, object?> { ["option"] = what });
        }
    }
}
