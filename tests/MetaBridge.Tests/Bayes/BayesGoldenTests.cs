using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>The recorded cases of r-scripts/reference/brma-reference.R; each is compared by <see cref="GoldenTests"/>.</summary>
public class BayesGoldenTests
{
    private const int CaseCount = 20;

    [Fact]
    public void Cases_CoverTheModels()
    {
        var specs = Goldens.Paths.Select(AgreementCase.Load).Select(c => c.Spec).OfType<BayesSpec>().ToArray();
        Assert.True(specs.Length >= CaseCount, $"{specs.Length} Bayesian cases are left of {CaseCount}");
        Assert.Contains(specs, spec => spec.ClusterColumn is not null && spec.Moderators is not null);
        Assert.Contains(specs, spec => spec.ScaleModerators is not null);
        Assert.Contains(specs, spec => spec.InformedPriors is not null);
        Assert.Contains(specs, spec => spec.UnitInformationSd is not null);
        Assert.Contains(specs, spec => spec.FactorContrast == FactorContrast.MeanDifference);
        var families = specs.SelectMany(spec => new[] { spec.PriorEffect, spec.PriorHeterogeneity, spec.PriorAllocation, spec.PriorModerators })
            .OfType<Prior>().Select(prior => prior.Distribution).ToHashSet();
        Assert.Equal(Enum.GetValues<PriorFamily>().ToHashSet(), families);
    }

    [Fact]
    public void Provenance_NamesTheScript()
    {
        var recorded = RecordedResult.Load(Goldens.Paths.Single(path => path.EndsWith("konstantopoulos-brma.case.json", StringComparison.Ordinal))
            .Replace(".case.json", ".verified.json", StringComparison.Ordinal));
        Assert.Equal("brma-reference.R", recorded.Result.Provenance.Engine);
        Assert.StartsWith("brma_reference(data = dat.konstantopoulos2011", recorded.Result.Provenance.Call, StringComparison.Ordinal);
    }
}
