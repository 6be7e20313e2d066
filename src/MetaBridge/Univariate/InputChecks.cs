using System.Globalization;
using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.Univariate;

/// <summary>Refuses input that has no fit, saying which study and why.</summary>
internal static class InputChecks
{
    /// <summary>Checks lengths, values and options.</summary>
    /// <param name="input">The data.</param>
    /// <param name="settings">The options.</param>
    /// <param name="effects">The summary of the effect sizes.</param>
    /// <param name="variances">The summary of the variances.</param>
    public static void Check(UnivariateInput input, UnivariateSettings settings, in SampleSummary effects, in SampleSummary variances)
    {
        var k = input.EffectSizes.Length;
        if (k == 0)
        {
            throw new MetaBridgeException(ErrorCode.NoData, input.Dropped is [var first, ..]
                ? $"No study is left of {input.Dropped.Count}; row {first.Row + 1}: {first.Reason}."
                : "There are no studies in the data.");
        }

        CheckLength("sampling variances", input.Variances.Length, k);
        CheckLength("weights", input.Weights?.Length, k);
        CheckLength("labels", input.Labels?.Count, k);
        CheckLength("row numbers", input.Rows?.Length, k);
        CheckFinite(input, input.EffectSizes, effects, "effect size (yi)");
        CheckFinite(input, input.Variances, variances, "sampling variance (vi)");
        CheckOptions(settings);
        if (variances.Smallest < 0)
        {
            var i = Array.FindIndex(input.Variances, value => value < 0);
            throw BadStudy(input, i, ErrorCode.NonPositiveVariance, "a negative sampling variance", input.Variances[i]);
        }

        if (input.Weights is not null)
        {
            CheckWeights(input, input.Weights);
        }
    }

    /// <summary>Checks many data sets at once; a data set that can't be fitted is not an error here.</summary>
    public static void CheckBatch(double[] effects, double[] variances, int[] offsets, UnivariateSettings settings, int degreeOfParallelism)
    {
        CheckLength("sampling variances", variances.Length, effects.Length);
        CheckOptions(settings);
        foreach (var tested in settings.TestedCoefficients ?? [])
        {
            if (tested != 1)
            {
                throw Option("btt", tested, "1, the only coefficient");
            }
        }

        if (settings.Method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian)
        {
            throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "The estimator GENQ needs weights, which many data sets at once don't have.");
        }

        if (degreeOfParallelism < 1)
        {
            throw Option("threads", degreeOfParallelism, "1 or more");
        }

        var rises = offsets.Length > 0 && offsets[0] == 0 && offsets[^1] == effects.Length;
        for (var i = 1; i < offsets.Length; i++)
        {
            rises &= offsets[i] >= offsets[i - 1];
        }

        if (!rises)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch, $"The offsets must rise from 0 to {effects.Length}, the number of effect sizes.");
        }
    }

    /// <summary>Checks that there are enough studies and that zero variances are possible.</summary>
    public static void CheckCounts(UnivariateInput input, UnivariateSettings settings, Design design)
    {
        int k = input.EffectSizes.Length, p = design.Columns;
        var estimates = settings.Method != HeterogeneityMethod.EqualEffects && settings.TauSquared is null;
        if (k < p || (estimates && k < p + 1 && !(k == 1 && p == 1)))
        {
            var needed = estimates ? "tau2 and " : "";
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies,
                $"{k} studies are too few for {needed}{p} coefficients.",
                new Dictionary<string, object?> { ["studies"] = k, ["coefficients"] = p });
        }

        if (k == p && k > 1 && settings.Test != CoefficientTest.Normal)
        {
            throw new MetaBridgeException(
                ErrorCode.TooFewStudies,
                $"With {k} studies and {p} coefficients no degree of freedom is left for the test '{Keywords<CoefficientTest>.Of(settings.Test)}'.",
                new Dictionary<string, object?> { ["studies"] = k, ["coefficients"] = p });
        }

        foreach (var tested in settings.TestedCoefficients ?? [])
        {
            if (tested < 1 || tested > p)
            {
                throw Option("btt", tested, string.Create(CultureInfo.InvariantCulture, $"1 to {p}, the number of coefficients"));
            }
        }
    }

    /// <summary>The error for a study whose variance is zero where that has no meaning.</summary>
    public static MetaBridgeException ZeroVariance(UnivariateInput input) => BadStudy(
        input, Array.IndexOf(input.Variances, 0.0), ErrorCode.NonPositiveVariance, "a sampling variance of", 0);

    private static void CheckOptions(UnivariateSettings settings)
    {
        if (!(settings.Level is > 0 and < 100))
        {
            throw Option("level", settings.Level, "between 0 and 100 percent, both excluded");
        }

        foreach (var tau2 in new[] { settings.TauSquared, settings.EvaluateAtTauSquared })
        {
            if (tau2 is { } value && !(value >= 0 && double.IsFinite(value)))
            {
                throw Option("tau2", value, "zero or a positive number");
            }
        }

        if (settings.TestedCoefficients is { Count: 0 })
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "The option 'btt' names no coefficient.");
        }
    }

    private static MetaBridgeException Option(string name, double value, string legal) => new(
        ErrorCode.InvalidOption,
        string.Create(CultureInfo.InvariantCulture, $"The option '{name}' is {value}; it must be {legal}."),
        new Dictionary<string, object?> { ["option"] = name, ["value"] = value });

    private static void CheckWeights(UnivariateInput input, double[] weights)
    {
        CheckFinite(input, weights, SampleSummary.Of(weights), "weight");
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] < 0)
            {
                throw BadStudy(input, i, ErrorCode.InvalidOption, "a negative weight", weights[i]);
            }
        }
    }

    private static void CheckLength(string what, int? length, int k)
    {
        if (length is { } n && n != k)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"There are {k} effect sizes, but {n} {what}.",
                new Dictionary<string, object?> { ["studies"] = k, ["length"] = n });
        }
    }

    private static void CheckFinite(UnivariateInput input, double[] values, in SampleSummary summary, string what)
    {
        if (summary.IsFinite)
        {
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw BadStudy(input, i, ErrorCode.NonFiniteValue, $"the {what}", values[i]);
            }
        }
    }

    private static MetaBridgeException BadStudy(UnivariateInput input, int study, ErrorCode code, string what, double value)
    {
        var row = (input.Rows?[study] ?? study) + 1;
        var label = input.Labels?[study];
        var name = label is null ? "" : $" (study '{label}')";
        return new MetaBridgeException(
            code,
            string.Create(CultureInfo.InvariantCulture, $"Row {row}{name} has {what} {value}."),
            new Dictionary<string, object?> { ["row"] = row, ["study"] = label, ["value"] = value });
    }
}
