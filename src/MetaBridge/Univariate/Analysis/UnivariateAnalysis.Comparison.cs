using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <content>Comparison with other models of the same studies.</content>
public sealed partial class UnivariateAnalysis
{
    // Columns count as the same space when what is left of one after projection on the other is rounding.
    private const double SpaceTolerance = 1e-8;

    /// <summary>The likelihood-ratio test of this model against a smaller one of the same studies.</summary>
    /// <param name="reduced">The smaller model: fewer moderators, τ² fixed, or equal effects.</param>
    /// <param name="refit">Fits both again by ML (equal effects stay as they are).</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: other studies, another method, models that are not nested, custom weights, methods without a likelihood, or REML
    /// with other moderators and no refit.
    /// </exception>
    /// <remarks>
    /// metafor's <c>anova(fit, reduced)</c>, whose p-value is <see cref="LikelihoodRatioTest.ChiSquarePValue"/>; where τ² is tested to be 0, the p-value here is
    /// that of ½χ²(d − 1) + ½χ²(d). metafor warns where this refuses.
    /// </remarks>
    public UnivariateComparison CompareWith(UnivariateAnalysis reduced, bool refit = false)
    {
        ArgumentNullException.ThrowIfNull(reduced);
        CheckSameStudies(reduced, "the smaller model");
        if (refit)
        {
            return ByMaximumLikelihood().CompareLikelihoods(reduced.ByMaximumLikelihood(), true);
        }

        if (Fit.Method == HeterogeneityMethod.Reml && !IsSameSpace(reduced))
        {
            throw Incomparable("Restricted likelihoods of models with different moderators do not compare; fit both by ML (method ML, or refit).");
        }

        return CompareLikelihoods(reduced, false);
    }

    /// <summary>This model with other moderators: the same studies, method and test.</summary>
    /// <param name="moderators">A formula on the columns of <see cref="Data"/>; null for none.</param>
    /// <exception cref="MetaBridgeException">As for a fit; <see cref="ErrorCode.InvalidOption"/> when a study has no value of a moderator.</exception>
    public UnivariateAnalysis WithModerators(string? moderators)
    {
        if (moderators is null)
        {
            return With(null, null);
        }

        var data = Data ?? throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "Moderators by a formula need data with columns; this model came as plain arrays.");
        var design = Formula.Parse(moderators).BuildMatrix(data);
        for (var row = 0; row < design.RowCount; row++)
        {
            if (design.MissingBecause[row] is { } reason)
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption,
                    $"The models would not be of the same studies: '{data.RowLabel(row)}' has a {reason}.",
                    new Dictionary<string, object?> { ["row"] = row + 1 });
            }
        }

        return With(design.Values, design.Names);
    }

    /// <summary>This model without some of its coefficients.</summary>
    /// <param name="coefficients">Which, counted from 0.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: nothing would be left.</exception>
    public UnivariateAnalysis WithoutCoefficients(params IReadOnlyList<int> coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        int[] kept = [.. Enumerable.Range(0, Fit.Coefficients.Count).Except(coefficients)];
        if (kept.Length == 0)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "No coefficient would be left.", new Dictionary<string, object?> { ["option"] = "drop" });
        }

        var k = Fit.StudyCount;
        return With([.. kept.SelectMany(j => Fit.Design[(j * k)..((j + 1) * k)])], [.. kept.Select(j => Fit.Coefficients.Names[j])]);
    }

    /// <summary>This model fitted by another method.</summary>
    public UnivariateAnalysis By(HeterogeneityMethod method) => method == Fit.Method ? this : Of(
        input, settings with { Method = method, TauSquared = method == HeterogeneityMethod.EqualEffects ? null : settings.TauSquared, EvaluateAtTauSquared = null }, Data);

    /// <summary>Several models of the same studies by their information criteria, in the given order.</summary>
    /// <param name="models">Models with names.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: no model, other studies, other methods, or REML with different moderators.
    /// </exception>
    public static IReadOnlyList<ModelRow> Compare(params IReadOnlyList<(string Name, UnivariateAnalysis Model)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "There is no model to compare.");
        }

        var first = models[0].Model;
        foreach (var (name, model) in models.Skip(1))
        {
            first.CheckSameStudies(model, $"'{name}'");
            if (UsesRestricted(first.Fit) != UsesRestricted(model.Fit) || (UsesRestricted(first.Fit) && !first.IsSameSpace(model)))
            {
                throw Incomparable($"The likelihood of '{name}' does not compare with that of '{models[0].Name}'; fit all by ML.");
            }
        }

        return ModelRow.Of([.. models.Select(entry => (entry.Name, entry.Model.Fit.Method, entry.Model.Fit.ParameterCount, StatisticsOf(entry.Model.Fit)))]);
    }

    /// <summary>The statistics by which a fit compares: REML's for REML, else ML's.</summary>
    internal static FitStatistics StatisticsOf(UnivariateFit fit) => UsesRestricted(fit) ? fit.RestrictedLikelihood : fit.MaximumLikelihood;

    private static bool UsesRestricted(UnivariateFit fit) => fit.Method == HeterogeneityMethod.Reml;

    private UnivariateAnalysis ByMaximumLikelihood() =>
        Fit.Method == HeterogeneityMethod.EqualEffects ? this : By(HeterogeneityMethod.MaximumLikelihood);

    private UnivariateAnalysis With(double[]? design, IReadOnlyList<string>? names) =>
        Of(input with { Design = design, ColumnNames = names }, settings with { TestedCoefficients = null }, Data);

    private UnivariateComparison CompareLikelihoods(UnivariateAnalysis reduced, bool wasRefitted)
    {
        CheckLikelihoods(reduced);
        var df = Fit.ParameterCount - reduced.Fit.ParameterCount;
        if (df <= 0 || !Contains(reduced))
        {
            throw Incomparable(df <= 0
                ? $"The larger model has {Fit.ParameterCount} parameters and the smaller one {reduced.Fit.ParameterCount}; give the larger one first."
                : "The models are not nested: the smaller one has moderators that the larger one lacks.");
        }

        var isRestricted = UsesRestricted(Fit);
        var (full, small) = isRestricted ? (Fit.RestrictedLikelihood, reduced.Fit.RestrictedLikelihood) : (Fit.MaximumLikelihood, reduced.Fit.MaximumLikelihood);
        var test = LikelihoodRatioTest.Of(2 * (full.LogLikelihood - small.LogLikelihood), df, Reference(reduced), Fit.Method, wasRefitted, full, small);
        return new UnivariateComparison(test, Fit, reduced.Fit, Explained(Fit, reduced.Fit));
    }

    private LikelihoodRatioReference Reference(UnivariateAnalysis reduced)
    {
        var isEstimated = settings.TauSquared is null && Fit.Method != HeterogeneityMethod.EqualEffects;
        var isZero = reduced.Fit.Method == HeterogeneityMethod.EqualEffects || reduced.settings.TauSquared == 0;
        return isEstimated && isZero ? LikelihoodRatioReference.Mixture : LikelihoodRatioReference.ChiSquare;
    }

    private static double Explained(UnivariateFit full, UnivariateFit reduced)
    {
        var (larger, smaller) = full.Method == HeterogeneityMethod.EqualEffects
            ? (reduced.ResidualHeterogeneity.Statistic / reduced.ResidualHeterogeneity.NumeratorDf, full.ResidualHeterogeneity.Statistic / full.ResidualHeterogeneity.NumeratorDf)
            : (reduced.TauSquared.Value, full.TauSquared.Value);
        return larger > 0 ? 100 * Math.Max(0, 1 - (smaller / larger)) : 0;
    }

    private void CheckLikelihoods(UnivariateAnalysis reduced)
    {
        if (Fit.Method is not (HeterogeneityMethod.Reml or HeterogeneityMethod.MaximumLikelihood or HeterogeneityMethod.EqualEffects))
        {
            throw Incomparable($"{Keywords<HeterogeneityMethod>.Of(Fit.Method)} maximises no likelihood; fit both models by ML (method ML, or refit).");
        }

        if (reduced.Fit.Method != Fit.Method && reduced.Fit.Method != HeterogeneityMethod.EqualEffects)
        {
            throw Incomparable("The models were fitted by different methods; fit both by REML, or both by ML.");
        }

        if (input.Weights is not null || !settings.Weighted || reduced.input.Weights is not null || !reduced.settings.Weighted)
        {
            throw Incomparable("Likelihoods at coefficients by custom weights are not maxima and do not compare.");
        }
    }

    private void CheckSameStudies(UnivariateAnalysis other, string name)
    {
        if (!input.EffectSizes.AsSpan().SequenceEqual(other.input.EffectSizes) || !input.Variances.AsSpan().SequenceEqual(other.input.Variances))
        {
            throw Incomparable($"This model and {name} are not of the same studies: {Fit.StudyCount} and {other.Fit.StudyCount}, or other effect sizes or variances.");
        }
    }

    private bool IsSameSpace(UnivariateAnalysis other) => Fit.Coefficients.Count == other.Fit.Coefficients.Count && Contains(other);

    // Whether the columns of the other design lie in the space of this one.
    private bool Contains(UnivariateAnalysis other)
    {
        var (k, p) = (Fit.StudyCount, Fit.Coefficients.Count);
        var basis = ThinQr.Factor(Fit.Design, k, p).Q;
        for (var j = 0; j < other.Fit.Coefficients.Count; j++)
        {
            var rest = other.Fit.Design.AsSpan(j * k, k).ToArray();
            var size = Math.Sqrt(VectorKernels.Dot(rest, rest));
            WeightedBasis.TakeOut(basis, k, p, rest);
            if (Math.Sqrt(VectorKernels.Dot(rest, rest)) > SpaceTolerance * size)
            {
                return false;
            }
        }

        return true;
    }

    private static MetaBridgeException Incomparable(string message) =>
        new(ErrorCode.InvalidOption, message, new Dictionary<string, object?> { ["option"] = "anova" });
}
