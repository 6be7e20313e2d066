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

    // In the classes of an agreement check, with its scales and its rule for ill-conditioned normal equations, which metafor solves.
    private static IEnumerable<string> Misses(Fixture fixture, MultilevelFit fit)
    {
        var compared = fit.Quantities().Where(q => Expected(fixture, q) is not null).ToArray();
        ReferenceQuantity[] reference = [.. compared.Select(q => new ReferenceQuantity(q.Name, Expected(fixture, q)!, q.Labels))];
        var condition = fit.NormalEquationsCondition;
        return QuantityComparer.Compare(compared, reference, ComparisonHalf.Given)
            .Where(c => c.Verdict == Verdict.Misses && !Explainer.IsRounding(c, condition))
            .Select(c => c.ToString());
    }

    // What the recording has for a quantity; null where it has none. R writes one NA for a vector of them.
    private static double[]? Expected(Fixture fixture, Quantity quantity)
    {
        var name = quantity.Name switch { "fit.stats.ML" => "ML", "fit.stats.REML" => "REML", _ => quantity.Name };
        if (!fixture.Expect.TryGetProperty(name, out _))
        {
            return null;
        }

        var expected = fixture.Expected(name);
        return expected.All(double.IsNaN) ? [.. quantity.Values.Select(_ => double.NaN)]
            : name == "ddf" && expected.Length == 1 ? [.. quantity.Values.Select(_ => expected[0])]
            : name == "QMdf" && expected.Length == 1 ? [expected[0], double.NaN]
            : expected;
    }
}
