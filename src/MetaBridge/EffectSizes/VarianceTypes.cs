using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Which variance types a measure has.</summary>
internal static class VarianceTypes
{
    private static readonly Dictionary<EffectMeasure, VarianceType[]> Known = new()
    {
        [EffectMeasure.RiskRatio] = [VarianceType.Ls, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.OddsRatio] = [VarianceType.Ls, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.OddsRatioToSmdLogistic] = [VarianceType.Ls, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.OddsRatioToSmdNormal] = [VarianceType.Ls, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.RiskDifference] = [VarianceType.Ls, VarianceType.Ub, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.PhiCoefficient] = [VarianceType.Ls, VarianceType.St, VarianceType.Cs],
        [EffectMeasure.MeanDifference] = [VarianceType.Ls, VarianceType.Ub, VarianceType.Ho],
        [EffectMeasure.StandardizedMeanDifference] =
            [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ub, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.StandardizedMeanDifferenceSecondSd] =
            [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ub, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.StandardizedMeanDifferenceHeteroscedastic] = [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ls3],
        [EffectMeasure.RatioOfMeans] =
            [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ho, VarianceType.Av, VarianceType.AvHo],
        [EffectMeasure.VariabilityRatio] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.CoefficientOfVariationRatio] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.PointBiserial] = [VarianceType.Ls, VarianceType.St, VarianceType.Cs],
        [EffectMeasure.Correlation] =
            [VarianceType.Ls, VarianceType.Av, VarianceType.H0, VarianceType.H0a, VarianceType.H0b],
        [EffectMeasure.PartialCorrelation] = [VarianceType.Ls, VarianceType.Av],
        [EffectMeasure.Proportion] = [VarianceType.Ls, VarianceType.Ub, VarianceType.Av],
        [EffectMeasure.LogProportion] = [VarianceType.Ls, VarianceType.Av],
        [EffectMeasure.LogitProportion] = [VarianceType.Ls, VarianceType.Av],
        [EffectMeasure.Mean] = [VarianceType.Ls, VarianceType.Ho],
        [EffectMeasure.StandardizedMeanChangeChangeScore] =
            [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ub, VarianceType.H0],
        [EffectMeasure.StandardizedMeanChangeRawScore] =
            [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ub, VarianceType.H0],
        [EffectMeasure.StandardizedMeanChangeHeteroscedastic] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.StandardizedMeanChangePooledHeteroscedastic] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.RatioOfMeansChange] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.VariabilityRatioChange] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.CoefficientOfVariationRatioChange] = [VarianceType.Ls, VarianceType.Ls2],
        [EffectMeasure.MatchedOddsRatioMarginal] = [VarianceType.Ls, VarianceType.Av, VarianceType.H0],
        [EffectMeasure.FisherZPhi] = [VarianceType.Ls, VarianceType.St, VarianceType.Cs],
        [EffectMeasure.FisherZPointBiserial] = [VarianceType.Ls, VarianceType.St, VarianceType.Cs],
        [EffectMeasure.CommonLanguage] = [VarianceType.Ls, VarianceType.Ls2, VarianceType.H0, VarianceType.Max],
        [EffectMeasure.CommonLanguageNormal] =
            [VarianceType.Ls, VarianceType.Ls2, VarianceType.Ls3, VarianceType.Ho, VarianceType.H0],
        [EffectMeasure.CorrelationUnbiased] = [VarianceType.Ls, VarianceType.Ub, VarianceType.Av],
        [EffectMeasure.SemiPartialCorrelation] = [VarianceType.Ls, VarianceType.Av],
        [EffectMeasure.FisherZSemiPartial] = [VarianceType.Ls, VarianceType.Av],
        [EffectMeasure.RSquared] = [VarianceType.Ls, VarianceType.Ls2, VarianceType.Av, VarianceType.Av2],
    };

    /// <summary>The variance types of a measure; only the large-sample one where <c>vtype</c> changes nothing.</summary>
    public static IReadOnlyList<VarianceType> Of(EffectMeasure measure) => Known.GetValueOrDefault(measure) ?? [VarianceType.Ls];

    /// <summary>Reads a <c>vtype</c>; measures with one variance only ignore it, as metafor does.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>, listing the ones there are.</exception>
    public static VarianceType Parse(string? word, EffectMeasure measure)
    {
        if (word is null || !Known.TryGetValue(measure, out var types))
        {
            return VarianceType.Ls;
        }

        foreach (var type in types)
        {
            if (type.ToString().Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return type == VarianceType.H0a ? VarianceType.H0 : type;
            }
        }

        throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"The measure {Keywords<EffectMeasure>.Of(measure)} has no variance type (vtype) '{word}'; "
            + $"it has {string.Join(", ", types.Select(type => type.ToString().ToUpperInvariant()))}.",
            new Dictionary<string, object?> { ["vtype"] = word });
    }
}
