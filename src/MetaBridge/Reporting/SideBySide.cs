using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Reporting;

/// <summary>Puts metafor's model, with its confidence intervals, beside the Bayesian one.</summary>
/// <remarks>
/// The multilevel model y_ij ~ N(μ + u_j + w_ij, v_ij) has three forms: τ² and ρ (<c>~ estimate | cluster</c>, structure CS), the variances ρτ² and
/// (1 − ρ)τ² (<c>~ 1 | cluster/estimate</c>), and without clusters τ² alone. Limits of τ² are limits of every rising function of τ² as well: τ, I² and H².
/// A limit of a part or of the total that the other form's components do not give is left out.
/// </remarks>
public static class SideBySide
{
    private const double SameData = 1e-10;

    /// <summary>The model of a Bayesian specification by restricted maximum likelihood, with profile-likelihood or Q-profile intervals.</summary>
    /// <param name="spec">The Bayesian specification; its priors don't matter.</param>
    /// <param name="data">Its data.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>A <see cref="UnivariateFit"/> without clusters, a <see cref="MultilevelFit"/> with them.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NotSupported"/> with moderators of ln τ or likelihood weights, which have no such counterpart; otherwise as for a fit.
    /// </exception>
    public static FitResult Counterpart(BayesSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        Refuse(spec.ScaleModerators is not null, "moderators of ln(tau)");
        Refuse(spec.WeightColumn is not null, "likelihood weights");
        if (spec.ClusterColumn is not { } cluster)
        {
            var univariate = new UnivariateSpec
            {
                Effect = spec.Effect,
                Moderators = spec.Moderators,
                Subset = spec.Subset,
                LabelColumn = spec.LabelColumn,
                Level = spec.Level,
                Also = [FurtherResult.HeterogeneityIntervals],
            };
            return MetaAnalysis.Fit(univariate, data, options);
        }

        // Every row is an estimate of its own; the row numbers are the inner factor.
        var inner = "estimate";
        while (data.TryGet(inner, out _))
        {
            inner += ".";
        }

        var numbered = data.With(new TextColumn(inner, [.. Enumerable.Range(1, data.RowCount).Select(row => FormattableString.Invariant($"{row}"))]));
        var multilevel = new MultilevelSpec
        {
            Effect = spec.Effect,
            Moderators = spec.Moderators,
            Random = [$"~ {inner} | {RText.Symbol(cluster)}"],
            Subset = spec.Subset,
            LabelColumn = spec.LabelColumn,
            Level = spec.Level,
            Also = [FurtherResult.HeterogeneityIntervals],
        };
        return MetaAnalysis.Fit(multilevel, numbered, options);
    }

    /// <summary>The table.</summary>
    /// <param name="posterior">The Bayesian fit.</param>
    /// <param name="likelihood">A univariate or multilevel fit of the same data; its intervals, where it was asked for them, are in the table.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.SpecificationInvalid"/>: the fits are of different data; <see cref="ErrorCode.NotSupported"/>: the models do not correspond.
    /// </exception>
    public static SideBySideTable Of(BayesFit posterior, FitResult likelihood)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        ArgumentNullException.ThrowIfNull(likelihood);
        Refuse(posterior.Estimates.Any(row => row.Name.StartsWith("log(tau)", StringComparison.Ordinal)), "moderators of ln(tau)");
        return likelihood switch
        {
            UnivariateFit fit => Of(posterior, fit),
            MultilevelFit fit => Of(posterior, fit),
            _ => throw Different($"a fit of the family '{likelihood.Family}'"),
        };
    }

    private static SideBySideTable Of(BayesFit posterior, UnivariateFit fit)
    {
        RequireSame(posterior, fit.Studies);
        Refuse(posterior.ClusterNames.Count > 0, "clusters, which rma.uni has not");
        var parts = new LikelihoodParts(fit.TypicalVariance);
        var limits = fit.HeterogeneityIntervals;
        parts.AddTotal(fit.TauSquared.Value, limits?.TauSquaredLower ?? double.NaN, limits?.TauSquaredUpper ?? double.NaN);
        return Table(posterior, $"rma.uni ({Keywords<HeterogeneityMethod>.Of(fit.Method)})", fit.Level, fit.Coefficients, parts);
    }

    private static SideBySideTable Of(BayesFit posterior, MultilevelFit fit)
    {
        RequireSame(posterior, fit.Studies);
        var parts = new LikelihoodParts(posterior.TypicalVariance);
        var clusters = posterior.ClusterNames.Count;
        var between = fit.Terms.FirstOrDefault(term => term.Structure is null && clusters > 0 && term.LevelCount == clusters);
        var within = fit.Terms.FirstOrDefault(term => term.Structure is null && term != between && term.LevelCount == fit.StudyCount);
        (double Lower, double Upper) Limits(VarianceComponent component) =>
            fit.Intervals?.FirstOrDefault(interval => interval.Component == component) is { } found ? (found.Lower, found.Upper) : (double.NaN, double.NaN);
        switch (fit.Terms)
        {
            case [{ Structure: CovarianceStructure.CompoundSymmetry, HasKnownCorrelation: false } term] when term.LevelCount == clusters:
                var (tau2, rho) = (term.Components.First(c => c.Kind == ComponentKind.TauSquared), term.Components.First(c => c.Kind == ComponentKind.Rho));
                parts.AddTotal(tau2.Value, Limits(tau2).Lower, Limits(tau2).Upper);
                parts.AddShare(rho.Value, Limits(rho).Lower, Limits(rho).Upper);
                break;
            case [_, _] when between is { HasKnownCorrelation: false } && within is { HasKnownCorrelation: false }:
                var (b, w) = (between.Components[0], within.Components[0]);
                parts.AddTotal(b.Value + w.Value, double.NaN, double.NaN);
                parts.AddShare(b.Value / (b.Value + w.Value), double.NaN, double.NaN);
                parts.AddPart("between", Limits(b).Lower, Limits(b).Upper);
                parts.AddPart("within", Limits(w).Lower, Limits(w).Upper);
                break;
            case [_] when clusters == 0 && within is { HasKnownCorrelation: false }:
                parts.AddTotal(within.Components[0].Value, Limits(within.Components[0]).Lower, Limits(within.Components[0]).Upper);
                break;
            default:
                throw Different($"the random terms {string.Join(", ", fit.Terms.Select(term => term.InnerName is null ? $"~ 1 | {term.Name}" : $"~ {term.InnerName} | {term.Name}"))}");
        }

        return Table(posterior, $"rma.mv ({Keywords<HeterogeneityMethod>.Of(fit.Method)})", fit.Level, fit.Coefficients, parts);
    }

    private static SideBySideTable Table(BayesFit posterior, string method, double level, CoefficientTable coefficients, LikelihoodParts parts)
    {
        for (var i = 0; i < coefficients.Count; i++)
        {
            var name = coefficients.Names[i] is "intrcpt" ? (posterior.Estimates[0].Name == "mu" ? "mu" : "intercept") : coefficients.Names[i];
            parts.Add(name, coefficients.Estimates[i], coefficients.Lower[i], coefficients.Upper[i]);
        }

        var heterogeneity = posterior.Heterogeneity.Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        return new SideBySideTable
        {
            Method = method,
            ConfidenceLevel = level,
            CredibleLevel = posterior.Level,
            Rows = [.. posterior.Estimates.Where(row => !heterogeneity.Contains(row.Name)).Concat(posterior.Heterogeneity).Select(parts.Beside)],
        };
    }

    private static void RequireSame(BayesFit posterior, StudyTable studies)
    {
        var ours = posterior.Studies;
        if (!Same(ours.EffectSizes, studies.EffectSizes) || !Same(ours.Variances, studies.Variances))
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                FormattableString.Invariant($"The fits are of different data: {ours.EffectSizes.Length} and {studies.EffectSizes.Length} studies, or other values."));
        }
    }

    private static bool Same(double[] x, double[] y) =>
        x.Length == y.Length && x.Zip(y).All(pair => Math.Abs(pair.First - pair.Second) <= SameData * Math.Abs(pair.First));

    private static void Refuse(bool has, string what)
    {
        if (has)
        {
            throw Different(what);
        }
    }

    private static MetaBridgeException Different(string what) => new(
        ErrorCode.NotSupported,
        $"There is nothing to put beside {what}: the models that correspond are rma.uni without clusters, and rma.mv with one term ~ estimate | cluster (CS) or ~ 1 | cluster/estimate.");
}
