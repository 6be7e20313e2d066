using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>A column of floating-point numbers; <see cref="Na.Real"/> is missing.</summary>
/// <param name="name">The name.</param>
/// <param name="values">The values.</param>
public sealed class NumberColumn(string name, double[] values) : Column(name)
{
    private readonly double[] values = values;

    /// <summary>The values, without a copy.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <inheritdoc/>
    public override string TypeName => "numeric";

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => double.IsNaN(values[row]);

    /// <inheritdoc/>
    public override string? TextAt(int row) =>
        Na.IsNa(values[row]) ? null : values[row].ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new NumberColumn(Name, Pick(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new NumberColumn(name, values);

    /// <inheritdoc/>
    public override double[] ToNumbers() => (double[])values.Clone();
}

/// <summary>A column of 32-bit integers; <see cref="Na.Integer"/> is missing.</summary>
/// <param name="name">The name.</param>
/// <param name="values">The values.</param>
public sealed class IntegerColumn(string name, int[] values) : Column(name)
{
    private readonly int[] values = values;

    /// <summary>The values, without a copy.</summary>
    public ReadOnlySpan<int> Values => values;

    /// <inheritdoc/>
    public override string TypeName => "integer";

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => values[row] == Na.Integer;

    /// <inheritdoc/>
    public override string? TextAt(int row) =>
        IsMissing(row) ? null : values[row].ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new IntegerColumn(Name, Pick(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new IntegerColumn(name, values);

    /// <inheritdoc/>
    public override double[] ToNumbers() => Array.ConvertAll(values, value => value == Na.Integer ? Na.Real : value);
}

/// <summary>A column of text; null is missing.</summary>
/// <param name="name">The name.</param>
/// <param name="values">The values.</param>
public sealed class TextColumn(string name, string?[] values) : Column(name)
{
    private readonly string?[] values = values;

    /// <summary>The values, without a copy.</summary>
    public ReadOnlySpan<string?> Values => values;

    /// <inheritdoc/>
    public override string TypeName => "character";

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => values[row] is null;

    /// <inheritdoc/>
    public override string? TextAt(int row) => values[row];

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new TextColumn(Name, Pick(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new TextColumn(name, values);
}

/// <summary>A column of categories with a fixed list of levels in a fixed order.</summary>
public sealed class FactorColumn : Column
{
    private readonly int[] codes;
    private readonly string[] levels;

    /// <summary>Creates the column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="codes">For each row the index of its level, counted from 0, or -1 when missing.</param>
    /// <param name="levels">The levels in their order, all different; levels that no row uses are kept.</param>
    /// <param name="isOrdered">Whether the order of the levels means something (R's <c>ordered</c>).</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.WrongColumnType"/> when a code has no level.</exception>
    public FactorColumn(string name, int[] codes, string[] levels, bool isOrdered = false)
        : base(name)
    {
        for (var row = 0; row < codes.Length; row++)
        {
            if (codes[row] < -1 || codes[row] >= levels.Length)
            {
                throw new MetaBridgeException(
                    ErrorCode.WrongColumnType,
                    $"Factor '{name}' has code {codes[row]} in row {row + 1}, but only {levels.Length} levels.",
                    new Dictionary<string, object?> { ["column"] = name, ["row"] = row + 1, ["value"] = codes[row] });
            }
        }

        this.codes = codes;
        this.levels = levels;
        IsOrdered = isOrdered;
    }

    /// <summary>For each row the index of its level, counted from 0, or -1 when missing.</summary>
    public ReadOnlySpan<int> Codes => codes;

    /// <summary>The levels in their order.</summary>
    public IReadOnlyList<string> Levels => levels;

    /// <summary>Whether the order of the levels means something.</summary>
    public bool IsOrdered { get; }

    /// <inheritdoc/>
    public override string TypeName => IsOrdered ? "ordered" : "factor";

    /// <inheritdoc/>
    public override int Count => codes.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => codes[row] < 0;

    /// <inheritdoc/>
    public override string? TextAt(int row) => codes[row] < 0 ? null : levels[codes[row]];

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new FactorColumn(Name, Pick(codes, rows), levels, IsOrdered);

    /// <inheritdoc/>
    public override Column Rename(string name) => new FactorColumn(name, codes, levels, IsOrdered);
}

/// <summary>A column of truth values; null is missing.</summary>
/// <param name="name">The name.</param>
/// <param name="values">The values.</param>
public sealed class LogicalColumn(string name, bool?[] values) : Column(name)
{
    private readonly bool?[] values = values;

    /// <summary>The values, without a copy.</summary>
    public ReadOnlySpan<bool?> Values => values;

    /// <inheritdoc/>
    public override string TypeName => "logical";

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => values[row] is null;

    /// <inheritdoc/>
    public override string? TextAt(int row) => values[row] switch { null => null, true => "TRUE", false => "FALSE" };

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new LogicalColumn(Name, Pick(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new LogicalColumn(name, values);

    /// <inheritdoc/>
    public override double[] ToNumbers() =>
        Array.ConvertAll(values, value => value switch { null => Na.Real, true => 1.0, false => 0.0 });
}
