using MetaBridge.Data;
using MetaBridge.Numerics;

namespace MetaBridge.Bayes;

/// <content>The heterogeneity at given moderators of ln τ.</content>
public sealed partial class BayesPosterior
{
    /// <summary>τ_i = τ exp(z_i'b) of each study; without a scale formula τ itself.</summary>
    public IReadOnlyList<PosteriorRow> ScaleStudies()
    {
        var k = Problem.Input.StudyCount;
        var slopes = Problem.Input.ScalePriors.Length;
        return InTurn(() => Enumerable.Range(0, k).Select(i => Scale(
            Problem.Studies.Labels[i], [.. Enumerable.Range(0, slopes).Select(j => Problem.Input.ScaleDesign[(j * k) + i])])).ToArray());
    }

    /// <summary>τ exp(z'b) for each row of new data.</summary>
    /// <param name="newData">Rows with the moderators of the effect and of ln τ.</param>
    /// <exception cref="Errors.MetaBridgeException">As <see cref="PredictAt(Dataset, PredictionKind, IReadOnlyList{double}?)"/>.</exception>
    public IReadOnlyList<PosteriorRow> ScaleAt(Dataset newData)
    {
        ArgumentNullException.ThrowIfNull(newData);
        var (_, scales) = NewRows.Code(Problem, newData);
        return InTurn(() => scales.Select((row, i) => Scale(newData.RowLabel(i), row)).ToArray());
    }

    private PosteriorRow Scale(string name, double[] row) => Summarize(name, Solution.Ask(view => Scale(view, row)));

    /// <summary>By lines along τ: at each of them the factor exp(z'b) is the same.</summary>
    private static Marginal Scale(PosteriorView view, double[] row)
    {
        var axes = view.Target.Axes;
        var axis = axes.IndexOf(AxisRole.Heterogeneity);
        double Factor(int slot) => Math.Exp(VectorKernels.Dot(row, view.Target.Scale(slot)));
        double Value(int slot) => view.Target.Parameters(slot).Tau * Factor(slot);
        return axis < 0
            ? new PointMarginal(Value(view.Slots[0]))
            : view.Monotone(new MonotoneQuantity(
                axis,
                [.. Enumerable.Range(0, row.Length).Where(j => row[j] != 0).Select(j => axes.IndexOf(AxisRole.Scale, j)).Where(other => other >= 0)],
                Value,
                (slot, x) => x / Factor(slot),
                false,
                (0, double.PositiveInfinity)));
    }
}
