using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>A model at its estimates: what every question after a fit starts from. The covariance M is factorised at the estimates.</summary>
/// <remarks>Not thread-safe: the covariance shape holds the factorisation.</remarks>
internal sealed class FittedModel
{
    private double[]? inverseX;
    private double[]? inverseResiduals;
    private EffectMap[]? effects;
    private int[]? components;
    private double[]? diagonal;

    public FittedModel(MultilevelSpec spec, MultilevelFitter fitter, MultilevelFit fit)
    {
        Spec = spec;
        Fitter = fitter;
        Fit = fit;
        Natural = NaturalOf(fitter, fit);
        Search = Problem.Layout.ToSearch(Natural);
        if (!Problem.Shape.Factor(Search))
        {
            throw new Errors.MetaBridgeException(
                Errors.ErrorCode.NotConverged, "The covariance of the outcomes is not positive definite at these components.");
        }

        var (k, p) = (RowCount, CoefficientCount);
        X = new double[k * p];
        Fitted = new double[k];
        Residuals = new double[k];
        var beta = fit.Coefficients.Estimates;
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < p; j++)
            {
                X[(i * p) + j] = Problem.Input.Design.X[(j * k) + i];
                Fitted[i] += X[(i * p) + j] * beta[j];
            }

            Residuals[i] = Problem.Input.EffectSizes[i] - Fitted[i];
        }
    }

    /// <summary>What was fitted.</summary>
    public MultilevelSpec Spec { get; }

    /// <summary>The bound model and its search.</summary>
    public MultilevelFitter Fitter { get; }

    /// <summary>The result.</summary>
    public MultilevelFit Fit { get; }

    /// <summary>Data and covariance shape.</summary>
    public GaussianProblem Problem => Fitter.Problem;

    /// <summary>The components in natural coordinates (variances, correlations), all terms one after the other.</summary>
    public double[] Natural { get; }

    /// <summary>The same in search coordinates.</summary>
    public double[] Search { get; }

    /// <summary>k.</summary>
    public int RowCount => Problem.Input.RowCount;

    /// <summary>p.</summary>
    public int CoefficientCount => Problem.CoefficientCount;

    /// <summary>X, k × p by rows.</summary>
    public double[] X { get; }

    /// <summary>y.</summary>
    public double[] EffectSizes => Problem.Input.EffectSizes;

    /// <summary>β̂.</summary>
    public double[] Coefficients => Fit.Coefficients.Estimates;

    /// <summary>Var(β̂), p × p.</summary>
    public double[] CoefficientCovariance => Fit.Covariance;

    /// <summary>Xβ̂.</summary>
    public double[] Fitted { get; }

    /// <summary>y − Xβ̂.</summary>
    public double[] Residuals { get; }

    /// <summary>Custom weights, or null.</summary>
    public double[]? Weights => Problem.Input.Weights;

    /// <summary>M⁻¹B, k × n by rows.</summary>
    public double[] Solve(ReadOnlySpan<double> b, int columns) => Problem.Shape.Solve(b, columns);

    /// <summary>M B, k × n by rows.</summary>
    public double[] Multiply(ReadOnlySpan<double> b, int columns) => Problem.Shape.Multiply(b, columns);

    /// <summary>U = M⁻¹X, k × p by rows.</summary>
    public double[] InverseX => inverseX ??= Solve(X, CoefficientCount);

    /// <summary>a = M⁻¹(y − Xβ̂).</summary>
    public double[] InverseResiduals => inverseResiduals ??= Solve(Residuals, 1);

    /// <summary>For every row the set of rows that M connects it with.</summary>
    public int[] Components => components ??= Problem.Shape.Components();

    /// <summary>The diagonal of M.</summary>
    public double[] Diagonal => diagonal ??= Problem.Shape.Diagonal();

    /// <summary>The random effects of every term.</summary>
    public EffectMap[] Effects => effects ??= MakeEffects();

    /// <summary>The rows used, as a dataset.</summary>
    public required Data.Dataset UsedData { get; init; }

    /// <summary>Known correlations and distances.</summary>
    public required MultilevelMatrices Matrices { get; init; }

    private EffectMap[] MakeEffects()
    {
        var terms = Fitter.SeparableTerms();
        var layout = new ParameterLayout(terms);
        var search = layout.ToSearch(Natural);
        var keys = LevelOrders();
        return [.. terms.Select((term, t) => new EffectMap(term, search.AsSpan(layout.FirstOf(t), term.Term.ParameterCount), keys[t]))];
    }

    // The levels of a/b/c go by a, then b, then c; one entry per term, in the order in which terms are built.
    private List<int[][]> LevelOrders()
    {
        var orders = new List<int[][]>();
        foreach (var formula in Spec.Random.Select(Data.Formulas.RandomFormula.Parse))
        {
            var codes = formula.Outer.Select(item => Grouping.Of(UsedData[Data.Formulas.RandomFormula.ColumnOf(item)]).Codes).ToArray();
            for (var i = formula.IsIntercept ? 0 : formula.Outer.Count - 1; i < formula.Outer.Count; i++)
            {
                orders.Add(codes[..(i + 1)]);
            }
        }

        return orders;
    }

    private static double[] NaturalOf(MultilevelFitter fitter, MultilevelFit fit)
    {
        var terms = fitter.Problem.Input.Terms;
        return [.. fit.Terms.SelectMany((term, t) => term.Components.Take(terms[t].Term.ParameterCount)).Select(component => component.Value)];
    }
}
