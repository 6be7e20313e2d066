namespace MetaBridge.Plots;

/// <summary>Formats the annotation columns: every column gets the width of its longest text, numbers stand to the right.</summary>
internal sealed class ForestAnnotations
{
    private readonly string[] weights;
    private readonly string[] estimates;
    private readonly string[] lowers;
    private readonly string[] uppers;
    private readonly bool showWeights;

    /// <param name="options">Digits, transformation and whether weights are shown.</param>
    /// <param name="weights">Weights in percent, one per study.</param>
    /// <param name="studies">Intervals on the scale of the effect sizes.</param>
    /// <param name="summary">The summary's interval on that scale, or null.</param>
    public ForestAnnotations(ForestOptions options, double[] weights, PlotInterval[] studies, PlotInterval? summary)
    {
        var transformation = options.LabelTransformation != BackTransformation.None ? options.LabelTransformation : options.ValueTransformation;
        var rows = (summary is null ? studies : studies.Append(summary)).Select(x => x.Transformed(transformation)).ToArray();
        var shares = summary is null ? weights : [.. weights, weights.Sum()];
        showWeights = options.ShowWeights;
        this.weights = Column(shares.Select(w => NumberText.Fixed(w, options.Digits) + "%"));
        estimates = Column(rows.Select(x => NumberText.Fixed(x.Estimate, options.Digits)));
        lowers = Column(rows.Select(x => NumberText.Fixed(x.Lower, options.Digits)));
        uppers = Column(rows.Select(x => NumberText.Fixed(x.Upper, options.Digits)));
    }

    public ForestAnnotation OfStudy(int row) =>
        new(showWeights ? weights[row] : null, estimates[row], lowers[row], uppers[row]);

    public ForestAnnotation OfSummary() => OfStudy(estimates.Length - 1);

    private static string[] Column(IEnumerable<string> texts)
    {
        var column = texts.ToArray();
        var width = column.Max(text => text.Length);
        return Array.ConvertAll(column, text => text.PadLeft(width));
    }
}
