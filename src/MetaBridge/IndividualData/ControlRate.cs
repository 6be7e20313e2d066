using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Multilevel.Analysis;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>Regression of the treatment effect on the true risk of the control group (baseline risk).</summary>
public static class ControlRate
{
    /// <summary>Columns of the searched components: the two variances, their correlation, and τ² of the naive regression.</summary>
    internal static readonly string[] Components = ["components.var.control", "components.var.treated", "components.rho", "components.naive.tau2"];

    private const double Correction = 0.5;

    /// <summary>Fits.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">One row per study.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">As the other overload.</exception>
    public static ControlRateFit Fit(ControlRateSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Fit(spec.Effect, data, spec.Level, options);
    }

    /// <summary>Fits.</summary>
    /// <param name="effect">The columns of the 2 × 2 tables, as for the measure OR; treated first.</param>
    /// <param name="data">One row per study.</param>
    /// <param name="level">Confidence level in percent.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="MetaBridgeException">
    /// As <see cref="EffectSizeCalculator.Calculate(EffectSpec, Dataset)"/>; <see cref="ErrorCode.SpecificationInvalid"/> when a column of the tables is not named; <see cref="ErrorCode.TooFewStudies"/> with fewer than five; <see
    /// cref="ErrorCode.NotConverged"/> when the true control risks don't vary or lie on a line with the treated ones.
    /// </exception>
    /// <remarks>
    /// The two observed log odds of a study have independent errors with variances 1/events + 1/non-events; for the log odds ratio y and the control log odds x that
    /// is Cov(y, x) = −Var(x). Tables with a zero get 0.5 in every cell.
    /// </remarks>
    public static ControlRateFit Fit(EffectSpec effect, Dataset data, double level = 95, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(effect);
        ArgumentNullException.ThrowIfNull(data);
        var (arms, dropped) = ReadArms(effect, data);
        if (arms.Length < 5)
        {
            throw new MetaBridgeException(ErrorCode.TooFewStudies, $"Five parameters need five complete studies; there are {arms.Length}.", new Dictionary<string, object?> { ["studies"] = arms.Length });
        }

        var at = options?.EvaluateAt is { } components && Components.All(components.ContainsKey) ? Array.ConvertAll(Components, name => components[name][0]) : null;
        var bivariate = at is null ? options : options! with { EvaluateAt = new Dictionary<string, double[]> { ["tau2"] = at[..2], ["rho"] = [at[2]] } };
        var analysis = MetaAnalysis.Analyse(Bivariate(level), LongForm(arms), null, bivariate);
        var (table, slope, residual) = Regression(analysis, level);
        return new ControlRateFit
        {
            Model = analysis.Fit, Coefficients = table, TreatedSlope = slope, ResidualVariance = residual, Naive = Naive(arms, level, at?[3]), Studies = arms, Dropped = dropped,
        };
    }

    private static MultilevelSpec Bivariate(double level) => new()
    {
        Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
        Moderators = "~ arm - 1",
        Random = ["~ arm | study"],
        Structures = [CovarianceStructure.Unstructured],
        Method = HeterogeneityMethod.MaximumLikelihood,
        Level = level,
    };

    private static (ControlRateStudy[] Arms, List<DroppedStudy> Dropped) ReadArms(EffectSpec effect, Dataset data)
    {
        RequireColumns(effect);
        var inputs = EffectInputs.FromDataset(effect with { Measure = EffectMeasure.OddsRatio }, data);
        var (arms, dropped) = (new List<ControlRateStudy>(), new List<DroppedStudy>());
        for (var i = 0; i < inputs.Count; i++)
        {
            var (a, c) = (At(inputs[EffectRole.Ai], i), At(inputs[EffectRole.Ci], i));
            var b = inputs[EffectRole.Bi] is null ? At(inputs[EffectRole.N1i], i) - a : At(inputs[EffectRole.Bi], i);
            var d = inputs[EffectRole.Di] is null ? At(inputs[EffectRole.N2i], i) - c : At(inputs[EffectRole.Di], i);
            if (double.IsNaN(a + b + c + d))
            {
                dropped.Add(new DroppedStudy(i, data.RowLabel(i), "a count of the table is missing"));
                continue;
            }

            if (a < 0 || b < 0 || c < 0 || d < 0)
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidCount, $"Row {i + 1} has a negative count, or more events than people.", new Dictionary<string, object?> { ["row"] = i + 1 });
            }

            var add = a == 0 || b == 0 || c == 0 || d == 0 ? Correction : 0;
            arms.Add(new ControlRateStudy(
                data.RowLabel(i), Math.Log((c + add) / (d + add)), (1 / (c + add)) + (1 / (d + add)), Math.Log((a + add) / (b + add)), (1 / (a + add)) + (1 / (b + add))));
        }

        return ([.. arms], dropped);
    }

    private static void RequireColumns(EffectSpec effect)
    {
        var missing = effect.Ai is null ? "ai" : effect.Ci is null ? "ci" : (effect.Bi ?? effect.N1i) is null ? "bi or n1i" : (effect.Di ?? effect.N2i) is null ? "di or n2i" : null;
        if (missing is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"The control rate needs whole 2 × 2 tables, ai and ci with bi and di or with n1i and n2i; {missing} is not named.",
                new Dictionary<string, object?> { ["column"] = missing });
        }
    }

    private static double At(double[]? values, int i) => values is null ? double.NaN : values[i];

    private static Dataset LongForm(ControlRateStudy[] arms)
    {
        var k = arms.Length;
        return new Dataset(
            "arms",
            [
                new NumberColumn("yi", [.. arms.Select(arm => arm.Control), .. arms.Select(arm => arm.Treated)]),
                new NumberColumn("vi", [.. arms.Select(arm => arm.ControlVariance), .. arms.Select(arm => arm.TreatedVariance)]),
                new TextColumn("arm", [.. Enumerable.Repeat("control", k), .. Enumerable.Repeat("treated", k)]),
                new IntegerColumn("study", [.. Enumerable.Range(1, k), .. Enumerable.Range(1, k)]),
            ]);
    }

    private static (CoefficientTable Table, double Slope, double Residual) Regression(MultilevelAnalysis analysis, double level)
    {
        var fit = analysis.Fit;
        var covariance = analysis.ComponentCovariance(ComponentParametrisation.Covariances);
        if (covariance.AtBoundary.Any(on => on) || covariance.Names.Count != 3)
        {
            throw new MetaBridgeException(
                ErrorCode.NotConverged, "The true log odds of the two groups have no proper bivariate distribution: one does not vary between studies, or they lie on a line.");
        }

        // Variances of control and treated, then their covariance.
        var (vc, vt, c) = (covariance.Estimates[0], covariance.Estimates[1], covariance.Estimates[2]);
        var (mc, mt) = (fit.Coefficients.Estimates[0], fit.Coefficients.Estimates[1]);
        var b = c / vc;
        double[] gradient = [-b / vc, 0, 1 / vc];
        var variance = 0.0;
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                variance += gradient[i] * covariance.Values[(i * 3) + j] * gradient[j];
            }
        }

        return (Combine(fit, b, variance, mc, mt, level), b, vt - (c * b));
    }

    // The coefficients and the components are asymptotically independent. With s = b − 1: intercept m_t − b m_c, mean m_t − m_c, slope s.
    private static CoefficientTable Combine(Multilevel.MultilevelFit fit, double b, double slopeVariance, double mc, double mt, double level)
    {
        double[] estimates = [mt - (b * mc), mt - mc, b - 1];
        double[][] weights = [[-b, 1], [-1, 1], [0, 0]];
        double[] bySlope = [-mc, 0, 1];
        var covariance = new double[9];
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var sum = bySlope[i] * bySlope[j] * slopeVariance;
                for (var r = 0; r < 2; r++)
                {
                    for (var s = 0; s < 2; s++)
                    {
                        sum += weights[i][r] * fit.Covariance[(r * 2) + s] * weights[j][s];
                    }
                }

                covariance[(i * 3) + j] = sum;
            }
        }

        return WaldTests.Table(["intrcpt", "mean", "slope"], estimates, covariance, double.NaN, level);
    }

    private static UnivariateFit Naive(ControlRateStudy[] arms, double level, double? at) => UnivariateEngine.Fit(
        new UnivariateInput
        {
            EffectSizes = Array.ConvertAll(arms, arm => arm.Effect),
            Variances = Array.ConvertAll(arms, arm => arm.EffectVariance),
            Design = [.. arms.Select(_ => 1.0), .. arms.Select(arm => arm.Control)],
            ColumnNames = ["intrcpt", "observed control log odds"],
        },
        new UnivariateSettings { Method = HeterogeneityMethod.MaximumLikelihood, Level = level, EvaluateAtTauSquared = at });
}
