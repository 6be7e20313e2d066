using MetaBridge.Agreement;
using MetaBridge.Multilevel;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>Every recorded case twice: given metafor's components (a miss is a formula) and end to end (a miss is the optimiser).</summary>
public class MetaforCasesTests
{
    public static TheoryData<string> Cases => [.. Fixture.Ids()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void GivenTheReferencesComponents_EverythingAgreesToRounding(string id)
    {
        var fixture = Fixture.Load(id);
        var fitter = MultilevelModel.Assemble(fixture.Spec(), fixture.Data(), fixture.Matrices());
        var fit = fitter.EvaluateAt(Natural(fitter, fixture));
        var misses = Misses(fixture, fit).ToArray();
        Assert.True(misses.Length == 0, string.Join(Environment.NewLine, misses));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EndToEnd_OurLogLikelihoodIsNeverLower(string id)
    {
        var fixture = Fixture.Load(id);
        // With custom weights the reported log-likelihood is not the function that is maximised.
        if (fixture.Spec().WeightColumn is not null)
        {
            return;
        }

        var fit = MultilevelModel.Fit(fixture.Spec(), fixture.Data(), fixture.Matrices(), FitOptions.Default);
        var ours = (fixture.IsMaximumLikelihood ? fit.MaximumLikelihood : fit.RestrictedLikelihood).LogLikelihood;
        Assert.True(ours >= fixture.BestLogLikelihood - 1e-8, $"ours {ours:R}, metafor's {fixture.BestLogLikelihood:R}; {fit.Search}");
        Assert.True(fit.Search.Converged, fit.Search.ToString());
    }

    // metafor's vectors go by kind; a term's parameters are neighbours here.
    private static double[] Natural(MultilevelFitter fitter, Fixture fixture)
    {
        var layout = fitter.Problem.Layout;
        var natural = new double[layout.Count];
        var sigma = fixture.Expected("sigma2");
        var (tau, rho) = (fixture.Expected("tau2"), fixture.Expected("rho"));
        var (gamma, phi) = (fixture.Expected("gamma2"), fixture.Expected("phi"));
        var terms = fitter.Problem.Input.Terms;
        var s = 0;
        for (var t = 0; t < terms.Length; t++)
        {
            var (v, r) = (0, 0);
            for (var i = 0; i < terms[t].Term.ParameterCount; i++)
            {
                var isVariance = terms[t].Term.IsVariance(i);
                natural[layout.FirstOf(t) + i] = terms[t].Role == TermRole.Sigma ? sigma[s++]
                    : terms[t].Role == TermRole.Tau ? (isVariance ? tau[v++] : rho[r++])
                    : isVariance ? gamma[v++] : phi[r++];
            }
        }

        return natural;
    }

    private static IEnumerable<string> Misses(Fixture fixture, MultilevelFit fit)
    {
        // metafor's own arithmetic (a solve of the normal equations) loses digits in step with the condition of X'WX; these are its limits.
        const double Exact = 1e-8;
        foreach (var quantity in fit.Quantities())
        {
            var name = quantity.Name switch { "fit.stats.ML" => "ML", "fit.stats.REML" => "REML", _ => quantity.Name };
            if (!fixture.Expect.TryGetProperty(name, out _))
            {
                continue;
            }

            var expected = fixture.Expected(name);
            var actual = quantity.Values;
            if (actual.Length == 0 || (actual.Length == 1 && double.IsNaN(actual[0]) && expected.All(double.IsNaN)))
            {
                continue;
            }

            if (expected.Length != actual.Length && !(name == "ddf" && expected.All(double.IsNaN)))
            {
                yield return $"{name}: {actual.Length} values, metafor has {expected.Length}";
                continue;
            }

            for (var i = 0; i < Math.Min(actual.Length, expected.Length); i++)
            {
                var size = name == "vb" ? Math.Sqrt(fit.Covariance[(i / fit.Coefficients.Count * fit.Coefficients.Count) + (i / fit.Coefficients.Count)] * fit.Covariance[(i % fit.Coefficients.Count * fit.Coefficients.Count) + (i % fit.Coefficients.Count)]) : Math.Abs(expected[i]);
                var bound = name is "ML" or "REML" ? 1e-8 + (1e-10 * size) : name is "beta" or "ci.lb" or "ci.ub" ? Exact * Math.Max(size, fit.Coefficients.StandardErrors[i]) : (Exact * size) + 1e-14;
                var isSame = double.IsNaN(expected[i]) ? double.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= bound;
                if (!isSame)
                {
                    yield return $"{name}[{i}]: ours {actual[i]:R}, metafor's {expected[i]:R}";
                }
            }
        }
    }
}
