using System.Diagnostics.CodeAnalysis;
using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>A table of named columns of equal length, with a label for each row.</summary>
/// <remarks>Immutable. The counterpart of R's data frame; every column type keeps its missing values.</remarks>
public sealed partial class Dataset
{
    private readonly Dictionary<string, int> indexByName;
    private readonly Column[] columns;
    private readonly string[]? rowLabels;
    private readonly IReadOnlyList<DatasetMatrix> matrices = [];

    /// <summary>Creates a dataset.</summary>
    /// <param name="name">What to call it, such as <c>dat.bcg</c>; part of messages and certificates.</param>
    /// <param name="columns">The columns, all of one length, with different names.</param>
    /// <param name="rowLabels">One label per row, or null for 1, 2, 3, …</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.DuplicateName"/>.
    /// </exception>
    public Dataset(string name, IEnumerable<Column> columns, IEnumerable<string>? rowLabels = null)
    {
        Name = name;
        this.columns = [.. columns];
        this.rowLabels = rowLabels?.ToArray();
        RowCount = this.columns.Length > 0 ? this.columns[0].Count : this.rowLabels?.Length ?? 0;
        indexByName = new Dictionary<string, int>(this.columns.Length, StringComparer.Ordinal);
        for (var i = 0; i < this.columns.Length; i++)
        {
            Add(this.columns[i], i);
        }

        if (this.rowLabels is not null && this.rowLabels.Length != RowCount)
        {
            throw Mismatch("row labels", this.rowLabels.Length);
        }
    }

    /// <summary>What the dataset is called.</summary>
    public string Name { get; }

    /// <summary>The columns in their order.</summary>
    public IReadOnlyList<Column> Columns => columns;

    /// <summary>How many rows.</summary>
    public int RowCount { get; }

    /// <summary>Matrices that travel with the data: sampling covariances, known correlations, distances; with different names.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>: a matrix without row names has another size than the data; <see cref="ErrorCode.DuplicateName"/>.
    /// </exception>
    public IReadOnlyList<DatasetMatrix> Matrices
    {
        get => matrices;
        init => matrices = Checked(value);
    }

    /// <summary>Whether the row labels were given, not just counted.</summary>
    public bool HasRowLabels => rowLabels is not null;

    /// <summary>The column of that name.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.MissingColumn"/>, listing the columns there are.</exception>
    public Column this[string column] => TryGet(column, out var found) ? found : throw new MetaBridgeException(
        ErrorCode.MissingColumn,
        $"{Name} has no column '{column}'; it has {string.Join(", ", columns.Select(c => c.Name))}.",
        new Dictionary<string, object?> { ["column"] = column, ["data"] = Name });

    /// <summary>The label of a row (counted from 0): the given one, or its number counted from 1.</summary>
    public string RowLabel(int row) =>
        rowLabels?[row] ?? (row + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Looks a column up by its exact name.</summary>
    public bool TryGet(string column, [NotNullWhen(true)] out Column? found)
    {
        found = indexByName.TryGetValue(column, out var index) ? columns[index] : null;
        return found is not null;
    }

    /// <summary>A dataset of the given rows (counted from 0), in that order, which keep their labels.</summary>
    public Dataset Take(ReadOnlySpan<int> rows)
    {
        var picked = new Column[columns.Length];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = columns[i].Take(rows);
        }

        var labels = new string[rows.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = RowLabel(rows[i]);
        }

        var taken = new DatasetMatrix[matrices.Count];
        for (var i = 0; i < taken.Length; i++)
        {
            taken[i] = matrices[i].Take(rows);
        }

        return new Dataset(Name, picked, labels) { Source = Source, Matrices = taken };
    }

    /// <summary>The same dataset with a column added, or replaced where the name exists.</summary>
    public Dataset With(Column column) => indexByName.TryGetValue(column.Name, out var index)
        ? new Dataset(Name, columns.Select((old, i) => i == index ? column : old), rowLabels) { Source = Source, Matrices = matrices }
        : new Dataset(Name, [.. columns, column], rowLabels) { Source = Source, Matrices = matrices };

    /// <summary>The same dataset with a matrix added, or replaced where the name exists.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/>: it is over the rows, but has another size.</exception>
    public Dataset With(DatasetMatrix matrix) => new(Name, columns, rowLabels)
    {
        Source = Source,
        Matrices = [.. matrices.Where(other => other.Name != matrix.Name), matrix],
    };

    /// <summary>The matrix of that name.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.UnknownName"/>, listing the matrices there are.</exception>
    public DatasetMatrix Matrix(string matrix) => matrices.FirstOrDefault(m => m.Name == matrix) ?? throw new MetaBridgeException(
        ErrorCode.UnknownName,
        $"{Name} has no matrix '{matrix}'; it has {(matrices.Count == 0 ? "none" : string.Join(", ", matrices.Select(m => m.Name)))}.",
        new Dictionary<string, object?> { ["matrix"] = matrix, ["data"] = Name });

    private IReadOnlyList<DatasetMatrix> Checked(IReadOnlyList<DatasetMatrix> given)
    {
        if (given.FirstOrDefault(m => m.RowNames is null && m.Size != RowCount) is { } other)
        {
            throw Mismatch($"the matrix '{other.Name}'", other.Size);
        }

        return given.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is not { } twice ? given
            : throw new MetaBridgeException(
                ErrorCode.DuplicateName,
                $"{Name} has two matrices named '{twice.Key}'.",
                new Dictionary<string, object?> { ["matrix"] = twice.Key, ["data"] = Name });
    }

    private void Add(Column column, int index)
    {
        if (column.Count != RowCount)
        {
            throw Mismatch($"column '{column.Name}'", column.Count);
        }

        if (!indexByName.TryAdd(column.Name, index))
        {
            throw new MetaBridgeException(
                ErrorCode.DuplicateName,
                $"{Name} has two columns named '{column.Name}'.",
                new Dictionary<string, object?> { ["column"] = column.Name, ["data"] = Name });
        }
    }

    private MetaBridgeException Mismatch(string what, int length) => new(
        ErrorCode.LengthMismatch,
        $"{Name} has {RowCount} rows, but {what} has {length}.",
        new Dictionary<string, object?> { ["data"] = Name, ["rows"] = RowCount, ["length"] = length });
}
