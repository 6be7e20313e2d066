using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>
/// Effects whose correlation falls with distance are uncorrelated in a limit of the parameter: there the model is that of ID, so that the
/// maximum is never lower than ID's.
/// </summary>
public class UncorrelatedLimitTests
{
    private const double Tolerance = 1e-9;
    private const int DataSets = 12;

    public static TheoryData<string, double, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, double, double>();
            foreach (var word in (string[])["CAR", "SPEXP", "SPGAU", "SPLIN", "SPRAT", "SPSPH"])
            {
                foreach (var spacing in (double[])[0.1, 0.5, 1, 30])
                {
                    cases.Add(word, spacing, 0.02);
                    cases.Add(word, spacing, 1e-5);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Maximum_IsNotLowerThanThatOfUncorrelatedEffects(string structure, double spacing, double variance)
    {
        var misses = new List<string>();
        for (var seed = 1; seed <= DataSets; seed++)
        {
            var data = Rows(seed, spacing, variance);
            var (ours, limit) = (Fit(structure, data), Fit("ID", data));
            var difference = LogLikelihood(ours) - LogLikelihood(limit);
            if (!(difference >= -Tolerance))
            {
                misses.Add($"set {seed}: lower by {-difference:R} at {Rho(ours):R}");
            }
        }

        Assert.True(misses.Count == 0, string.Join(Environment.NewLine, misses));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(30)]
    public void NegativeCorrelation_EndsAtZero_AsABoundaryValue(double spacing)
    {
        var data = Rows(3, spacing, 0.01);
        var fit = Fit("CAR", data);
        Assert.Equal(0, Rho(fit));
        Assert.Equal(LogLikelihood(Fit("ID", data)), LogLikelihood(fit), 1e-11);
        Assert.Contains("rho of 'time' is at its limit 0", fit.Search.Boundaries);
        Assert.All(fit.Search.HessianEigenvalues, eigenvalue => Assert.True(eigenvalue > 0 && double.IsFinite(eigenvalue)));
    }

    // The likelihood at given components is a function of ρ itself, whatever it is searched by; at ρ = 0 it is that of ID.
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(30)]
    public void GivenCorrelation_IsThatAtTimeOne(double spacing)
    {
        var data = Rows(5, spacing, 0.02);
        foreach (var correlation in (double[])[0, 1e-6, 0.3, 0.97])
        {
            var given = new FitOptions { EvaluateAt = new Dictionary<string, double[]> { ["tau2"] = [0.4], ["rho"] = [correlation] } };
            var evaluated = MetaAnalysis.Fit(Spec("CAR"), data, MultilevelMatrices.None, given);
            var held = MetaAnalysis.Fit(Spec("CAR") with { TauSquared = [0.4], Rho = [correlation] }, data, MultilevelMatrices.None);
            // exp(−d/range) is ρ^d at range −1/log ρ.
            var spatial = MetaAnalysis.Fit(
                correlation == 0 ? Spec("ID") with { TauSquared = [0.4] } : Spec("SPEXP") with { TauSquared = [0.4], Rho = [-1 / Math.Log(correlation)] },
                data,
                MultilevelMatrices.None);
            Assert.Equal(correlation, Rho(held), 1e-15);
            Assert.Equal(LogLikelihood(spatial), LogLikelihood(held), 1e-11);
            Assert.Equal(LogLikelihood(spatial), LogLikelihood(evaluated), 1e-11);
        }
    }

    private static MultilevelSpec Spec(string structure) => new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Random = ["~ time | group"],
        Structures = [Keywords<CovarianceStructure>.Parse(structure, "struct")],
    };

    private static MultilevelFit Fit(string structure, Dataset data) => MetaAnalysis.Fit(Spec(structure), data, MultilevelMatrices.None);

    private static double LogLikelihood(MultilevelFit fit) => fit.RestrictedLikelihood.LogLikelihood;

    private static double Rho(MultilevelFit fit) => fit.Terms[0].Components[1].Value;

    // Effects of neighbours in time have opposite signs.
    private static Dataset Rows(int seed, double spacing, double variance)
    {
        var random = new Random(seed);
        var rows = new List<(double Y, double V, int Group, double Time)>();
        for (var g = 1; g <= 5; g++)
        {
            double[] steps = [0, 1, 2.5, 3.5, 6];
            for (var i = 0; i < steps.Length; i++)
            {
                var y = ((i % 2 == 0 ? 1 : -1) * (0.3 + random.NextDouble())) + (0.2 * random.NextDouble());
                rows.Add((y, variance * (0.5 + random.NextDouble()), g, spacing * steps[i]));
            }
        }

        return new Dataset("alternating",
        [
            new NumberColumn("yi", [.. rows.Select(r => r.Y)]),
            new NumberColumn("vi", [.. rows.Select(r => r.V)]),
            new IntegerColumn("group", [.. rows.Select(r => r.Group)]),
            new NumberColumn("time", [.. rows.Select(r => r.Time)]),
        ]);
    }
}
