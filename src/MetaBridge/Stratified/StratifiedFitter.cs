using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Numerics;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Stratified;

/// <summary>One fit, from checked counts to the result.</summary>
internal sealed class StratifiedFitter
{
    private const double Correction = 0.5;
    private static readonly string[] Intercept = ["intrcpt"];

    private readonly StratifiedInput input;
    private readonly StratifiedSettings settings;
    private readonly EffectMeasure measure;
    private readonly StratifiedTables tables;

    public StratifiedFitter(StratifiedInput input, StratifiedSettings settings)
    {
        this.input = input;
        this.settings = settings;
        measure = StratifiedChecks.MeasureOf(settings.Method, settings.Measure);
        tables = StratifiedTables.Of(input.Counts, measure, settings.Observed, settings.Pooling);
        if (tables.Strata.Count == 0)
        {
            throw NoTables();
        }
    }

    public StratifiedFit Fit()
    {
        var sums = tables.Strata.Sums(measure);
        var estimate = PooledEstimate.Of(measure, sums);
        CheckEstimate(sums, estimate);
        var (effects, variances) = tables.WithEffects();

        var residual = ResidualSums.Of(effects, variances, estimate.Value);
        var isPeto = settings.Method == PoolingMethod.Peto;
        var (petoQ, petoCount) = isPeto ? PetoHeterogeneity.Of(tables.Strata, estimate.Value) : (double.NaN, 0);
        var heterogeneity = isPeto
            ? Heterogeneity.Of(petoQ, effects.Length, petoCount > 1)
            : Heterogeneity.Of(residual.Squares, effects.Length);
        OddsHomogeneity? homogeneity = measure == EffectMeasure.OddsRatio ? OddsHomogeneity.Of(tables.Strata, estimate.Value) : null;
        var fit = new StratifiedFit
        {
            Engine = UnivariateEngine.EngineName,
            Method = settings.Method,
            Measure = measure,
            Level = settings.Level,
            Coefficients = WaldTests.Table(Intercept, [estimate.Value], [estimate.Variance], double.NaN, settings.Level),
            Heterogeneity = heterogeneity.Test,
            ISquared = heterogeneity.ISquared,
            HSquared = heterogeneity.HSquared,
            MantelHaenszelTest = HasConditionalTest ? ScoreTest(sums.Excess, sums.ConditionalVariance) : null,
            CochranTest = measure == EffectMeasure.OddsRatio ? ScoreTest(sums.Excess, sums.BinomialVariance) : null,
            BreslowDayTest = homogeneity?.BreslowDay,
            TaroneTest = homogeneity?.Tarone,
            TableCount = tables.Strata.Count,
            PositiveCount = isPeto ? petoCount : homogeneity?.PositiveCount,
            MaximumLikelihood = residual.MaximumLikelihood(),
            RestrictedLikelihood = residual.RestrictedLikelihood(),
            Studies = Studies(),
            NotPooled = tables.Pooled.Length == tables.Complete.Length ? [] : [.. Enumerable.Range(0, tables.Complete.Length).Where(i => !tables.IsPooled[i])],
        };
        return AddFurther(fit);
    }

    private bool HasConditionalTest => measure is EffectMeasure.OddsRatio or EffectMeasure.IncidenceRateRatio;

    /// <summary>(|U| − 1/2)²/V as χ² with one degree of freedom, without the 1/2 when there is no continuity correction.</summary>
    private TestResult ScoreTest(double excess, double variance)
    {
        var distance = Math.Abs(excess) - (settings.ContinuityCorrection ? Correction : 0);
        var statistic = variance > 0 ? distance * distance / variance : double.NaN;
        return new TestResult(statistic, 1, double.NaN, Distributions.ChiSquaredUpper(statistic, 1));
    }

    private StudyTable Studies()
    {
        var rows = tables.Complete;
        var own = input.Rows;
        var isWhole = rows.Length == input.Counts.Count;
        return new StudyTable(
            tables.Effects,
            tables.Variances,
            isWhole ? input.Labels ?? new CountedLabels(rows.Length) : Array.ConvertAll(rows, LabelOf),
            own is null ? rows : isWhole ? own : Array.ConvertAll(rows, row => own[row]),
            tables.Missing is { } missing
                ? [.. input.Dropped.Concat(Dropped(missing)).OrderBy(study => study.Row)]
                : input.Dropped);
    }

    private IEnumerable<DroppedStudy> Dropped(IReadOnlyList<string?> missing)
    {
        for (var row = 0; row < missing.Count; row++)
        {
            if (missing[row] is { } reason)
            {
                yield return new DroppedStudy(input.Rows?[row] ?? row, LabelOf(row), reason);
            }
        }
    }

    private string LabelOf(int row) => input.Labels?[row] ?? (row + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private StratifiedFit AddFurther(StratifiedFit fit)
    {
        foreach (var further in settings.Also)
        {
            fit = further switch
            {
                FurtherResult.LeaveOneOut => fit with { LeaveOneOut = Sequence().LeaveOneOut(settings.CancellationToken) },
                FurtherResult.Cumulative => fit with { Cumulative = Sequence().Cumulative(settings.CancellationToken) },
                _ => throw new MetaBridgeException(
                    ErrorCode.NotSupported,
                    $"'{Keywords<FurtherResult>.Of(further)}' does not exist for the family '{StratifiedSpec.FamilyName}'; it has leave1out and cumul.",
                    new Dictionary<string, object?> { ["also"] = Keywords<FurtherResult>.Of(further) }),
            };
        }

        return fit;

        TableSequence Sequence() => TableSequence.Of(input, settings, measure, tables, Studies().Labels);
    }

    private MetaBridgeException NoTables() => new(
        ErrorCode.NoData,
        tables.Missing?.FirstOrDefault(reason => reason is not null) is { } reason
            ? $"No table is left of {input.Counts.Count + input.Dropped.Count}; one of them: {reason}."
            : tables.Complete.Length > 0
                ? "No table is left: all are without events, or without non-events, in both groups (drop00)."
                : "There are no tables in the data.");

    private void CheckEstimate(in StratumSums sums, PooledEstimate estimate)
    {
        if (settings.Method == PoolingMethod.Peto && double.IsNaN(estimate.Value) && double.IsFinite(sums.S))
        {
            throw new MetaBridgeException(
                ErrorCode.NoData,
                "One of the two outcomes, or one of the two groups, is empty in every table: Peto's method has nothing to pool.",
                new Dictionary<string, object?> { ["tables"] = tables.Strata.Count });
        }

        var total = sums.R + sums.S + sums.V1 + sums.V2 + sums.V3 + sums.ConditionalVariance + sums.BinomialVariance;
        if (!double.IsFinite(total) || double.IsInfinity(estimate.Value) || double.IsInfinity(estimate.Variance)
            || (double.IsFinite(estimate.Value) && double.IsNaN(estimate.Variance)))
        {
            throw new MetaBridgeException(ErrorCode.NumericOverflow, "The sums over the tables leave the range of floating-point numbers: the counts are too large, or too small beside each other.");
        }
    }
}
