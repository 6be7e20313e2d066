using MetaBridge.Bayes;

namespace MetaBridge.Reporting;

/// <summary>Estimates and limits by the posterior's names, derived from τ², ρ and their limits.</summary>
/// <param name="typicalVariance">ṽ of I² and H²; NaN where there is none.</param>
internal sealed class LikelihoodParts(double typicalVariance)
{
    private readonly Dictionary<string, (double Estimate, double Lower, double Upper)> rows = new(StringComparer.Ordinal);
    private double total;
    private double share;

    public void Add(string name, double estimate, double lower, double upper) => rows[name] = (estimate, lower, upper);

    /// <summary>τ² and what rises with it.</summary>
    public void AddTotal(double tau2, double lower, double upper)
    {
        total = tau2;
        Add("tau2", tau2, lower, upper);
        Add("tau", Math.Sqrt(tau2), Math.Sqrt(lower), Math.Sqrt(upper));
        Add("I2", Share(tau2), Share(lower), Share(upper));
        Add("H2", 1 + (tau2 / typicalVariance), 1 + (lower / typicalVariance), 1 + (upper / typicalVariance));
    }

    /// <summary>ρ and the parts that it makes of τ²; a negative ρ has none.</summary>
    public void AddShare(double rho, double lower, double upper)
    {
        share = rho;
        Add("rho", rho, lower, upper);
        AddPart("within", double.NaN, double.NaN);
        AddPart("between", double.NaN, double.NaN);
    }

    /// <summary>A part of τ², with limits of its own where its variance is a component of the model.</summary>
    public void AddPart(string part, double lower, double upper)
    {
        var of = part == "within" ? 1 - share : share;
        var tau2 = share < 0 ? double.NaN : of * total;
        Add($"tau2 [{part}]", tau2, lower, upper);
        Add($"tau [{part}]", Math.Sqrt(tau2), Math.Sqrt(lower), Math.Sqrt(upper));
        Add($"I2 [{part}]", share < 0 ? double.NaN : of * Share(total), double.NaN, double.NaN);
    }

    /// <summary>The row beside the posterior's.</summary>
    public SideBySideRow Beside(PosteriorRow row) => rows.TryGetValue(row.Name, out var found)
        ? new SideBySideRow(row.Name, found.Estimate, found.Lower, found.Upper, row)
        : new SideBySideRow(row.Name, double.NaN, double.NaN, double.NaN, row);

    private double Share(double tau2) => double.IsPositiveInfinity(tau2) ? 100 : 100 * tau2 / (tau2 + typicalVariance);
}
