using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>Two-stage meta-analysis of individual participant data (Riley et al., 2010; Burke, Ensor &amp; Riley, 2017).</summary>
public static class TwoStage
{
    /// <summary>The column of the τ² of the second stage: of the effect, and where there are any of the interaction and the regression.</summary>
    internal const string Component = "heterogeneity.tau2";

    /// <summary>Fits a regression in every study and the univariate model to its estimates.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">One row per person, or per group of equal people.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>Both stages.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.MissingColumn"/>, <see cref="ErrorCode.InvalidOption"/> (a value that the outcome can't have), <see cref="ErrorCode.NotConverged"/> (a
    /// study without a finite estimate, unless it may be left out), <see cref="ErrorCode.NoData"/>, <see cref="ErrorCode.NotSupported"/>.
    /// </exception>
    /// <remarks>
    /// With a modifier x every study's regression has treatment, x − x̄ᵢ and their product, x̄ᵢ being the study's own mean, so that the treatment effect is that at
    /// x̄ᵢ and the product is free of differences between studies (Fisher et al., 2011).
    /// </remarks>
    public static IndividualFit Fit(IndividualSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        Check(spec);
        var reader = new IndividualReader(spec, data);
        var studies = reader.Studies().Select(rows => Estimate(rows, spec)).ToArray();
        var usable = studies.Where(study => study.Problem is null).ToArray();
        if (usable.Length == 0)
        {
            throw new MetaBridgeException(ErrorCode.NoData, studies is [var first, ..] ? $"No study has an estimate; '{first.Study}': {first.Problem}." : "There are no rows.");
        }

        var settings = new UnivariateSettings
        {
            Method = spec.Method, Test = spec.Test, Level = spec.Level, CancellationToken = (options ?? FitOptions.Default).CancellationToken,
        };
        // To be evaluated at: one τ² per fit, in the order of the table.
        var at = new Queue<double>(options?.EvaluateAt is { } components && components.TryGetValue(Component, out var given) ? given : []);
        UnivariateSettings Next() => at.TryDequeue(out var tau2) ? settings with { EvaluateAtTauSquared = tau2 } : settings;
        var effect = Pool(usable, study => study.Effect, study => study.EffectVariance, null, Next());
        var inside = usable.Where(study => double.IsFinite(study.Interaction)).ToArray();
        var interaction = inside.Length == 0 ? null : Pool(inside, study => study.Interaction, study => study.InteractionVariance, null, Next());
        var regression = spec.Modifier is null ? null : Regress(usable, spec.Modifier, Next);
        return new IndividualFit
        {
            Studies = studies,
            Effect = effect,
            Interaction = interaction,
            Regression = regression,
            Slopes = interaction is null || regression is null ? null : Compare(usable, inside, interaction, regression, spec.Level),
            Dropped = [.. reader.Dropped.OrderBy(row => row.Row)],
            Cautions = Cautions(spec, studies, interaction, regression),
        };
    }

    private static void Check(IndividualSpec spec)
    {
        if (spec.Type == OutcomeType.TimeToEvent && spec.Hazard != HazardModel.Exponential && spec.Frequency is not null)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "Partial likelihoods and log-rank tests take one row per person.", new Dictionary<string, object?> { ["option"] = "frequency" });
        }

        if (spec.Separation == SeparationRule.Firth && spec.Type == OutcomeType.TimeToEvent)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "The penalised likelihood is there for binary outcomes; leave studies out (exclude) or use the log-rank estimate.", new Dictionary<string, object?> { ["option"] = "separation" });
        }

        if (spec.Event is not null && spec.Type != OutcomeType.TimeToEvent)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "A column of events goes with times (type time).", new Dictionary<string, object?> { ["option"] = "event" });
        }
    }

    private static StudyEstimate Estimate(StudyRows rows, IndividualSpec spec)
    {
        var fit = StudyRegressions.Fit(rows, spec);
        var events = spec.Type == OutcomeType.Continuous ? double.NaN
            : (spec.Type == OutcomeType.Binary ? rows.Outcomes : rows.Events).Zip(rows.Frequencies, (e, f) => e * f).Sum();
        if (fit.Problem is { } problem)
        {
            return spec.Separation == SeparationRule.Exclude ? Without(rows, events, problem) : throw new MetaBridgeException(
                ErrorCode.NotConverged,
                $"Study '{rows.Name}' has no estimate: {problem}. It can be left out (separation exclude){(spec.Type == OutcomeType.Binary ? ", or a separated one estimated with a penalty (firth)" : "")}.",
                new Dictionary<string, object?> { ["study"] = rows.Name });
        }

        var (b, v, q) = (fit.Estimates, fit.Covariance, rows.Columns);
        return new StudyEstimate(
            rows.Name, rows.People, events, b[0], v[0], rows.HasModifier ? b[1] : double.NaN, rows.HasModifier ? v[q + 1] : double.NaN, rows.HasModifier ? v[1] : double.NaN, rows.ModifierMean, null);
    }

    private static StudyEstimate Without(StudyRows rows, double events, string problem) => new(
        rows.Name, rows.People, events, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, rows.ModifierMean, problem);

    private static UnivariateFit Pool(
        StudyEstimate[] studies, Func<StudyEstimate, double> effect, Func<StudyEstimate, double> variance, (double[] Design, string[] Names)? design, UnivariateSettings settings) =>
        UnivariateEngine.Fit(
            new UnivariateInput
            {
                EffectSizes = Array.ConvertAll(studies, study => effect(study)),
                Variances = Array.ConvertAll(studies, study => variance(study)),
                Labels = Array.ConvertAll(studies, study => study.Study),
                Design = design?.Design,
                ColumnNames = design?.Names,
            },
            settings);

    private static UnivariateFit? Regress(StudyEstimate[] studies, string modifier, Func<UnivariateSettings> settings)
    {
        var k = studies.Length;
        if (k < 4 || studies.All(study => study.ModifierMean == studies[0].ModifierMean))
        {
            return null;
        }

        double[] design = [.. Enumerable.Repeat(1.0, k), .. studies.Select(study => study.ModifierMean)];
        return Pool(studies, study => study.Effect, study => study.EffectVariance, (design, ["intrcpt", $"mean({modifier})"]), settings());
    }

    private static SlopeComparison Compare(StudyEstimate[] all, StudyEstimate[] inside, UnivariateFit interaction, UnivariateFit regression, double level)
    {
        var within = interaction.Coefficients;
        var between = regression.Coefficients;
        var variance = interaction.Covariance[0] + regression.Covariance[3] - (2 * SharedCovariance(all, inside, interaction, regression));
        var test = WaldTests.Table(["between - within"], [between.Estimates[1] - within.Estimates[0]], [variance], double.NaN, level);
        return new SlopeComparison(within.Estimates[0], within.StandardErrors[0], between.Estimates[1], between.StandardErrors[1], test);
    }

    // Both slopes are weighted sums of the studies' estimates, which come from the same people.
    private static double SharedCovariance(StudyEstimate[] all, StudyEstimate[] inside, UnivariateFit interaction, UnivariateFit regression)
    {
        var own = inside.Select(study => 1 / (study.InteractionVariance + interaction.TauSquared.Value)).ToArray();
        var weights = all.Select(study => 1 / (study.EffectVariance + regression.TauSquared.Value)).ToArray();
        double sum = weights.Sum(), mean = 0, squares = 0;
        for (var i = 0; i < all.Length; i++)
        {
            mean += weights[i] * all[i].ModifierMean / sum;
        }

        for (var i = 0; i < all.Length; i++)
        {
            squares += weights[i] * Math.Pow(all[i].ModifierMean - mean, 2);
        }

        var shared = 0.0;
        for (var i = 0; i < inside.Length; i++)
        {
            var at = Array.IndexOf(all, inside[i]);
            shared += own[i] / own.Sum() * weights[at] * (inside[i].ModifierMean - mean) / squares * inside[i].EffectInteractionCovariance;
        }

        return shared;
    }

    private static List<string> Cautions(IndividualSpec spec, StudyEstimate[] studies, UnivariateFit? interaction, UnivariateFit? regression)
    {
        var cautions = new List<string>();
        if (regression is not null)
        {
            cautions.Add(EcologicalCaution.StudyMean(spec.Modifier!));
        }

        if (spec.Modifier is not null && interaction is null)
        {
            cautions.Add($"'{spec.Modifier}' does not vary within any study, so that people can't be told from studies.");
        }

        if (spec.Modifier is not null && spec.Type == OutcomeType.Binary)
        {
            cautions.Add(EcologicalCaution.NonCollapsible);
        }

        cautions.AddRange(studies.Where(study => study.Problem is not null).Select(study => $"Study '{study.Study}' was left out: {study.Problem}."));
        return cautions;
    }
}
