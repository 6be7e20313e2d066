using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>A named column of a <see cref="Dataset"/>: values of one type, some of which may be missing.</summary>
/// <remarks>Columns are immutable; the arrays handed to a constructor are owned by the column from then on.</remarks>
public abstract class Column
{
    private protected Column(string name) => Name = name;

    /// <summary>The name, unique within its dataset, any text.</summary>
    public string Name { get; }

    /// <summary>What the column holds, in R's word: numeric, integer, character, factor, ordered or logical.</summary>
    public abstract string TypeName { get; }

    /// <summary>How many rows.</summary>
    public abstract int Count { get; }

    /// <summary>Whether the value in a row (counted from 0) is missing. An ordinary NaN counts as missing too, as in R's <c>is.na</c>.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>The value in a row as text, or null when it is missing; numbers in the shortest form that reads back the same.</summary>
    public abstract string? TextAt(int row);

    /// <summary>A column of the given rows (counted from 0), in that order.</summary>
    public abstract Column Take(ReadOnlySpan<int> rows);

    /// <summary>The same values under another name.</summary>
    public abstract Column Rename(string name);

    /// <summary>The values as numbers, NA kept: numbers, integers and logicals (0/1).</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.WrongColumnType"/> for text and factors.</exception>
    public virtual double[] ToNumbers() => throw new MetaBridgeException(
        ErrorCode.WrongColumnType,
        $"Column '{Name}' is {TypeName}, but numbers are needed{FirstText()}.",
        new Dictionary<string, object?> { ["column"] = Name, ["type"] = TypeName });

    /// <summary>Where a text stands that is no number: what made a whole CSV column text.</summary>
    private string FirstText()
    {
        for (var row = 0; row < Count; row++)
        {
            if (TextAt(row) is { } text
                && !double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _))
            {
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"; row {row + 1} holds '{text}'");
            }
        }

        return "";
    }

    private protected static T[] Pick<T>(T[] values, ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = values[rows[i]];
        }

        return picked;
    }
}
