using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Comparison with other models of the same outcomes.</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>The likelihood-ratio test of this model against a smaller one.</summary>
    /// <param name="reduced">The smaller model, fitted to the same outcomes by the same method.</param>
    /// <param name="refit">Fits both again by ML where REML likelihoods don't compare.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: other outcomes, another method, models that are not nested, or REML with other moderators and no refit.
    /// </exception>
    /// <remarks>
    /// metafor's <c>anova(fit, reduced)</c>, whose p-value is <see cref="LikelihoodRatioTest.ChiSquarePValue"/>; where a variance is tested to be 0 the p-value
    /// here is smaller, because the estimate can't be negative (<see cref="LikelihoodRatioReference"/>).
    /// </remarks>
    public LikelihoodRatioTest CompareWith(MultilevelAnalysis reduced, bool refit = false)
    {
        ArgumentNullException.ThrowIfNull(reduced);
        var (mine, other) = (model.Problem.Input, reduced.model.Problem.Input);
        CheckSameOutcomes(reduced);
        if (!NestedModels.Contains(mine, other))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "The models are not nested: the smaller one has moderators that the larger one lacks.");
        }

        if (Fit.Method == HeterogeneityMethod.Reml && !NestedModels.SameSpace(mine, other))
        {
            return refit ? ByMaximumLikelihood().CompareWith(reduced.ByMaximumLikelihood()) with { WasRefitted = true } : throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                "Restricted likelihoods of models with different moderators do not compare; fit both by ML (method ML, or refit).",
                new Dictionary<string, object?> { ["option"] = "method", ["value"] = "REML" });
        }

        var df = Fit.ParameterCount - reduced.Fit.ParameterCount;
        var reference = NestedModels.Reference(mine.Terms, other.Terms);
        if (df <= 0)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The larger model has {Fit.ParameterCount} parameters and the smaller one {reduced.Fit.ParameterCount}; give the larger one first.",
                new Dictionary<string, object?> { ["parameters"] = Fit.ParameterCount, ["reduced"] = reduced.Fit.ParameterCount });
        }

        var (full, small) = (StatisticsOf(Fit), StatisticsOf(reduced.Fit));
        return LikelihoodRatioTest.Of(2 * (full.LogLikelihood - small.LogLikelihood), df, reference, Fit.Method, false, full, small);
    }

    /// <summary>This model fitted by ML.</summary>
    internal MultilevelAnalysis ByMaximumLikelihood() => Fit.Method == HeterogeneityMethod.MaximumLikelihood ? this : Of(
        spec with { Method = HeterogeneityMethod.MaximumLikelihood, DegreesOfFreedom = DegreesOfFreedomMethod.Residual, Also = null },
        data,
        matrices,
        options with { EvaluateAt = null });

    internal static Univariate.FitStatistics StatisticsOf(MultilevelFit fit) =>
        fit.Method == HeterogeneityMethod.MaximumLikelihood ? fit.MaximumLikelihood : fit.RestrictedLikelihood;

    /// <summary>Whether likelihoods of this model and another compare.</summary>
    internal void CheckComparable(MultilevelAnalysis other, string name)
    {
        CheckSameOutcomes(other);
        if (Fit.Method == HeterogeneityMethod.Reml && !NestedModels.SameSpace(model.Problem.Input, other.model.Problem.Input))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The model '{name}' has other moderators, so its restricted likelihood does not compare; fit all by ML.",
                new Dictionary<string, object?> { ["model"] = name });
        }
    }

    private void CheckSameOutcomes(MultilevelAnalysis other)
    {
        if (Fit.Method != other.Fit.Method && other.Fit.Method != HeterogeneityMethod.EqualEffects)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "The models were fitted by different methods; fit both by REML, or both by ML.");
        }

        var (mine, theirs) = (model.Problem.Input, other.model.Problem.Input);
        if (!mine.EffectSizes.AsSpan().SequenceEqual(theirs.EffectSizes) || !mine.Sampling.Variances.SequenceEqual(theirs.Sampling.Variances))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The models are not of the same outcomes: {mine.RowCount} and {theirs.RowCount} rows, or other effect sizes or variances.",
                new Dictionary<string, object?> { ["rows"] = mine.RowCount, ["other"] = theirs.RowCount });
        }
    }
}
