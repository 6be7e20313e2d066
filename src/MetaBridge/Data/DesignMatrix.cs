namespace MetaBridge.Data;

/// <summary>A model matrix with R's column names, one row per row of the dataset it was built on.</summary>
/// <param name="Names">Column names as R's <c>model.matrix</c> gives them, the intercept as <c>intrcpt</c>.</param>
/// <param name="Values">k × p values stored by columns: element (i, j) is at j·k + i. Rows with a missing value hold NaN.</param>
/// <param name="RowCount">k, the number of rows.</param>
/// <param name="MissingBecause">For each row null when it is complete, else why not: <c>missing value in 'ablat'</c>.</param>
public sealed record DesignMatrix(
    IReadOnlyList<string> Names,
    double[] Values,
    int RowCount,
    IReadOnlyList<string?> MissingBecause)
{
    /// <summary>p, the number of columns.</summary>
    public int ColumnCount => Names.Count;

    /// <summary>The values of one column, without a copy.</summary>
    public ReadOnlySpan<double> Column(int column) => Values.AsSpan(column * RowCount, RowCount);
}
