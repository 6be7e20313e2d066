using MetaBridge.Data;
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
    private readonly FittedModel model;

    private MultilevelAnalysis(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FittedModel model)
    {
        this.spec = spec;
        this.data = data;
        this.matrices = matrices;
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

    internal static MultilevelAnalysis Of(MultilevelSpec spec, Dataset data, MultilevelMatrices matrices, FitOptions options)
    {
        var fitter = MultilevelModel.Assemble(spec, data, matrices);
        var fit = MultilevelModel.Fit(fitter, spec, options);
        return new MultilevelAnalysis(spec, data, matrices, new FittedModel(spec, fitter, fit));
    }
}
