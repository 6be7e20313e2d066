using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;

namespace MetaBridge.Multilevel.Network;

/// <summary>Which two groups each row compares, as columns for a network meta-analysis by contrasts: metafor's <c>contrmat</c>.</summary>
/// <param name="Groups">The groups, in the order of the columns; the reference last.</param>
/// <param name="Names">A name for each column, syntactically valid where that was asked for.</param>
/// <param name="Values">Rows × groups, by rows: 1 for the first group, −1 for the second, 0 otherwise.</param>
public sealed record ContrastMatrix(IReadOnlyList<string> Groups, IReadOnlyList<string> Names, double[] Values)
{
    /// <summary>Builds the matrix from the groups of each row.</summary>
    /// <remarks>
    /// The columns are in the order of the names (ignoring case, then letter by letter). The reference is <paramref name="last"/> or, without it, the most
    /// frequent second group, of several the first.
    /// </remarks>
    /// <param name="first">The first group of each row.</param>
    /// <param name="second">The second group of each row.</param>
    /// <param name="last">The group of the last column.</param>
    /// <param name="shortenTo">Shortens names to at least this many letters, as many as keep them apart; null for names in full.</param>
    /// <param name="makesNamesValid">Whether names are made into names that a formula can use.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.UnknownName"/> (no such group), <see cref="ErrorCode.InvalidOption"/> (no letter).
    /// </exception>
    public static ContrastMatrix Of(
        IReadOnlyList<string> first, IReadOnlyList<string> second, string? last = null, int? shortenTo = null, bool makesNamesValid = true)
    {
        if (first.Count != second.Count)
        {
            throw new MetaBridgeException(ErrorCode.LengthMismatch, $"There are {first.Count} first and {second.Count} second groups.");
        }

        if (shortenTo < 1)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"Names can't be shortened to {shortenTo} letters; at least one is needed.");
        }

        var groups = Ordered(first, second, last);
        var at = groups.Select((group, column) => (group, column)).ToDictionary(pair => pair.group, pair => pair.column, StringComparer.Ordinal);
        var values = new double[first.Count * groups.Count];
        for (var i = 0; i < first.Count; i++)
        {
            values[(i * groups.Count) + at[first[i]]] += 1;
            values[(i * groups.Count) + at[second[i]]] -= 1;
        }

        var names = shortenTo is { } length ? Shortened(groups, length) : groups;
        return new ContrastMatrix(groups, makesNamesValid ? [.. names.Select(RNames.MakeValid)] : names, values);
    }

    /// <summary>The dataset with a column of numbers for each group.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.DuplicateName"/>, <see cref="ErrorCode.LengthMismatch"/>.</exception>
    public Dataset AppendTo(Dataset data)
    {
        var columns = new List<Column>(data.Columns);
        for (var j = 0; j < Names.Count; j++)
        {
            columns.Add(new NumberColumn(Names[j], [.. Enumerable.Range(0, Values.Length / Names.Count).Select(i => Values[(i * Names.Count) + j])]));
        }

        return new Dataset(data.Name, columns);
    }

    private static List<string> Ordered(IReadOnlyList<string> first, IReadOnlyList<string> second, string? last)
    {
        var groups = first.Concat(second).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.OrdinalIgnoreCase).ThenBy(name => name, StringComparer.Ordinal).ToList();
        if (groups.Count == 0)
        {
            return groups;
        }

        var reference = last ?? groups.MaxBy(group => second.Count(name => name == group))!;
        if (!groups.Remove(reference))
        {
            throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"There is no group '{reference}' for the last column; the groups are {string.Join(", ", groups)}.",
                new Dictionary<string, object?> { ["option"] = "last", ["value"] = reference });
        }

        return [.. groups, reference];
    }

    // Each name gets the fewest letters, from the shortest length on, that no other name begins with.
    private static List<string> Shortened(List<string> names, int least)
    {
        var length = least;
        while (length < names.Max(name => name.Length) && names.Select(name => Cut(name, length)).Distinct(StringComparer.Ordinal).Count() < names.Count)
        {
            length++;
        }

        return [.. names.Select(name => Cut(name, length))];
    }

    private static string Cut(string name, int length) => name.Length <= length ? name : name[..length];
}
