using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>The same model on other rows or with another design, from the data that a fit used.</summary>
internal static class Refit
{
    /// <summary>The model with an intercept alone, on the same rows.</summary>
    public static MultilevelFitter WithoutModerators(FittedModel model) =>
        Bind(model, [.. Enumerable.Range(0, model.RowCount)], Design.Prepare(null, null, model.RowCount));

    /// <summary>The model on some of the rows; its coefficients may be fewer where these rows don't tell them.</summary>
    public static MultilevelFitter On(FittedModel model, int[] rows)
    {
        var (n, p, k) = (rows.Length, model.CoefficientCount, model.RowCount);
        var x = new double[n * p];
        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < n; i++)
            {
                x[(j * n) + i] = model.Problem.Input.Design.X[(j * k) + rows[i]];
            }
        }

        return Bind(model, rows, Design.Prepare(x, model.Problem.Input.Design.Names, n));
    }

    private static MultilevelFitter Bind(FittedModel model, int[] rows, Design design)
    {
        var input = model.Problem.Input;
        var data = rows.Length == model.RowCount ? model.UsedData : model.UsedData.Take(rows);
        // Moderators are in the design already; what the terms need of the specification is left.
        var spec = model.Spec with { Covariance = null, Moderators = null, TestedCoefficients = null, Also = null };
        var reduced = input with
        {
            EffectSizes = Array.ConvertAll(rows, i => input.EffectSizes[i]),
            Sampling = input.Sampling.Take(rows),
            Design = design,
            Terms = new TermBuilder(spec, model.Matrices, data).Build(),
            Weights = input.Weights is null ? null : Array.ConvertAll(rows, i => input.Weights[i]),
        };
        var all = model.Fit.Studies;
        var studies = new StudyTable(
            reduced.EffectSizes, [.. reduced.Sampling.Variances], new PickedNames(all.Labels, rows), Array.ConvertAll(rows, i => all.Rows[i]), []);
        return new MultilevelFitter(spec, reduced, studies, isSeparable => new TermBuilder(spec, model.Matrices, data, canFixEach: isSeparable).Build());
    }

    private sealed class PickedNames(IReadOnlyList<string> names, int[] rows) : IReadOnlyList<string>
    {
        public int Count => rows.Length;

        public string this[int index] => names[rows[index]];

        public IEnumerator<string> GetEnumerator() => rows.Select(row => names[row]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
