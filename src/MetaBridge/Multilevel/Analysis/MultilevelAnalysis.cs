using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>
/// A fitted multilevel model that can be asked further questions: predictions, random effects, residuals, influence, robust tests,
/// profiles, simulation. Each question is answered from the same data, matrices and estimates as <see cref="Fit"/>.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed partial class MultilevelAnalysis
{
    private readonly MultilevelSpec spec;
    private readonly Dataset data;
    private readonly MultilevelMatrices matrices;
    private readonly FitOptions options;
    private readonly FittedModel model;

    private MultilevelAnalysis(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FitOptions options, FittedModel model)
    {
        this.spec = spec;
        this.data = data;
        this.matrices = matrices;
        this.options = options;
        this.model = model;
    }

    /// <summary>The result.</summary>
    public MultilevelFit Fit => model.Fit;

    /// <summary>What was fitted.</summary>
    public MultilevelSpec Spec => spec;

    /// <summary>The data that the specification speaks of.</summary>
    public Dataset Data => data;

    /// <summary>Covariances, correlations and distances that came with the data.</summary>
    public MultilevelMatrices Matrices => matrices;

    /// <summary>How to run what searches again.</summary>
    internal FitOptions Options => options;

    /// <summary>Data, matrices and factorised covariance.</summary>
    internal FittedModel Model => model;

    internal static MultilevelAnalysis Of(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FitOptions options)
    {
        var fitter = MultilevelModel.Assemble(spec, data, matrices);
        var fit = MultilevelModel.Fit(fitter, spec, options);
        return new MultilevelAnalysis(spec, data, matrices, options, ModelOf(spec, data, matrices, fitter, fit));
    }

    /// <summary>The fit with the tables that its specification asks for.</summary>
    internal static MultilevelFit WithFurther(
        MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FitOptions options, MultilevelFitter fitter, MultilevelFit fit)
    {
        FurtherRequest[] requests = [.. (spec.Also ?? []).Where(request => request.Result != FurtherResult.HeterogeneityIntervals).Distinct()];
        if (requests.Length == 0)
        {
            return fit;
        }

        var analysis = new MultilevelAnalysis(spec, data, matrices, options, ModelOf(spec, data, matrices, fitter, fit));
        return fit with { Further = [.. requests.SelectMany(request => FurtherParts.Of(request, analysis))] };
    }

    private static FittedModel ModelOf(
        MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, MultilevelFitter fitter, MultilevelFit fit) => new(spec, fitter, fit)
        {
            UsedData = fit.Studies.Rows.Length == data.RowCount ? data : data.Take(fit.Studies.Rows),
            Matrices = SpecifiedMatrices.Resolve(spec with { CovarianceMatrix = null }, data, matrices),
        };

    /// <summary>The levels of a column over the rows that the fit used.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.UnknownName"/>, or <see cref="ErrorCode.InvalidOption"/> when a row that was used has no value.
    /// </exception>
    private Grouping Levels(string column)
    {
        var values = data[column];
        foreach (var row in Fit.Studies.Rows)
        {
            if (values.IsMissing(row))
            {
                throw new MetaBridgeException(
                    ErrorCode.InvalidOption,
                    $"The cluster column '{column}' has no value in row {row + 1}, which the fit used.",
                    new Dictionary<string, object?> { ["column"] = column, ["row"] = row + 1 });
            }
        }

        return Grouping.Of(values.Take(Fit.Studies.Rows));
    }
}
