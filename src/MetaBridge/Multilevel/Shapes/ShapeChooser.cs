namespace MetaBridge.Multilevel.Shapes;

/// <summary>Picks the cheapest covariance shape that the data allow.</summary>
internal static class ShapeChooser
{
    public static CovarianceShape Choose(MultilevelInput input, double[] data, int columns)
    {
        var terms = Array.ConvertAll(input.Terms, term => term.Term);
        if (NestedLayout.TryOf(input.RowCount, input.Sampling, terms) is { } nested)
        {
            return new NestedShape(nested, input.Sampling, data, columns);
        }

        if (CrossedShape.TryOf(input.Sampling, terms, data, columns) is { } crossed)
        {
            return crossed;
        }

        var layout = BlockLayout.Of(input.RowCount, input.Sampling, terms);
        return new BlockShape(layout, input.Sampling, terms, data, columns);
    }
}
