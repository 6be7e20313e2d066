using MetaBridge.Inference;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>A parametric bootstrap: the model fitted again to samples from itself.</summary>
/// <param name="ComponentNames">Names of the components, as <c>sigma2 district</c>; m of them.</param>
/// <param name="CoefficientNames">Names of the coefficients; p of them.</param>
/// <param name="Components">One row of m components per replication; empty where the fit failed.</param>
/// <param name="Coefficients">One row of p coefficients per replication; empty where the fit failed.</param>
/// <param name="Failures">How many fits failed, and so are left out.</param>
public sealed record ParametricBootstrap(
    IReadOnlyList<string> ComponentNames,
    IReadOnlyList<string> CoefficientNames,
    IReadOnlyList<double[]> Components,
    IReadOnlyList<double[]> Coefficients,
    int Failures)
{
    /// <summary>Standard deviation and percentile interval of every component.</summary>
    /// <param name="level">Confidence level in percent.</param>
    public IReadOnlyList<BootstrapSummary> OfComponents(double level = 95) => Summaries(ComponentNames, Components, level);

    /// <summary>Standard deviation and percentile interval of every coefficient.</summary>
    /// <param name="level">Confidence level in percent.</param>
    public IReadOnlyList<BootstrapSummary> OfCoefficients(double level = 95) => Summaries(CoefficientNames, Coefficients, level);

    private static BootstrapSummary[] Summaries(IReadOnlyList<string> names, IReadOnlyList<double[]> rows, double level) =>
        [.. names.Select((name, j) => BootstrapSummary.Of(name, [.. rows.Where(row => row.Length > 0).Select(row => row[j])], level))];
}

/// <summary>The bootstrap distribution of one number.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Standard deviation; NaN with fewer than two replications.</param>
/// <param name="Lower">Lower percentile limit (type 7 of Hyndman &amp; Fan, 1996).</param>
/// <param name="Upper">Upper percentile limit.</param>
public sealed record BootstrapSummary(string Name, double Mean, double StandardDeviation, double Lower, double Upper)
{
    internal static BootstrapSummary Of(string name, double[] values, double level)
    {
        if (values.Length == 0)
        {
            return new BootstrapSummary(name, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        Array.Sort(values);
        var mean = values.Average();
        var sd = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        var tail = (100 - level) / 200;
        return new BootstrapSummary(name, mean, sd, Quantile(values, tail), Quantile(values, 1 - tail));
    }

    private static double Quantile(double[] sorted, double probability)
    {
        var at = probability * (sorted.Length - 1);
        var below = (int)Math.Floor(at);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}

/// <summary>A likelihood-ratio test whose p-value comes from samples of the reduced model.</summary>
/// <param name="Test">The test with its asymptotic reference.</param>
/// <param name="Replications">How many samples could be fitted by both models.</param>
/// <param name="AtLeastAsLarge">In how many of them the statistic was at least as large.</param>
/// <param name="Failures">How many samples could not be fitted.</param>
public sealed record BootstrapLikelihoodRatioTest(LikelihoodRatioTest Test, int Replications, int AtLeastAsLarge, int Failures)
{
    /// <summary>(1 + count)/(1 + replications), which is valid for any number of replications (Davison &amp; Hinkley, 1997, section 4.2).</summary>
    public double PValue => (1.0 + AtLeastAsLarge) / (1 + Replications);

    /// <summary>The Monte Carlo standard error of the p-value.</summary>
    public double MonteCarloError => Math.Sqrt(PValue * (1 - PValue) / (1 + Replications));
}
