using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Heterogeneity of a multilevel fit relative to sampling variance and to what the moderators explain.</summary>
/// <param name="TypicalVariance">s̃², the typical sampling variance; NaN when V is singular.</param>
/// <param name="Terms">I² of each random term.</param>
/// <param name="Total">I² of all together.</param>
/// <param name="HSquared">H² = (Σσ² + s̃²)/s̃².</param>
/// <param name="InnerLevels">By inner level, of terms whose levels have variances of their own: all terms together on the level's rows.</param>
/// <param name="CoefficientISquared">I² of each coefficient by its variance with and without heterogeneity, in percent.</param>
/// <param name="CoefficientNames">The coefficients.</param>
/// <param name="MarginalRSquared">Share of the true variance that the moderators explain, 0 to 1; NaN when there is none.</param>
/// <param name="ConditionalRSquared">The same for moderators and random terms above the single outcome.</param>
/// <param name="Reductions">Components against the model without moderators; empty for models without moderators or intercept.</param>
public sealed record MultilevelHeterogeneity(
    double TypicalVariance,
    IReadOnlyList<HeterogeneityShare> Terms,
    HeterogeneityShare Total,
    double HSquared,
    IReadOnlyList<HeterogeneityShare> InnerLevels,
    IReadOnlyList<double> CoefficientISquared,
    IReadOnlyList<string> CoefficientNames,
    double MarginalRSquared,
    double ConditionalRSquared,
    IReadOnlyList<ComponentReduction> Reductions)
{
    internal IEnumerable<FurtherTable> ToFurther()
    {
        var word = Keywords<FurtherResult>.Of(FurtherResult.Heterogeneity);
        yield return Shares(word, [.. Terms, Total]);
        if (InnerLevels.Count > 0)
        {
            yield return Shares($"{word}[inner]", InnerLevels);
        }

        yield return new FurtherTable($"{word}[model]", [""],
        [
            new("H2", [HSquared]),
            new("R2.marginal", [MarginalRSquared]) { Scale = [1] },
            new("R2.conditional", [ConditionalRSquared]) { Scale = [1] },
        ]);
        if (CoefficientISquared.Count > 0)
        {
            yield return new FurtherTable($"{word}[coef]", CoefficientNames,
                [new("I2", [.. CoefficientISquared]) { Scale = [.. CoefficientISquared.Select(_ => 100.0)] }]);
        }

        if (Reductions.Count > 0)
        {
            yield return new FurtherTable($"{word}[reduction]", [.. Reductions.Select(r => r.Name)],
            [
                new("without", [.. Reductions.Select(r => r.Without)], FurtherKind.Searched),
                new("R2", [.. Reductions.Select(r => r.RSquared)], FurtherKind.Searched) { Scale = [.. Reductions.Select(_ => 100.0)] },
            ]);
        }
    }

    private static FurtherTable Shares(string name, IReadOnlyList<HeterogeneityShare> shares) => new(name, [.. shares.Select(share => share.Name)],
    [
        new("variance", [.. shares.Select(share => share.Variance)]),
        new("typical", [.. shares.Select(share => share.TypicalVariance)]),
        new("I2", [.. shares.Select(share => share.ISquared)]) { Scale = [.. shares.Select(_ => 100.0)] },
    ]);
}

/// <summary>A share of the variance.</summary>
/// <param name="Name">What it belongs to.</param>
/// <param name="Variance">The heterogeneity variance, a mean over the outcomes where it differs between them.</param>
/// <param name="TypicalVariance">The typical sampling variance of the same outcomes.</param>
/// <param name="ISquared">I² in percent.</param>
public sealed record HeterogeneityShare(string Name, double Variance, double TypicalVariance, double ISquared);

/// <summary>A variance component with and without moderators.</summary>
/// <param name="Name">The component.</param>
/// <param name="Without">Its estimate in the model without moderators.</param>
/// <param name="With">Its estimate in this model.</param>
/// <param name="RSquared">100 (without − with)/without, not below 0.</param>
public sealed record ComponentReduction(string Name, double Without, double With, double RSquared);
