using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Bayes;

/// <summary>A specification applied to data: complete rows, designs, priors.</summary>
internal sealed record BayesProblem
{
    /// <summary>The specification.</summary>
    public required BayesSpec Spec { get; init; }

    /// <summary>The data that the specification was applied to.</summary>
    public required Dataset Data { get; init; }

    /// <summary>Data and priors.</summary>
    public required BayesInput Input { get; init; }

    /// <summary>The design of the effect.</summary>
    public required BayesDesign Design { get; init; }

    /// <summary>Names and original-scale combinations of the coefficients of ln τ.</summary>
    public BayesDesign? ScaleDesign { get; init; }

    /// <summary>The priors.</summary>
    public required PriorSet Priors { get; init; }

    /// <summary>The measure.</summary>
    public required BayesMeasure Measure { get; init; }

    /// <summary>The studies used and those dropped.</summary>
    public required StudyTable Studies { get; init; }

    /// <summary>Names of the clusters in order of appearance; empty without clusters.</summary>
    public IReadOnlyList<string> ClusterNames { get; init; } = [];

    /// <summary>Assembles.</summary>
    /// <exception cref="MetaBridgeException">The specification or the data are not usable.</exception>
    public static BayesProblem Assemble(BayesSpec spec, Dataset data)
    {
        if (!(spec.Level is > 0 and < 100))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, FormattableString.Invariant(
                $"The option 'level' is {spec.Level}; it must be between 0 and 100 percent, both excluded."));
        }

        var studies = UsedStudies(spec, data);
        if (studies.EffectSizes.Length == 0)
        {
            throw new MetaBridgeException(ErrorCode.NoData, $"No study is left: {studies.Dropped.Count} were dropped.");
        }

        BayesChecks.Check(studies);
        var measure = BayesPriorsMeasure(spec);
        var sizes = spec.SampleSizeColumn is { } ni ? Pick(data[ni].ToNumbers(), studies.Rows!) : null;
        var priors = PriorDefaults.Resolve(spec, measure, studies.Variances, sizes);
        var k = studies.EffectSizes.Length;
        var design = spec.Moderators is { } mods
            ? BayesDesign.Build(mods, data, studies.Rows!, spec.StandardizeContinuous, spec.FactorContrast)
            : BayesDesign.Intercept(k);
        var scale = spec.ScaleModerators is { } formula
            ? BayesScaleDesign.Build(formula, data, studies.Rows!, spec.StandardizeContinuous, spec.FactorContrast)
            : null;
        var (clusters, clusterNames) = Clusters(spec, data, studies.Rows!);
        return new BayesProblem
        {
            Spec = spec,
            Data = data,
            Measure = measure,
            Priors = priors,
            Design = design,
            ScaleDesign = scale?.Full,
            ClusterNames = clusterNames,
            Studies = new StudyTable(studies.EffectSizes, studies.Variances, studies.Labels!, studies.Rows!, studies.Dropped),
            Input = new BayesInput
            {
                EffectSizes = studies.EffectSizes,
                Variances = studies.Variances,
                Weights = studies.Weights,
                Design = design.Values,
                CoefficientPriors = CoefficientPriors(spec, priors, design),
                ScaleDesign = scale?.Slopes ?? [],
                ScalePriors = scale is null ? [] : [.. scale.SlopeNames.Select(name => new PriorDistribution(priors.Scale, name))],
                Clusters = clusters,
                Heterogeneity = PriorChecks.RequireSupport(
                    new PriorDistribution(priors.Heterogeneity, "tau"), "tau", 0, double.PositiveInfinity),
                Allocation = PriorChecks.RequireSupport(new PriorDistribution(priors.Allocation, "rho"), "rho", 0, 1),
            },
        };
    }

    private static BayesMeasure BayesPriorsMeasure(BayesSpec spec)
    {
        var everythingGiven = spec.PriorEffect is not null && spec.PriorHeterogeneity is not null
            && (spec.Moderators is null || spec.PriorModerators is not null);
        return spec.Measure is null && spec.Effect.Measure == EffectMeasure.Given && (everythingGiven || spec.UnitInformationSd is not null)
            ? BayesMeasure.General
            : PriorDefaults.MeasureOf(spec);
    }

    private static PriorDistribution[] CoefficientPriors(BayesSpec spec, PriorSet priors, BayesDesign design)
    {
        var unknown = spec.PriorCoefficients?.Keys.FirstOrDefault(name => !design.Names.Contains(name));
        if (unknown is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"prior_coefficients names '{unknown}'; the coefficients are {string.Join(", ", design.Names)}.",
                new Dictionary<string, object?> { ["coefficient"] = unknown });
        }

        return [.. design.Names.Select((name, j) => new PriorDistribution(
            spec.PriorCoefficients?.GetValueOrDefault(name)?.Rescaled(spec.RescalePriors)
            ?? (design.IsIntercept[j] ? priors.Effect : priors.Moderators),
            name))];
    }

    /// <summary>Complete rows of effect sizes, moderators, weights, clusters, scale moderators and sample sizes.</summary>
    private static UnivariateInput UsedStudies(BayesSpec spec, Dataset data)
    {
        var input = UnivariateModel.Assemble(
            new UnivariateSpec
            {
                Effect = spec.Effect,
                Moderators = spec.Moderators,
                WeightColumn = spec.WeightColumn,
                Subset = spec.Subset,
                LabelColumn = spec.LabelColumn,
            },
            data);
        var scale = spec.ScaleModerators is { } formula ? Formula.Parse(formula).BuildMatrix(data) : null;
        var dropped = new List<DroppedStudy>(input.Dropped);
        var kept = new List<int>();
        for (var i = 0; i < input.Rows!.Length; i++)
        {
            var row = input.Rows[i];
            var reason = scale?.MissingBecause[row] ?? MissingIn(spec.ClusterColumn, data, row) ?? MissingIn(spec.SampleSizeColumn, data, row);
            if (reason is null)
            {
                kept.Add(i);
            }
            else
            {
                dropped.Add(new DroppedStudy(row, input.Labels![i], reason));
            }
        }

        return input with
        {
            EffectSizes = Pick(input.EffectSizes, kept),
            Variances = Pick(input.Variances, kept),
            Weights = input.Weights is null ? null : Pick(input.Weights, kept),
            Labels = [.. kept.Select(i => input.Labels![i])],
            Rows = [.. kept.Select(i => input.Rows[i])],
            Dropped = [.. dropped.OrderBy(study => study.Row)],
        };
    }

    private static string? MissingIn(string? column, Dataset data, int row) =>
        column is not null && data[column].IsMissing(row) ? $"missing value in '{column}'" : null;

    private static (int[]? Clusters, string[] Names) Clusters(BayesSpec spec, Dataset data, int[] rows)
    {
        if (spec.ClusterColumn is null)
        {
            return (null, []);
        }

        var column = data[spec.ClusterColumn];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var clusters = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var name = column.TextAt(rows[i])!;
            if (!numbers.TryGetValue(name, out clusters[i]))
            {
                numbers.Add(name, clusters[i] = numbers.Count);
            }
        }

        return (clusters, [.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)]);
    }

    private static double[] Pick(double[] values, IReadOnlyList<int> rows) => [.. rows.Select(row => values[row])];
}
