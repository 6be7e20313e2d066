using MetaBridge.Agreement;
using MetaBridge.Specs;
using MetaBridge.Tests.Agreement;
using Xunit;

namespace MetaBridge.Tests.Bayes;

/// <summary>The recorded cases of r-scripts/reference/brma-reference.R; each is compared by <see cref="GoldenTests"/>.</summary>
public class BayesGoldenTests
{
    private const int CaseCount = 40;

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
        Assert.Contains(specs, spec => spec.FactorContrast == FactorContrast.Orthonormal);
        Assert.Contains(specs, spec => spec.FactorContrast == FactorContrast.MeanDifference && spec.ScaleModerators is not null);
        Assert.Contains(specs, spec => spec.WeightColumn is not null);
        var families = specs.SelectMany(spec => new[] { spec.PriorEffect, spec.PriorHeterogeneity, spec.PriorAllocation, spec.PriorModerators })
            .OfType<Prior>().Select(prior => prior.Distribution).ToHashSet();
        Assert.Equal(Enum.GetValues<PriorFamily>().ToHashSet(), families);
        var effects = specs.Select(spec => spec.PriorEffect).OfType<Prior>().Select(prior => prior.Distribution).ToHashSet();
        Assert.Superset(new HashSet<PriorFamily> { PriorFamily.StudentT, PriorFamily.Gamma, PriorFamily.InverseGamma, PriorFamily.Beta, PriorFamily.LogNormal }, effects);
    }

    /// <summary>What is sampled has chains of JAGS for a reference, with their errors.</summary>
    [Theory]
    [InlineData("assink-brma-sampled")]
    [InlineData("bcg-brma-sampled")]
    public void SampledCase_HasErrorsOfItsReference(string id)
    {
        var recorded = RecordedResult.Load(Goldens.Paths.Single(path => path.EndsWith(id + ".case.json", StringComparison.Ordinal))
            .Replace(".case.json", ".verified.json", StringComparison.Ordinal));
        Assert.Equal("brma-sampled.R", recorded.Result.Provenance.Engine);
        var means = recorded.Result.Find("estimates.mean")!;
        Assert.Equal(means.Values.Length, means.Errors!.Length);
        Assert.All(means.Errors, error => Assert.True(error > 0));
        var sds = recorded.Result.Find("estimates.sd")!.Values;
        Assert.All(means.Errors.Zip(sds), pair => Assert.True(pair.First < 0.02 * pair.Second));
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
