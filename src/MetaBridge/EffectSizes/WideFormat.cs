using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Errors;

namespace MetaBridge.EffectSizes;

/// <summary>How arms become comparisons with a reference arm: metafor's <c>to.wide</c>.</summary>
public sealed record WideOptions
{
    /// <summary>The column that names the studies.</summary>
    public required string Study { get; init; }

    /// <summary>The column that names the groups.</summary>
    public required string Group { get; init; }

    /// <summary>The columns that belong to a group, with or without <see cref="Group"/>.</summary>
    public required IReadOnlyList<string> GroupColumns { get; init; }

    /// <summary>The reference group, the second wherever it occurs; null for the most frequent one.</summary>
    public string? Reference { get; init; }

    /// <summary>What is appended to the names of the columns of the first and of the second group.</summary>
    public (string First, string Second) Postfix { get; init; } = (".1", ".2");

    /// <summary>How many letters the groups are shortened to at least, in comparisons and designs.</summary>
    public int ShortestName { get; init; } = 2;
}

/// <content>Arms and comparisons.</content>
public static partial class Reshaping
{
    /// <summary>One row per group becomes one row per comparison with the last group of the study.</summary>
    /// <param name="data">One row per group of each study.</param>
    /// <param name="options">The columns.</param>
    /// <returns>
    /// The data's columns, those of the groups twice, and <c>id</c>, <c>comp</c> and <c>design</c>. Studies follow in the order of their names (by bytes; numbers by size),
    /// groups in that of their levels with the reference last. A study of one group has no second one.
    /// </returns>
    /// <exception cref="MetaBridgeException">A column or the reference is not there.</exception>
    public static Dataset ToWide(Dataset data, WideOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var arms = data[options.Group];
        var levels = LevelsOf(arms, options.Reference);
        var place = levels.Select((level, i) => (level, i)).ToDictionary(pair => pair.level, pair => pair.i, StringComparer.Ordinal);
        var pairs = InOrder(data[options.Study]).SelectMany(rows => Pairs([.. rows.OrderBy(row => place[arms.TextAt(row)!])])).ToArray();
        string[] grouped = [.. options.GroupColumns.Prepend(options.Group).Distinct(StringComparer.Ordinal)];
        int[] first = [.. pairs.Select(pair => pair.Rows[pair.First])];
        List<Column> columns = [];
        foreach (var column in data.Columns)
        {
            var taken = column.Take(first);
            columns.Add(grouped.Contains(column.Name, StringComparer.Ordinal) ? taken.Rename(column.Name + options.Postfix.First) : taken);
        }

        columns.AddRange(grouped.Select(name => Second(data[name], pairs).Rename(name + options.Postfix.Second)));
        var shortened = Shortened(levels, options.ShortestName);
        columns.Add(new IntegerColumn("id", [.. Enumerable.Range(1, pairs.Length)]));
        columns.Add(new TextColumn("comp", [.. pairs.Select(pair => pair.IsComparison ? $"{Short(pair.Rows[pair.First])}-{Short(pair.Rows[^1])}" : null)]));
        columns.Add(new TextColumn("design", [.. pairs.Select(pair => pair.IsComparison ? string.Join('-', pair.Rows.Select(Short)) : null)]));
        return new Dataset(data.Name, columns);

        string Short(int row) => shortened[place[arms.TextAt(row)!]];
    }

    private static IEnumerable<Comparison> Pairs(int[] rows) =>
        rows.Length == 1 ? [new(rows, 0)] : Enumerable.Range(0, rows.Length - 1).Select(i => new Comparison(rows, i));

    private static IEnumerable<int[]> InOrder(Column study)
    {
        var rows = Enumerable.Range(0, study.Count).Where(row => !study.IsMissing(row));
        return study switch
        {
            FactorColumn factor => rows.GroupBy(row => factor.Levels.ToList().IndexOf(factor.TextAt(row)!)).OrderBy(group => group.Key).Select(group => group.ToArray()),
            TextColumn text => rows.GroupBy(row => text.TextAt(row)!, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray()),
            _ => study.ToNumbers() is var numbers ? rows.GroupBy(row => numbers[row]).OrderBy(group => group.Key).Select(group => group.ToArray()) : [],
        };
    }

    private static string[] LevelsOf(Column arms, string? reference)
    {
        string[] texts = [.. Enumerable.Range(0, arms.Count).Select(row => !arms.IsMissing(row) && arms.TextAt(row) is { } text ? text : throw new MetaBridgeException(
            ErrorCode.InvalidOption, $"The group in row {row + 1} is missing; give every row a group, or leave the row out."))];
        string[] levels = arms is FactorColumn factor ? [.. factor.Levels.Where(texts.Contains)]
            : arms is TextColumn ? [.. texts.Distinct().Order(StringComparer.Ordinal)]
            : [.. texts.Distinct().OrderBy(text => double.Parse(text, CultureInfo.InvariantCulture))];
        var last = reference ?? levels.MaxBy(level => texts.Count(text => text == level));
        return levels.Contains(last) ? [.. levels.Where(level => level != last), last!] : throw new MetaBridgeException(
            ErrorCode.UnknownName, $"The reference group '{last}' is not one of the groups {string.Join(", ", levels)}.");
    }

    /// <summary>The first letters that tell all names apart.</summary>
    private static string[] Shortened(string[] names, int least)
    {
        for (var length = least; length <= names.Max(name => name.Length); length++)
        {
            string[] shortened = [.. names.Select(name => name[..Math.Min(length, name.Length)])];
            if (shortened.Distinct(StringComparer.Ordinal).Count() == names.Length)
            {
                return shortened;
            }
        }

        return names;
    }

    private static Column Second(Column column, Comparison[] pairs)
    {
        int[] rows = [.. pairs.Select(pair => pair.IsComparison ? pair.Rows[^1] : -1)];
        if (column is FactorColumn factor)
        {
            var levels = factor.Levels.ToArray();
            return new FactorColumn(column.Name, [.. rows.Select(row => row < 0 || factor.IsMissing(row) ? -1 : Array.IndexOf(levels, factor.TextAt(row)))], levels);
        }

        if (column is TextColumn)
        {
            return new TextColumn(column.Name, [.. rows.Select(row => row < 0 ? null : column.TextAt(row))]);
        }

        var numbers = column.ToNumbers();
        return new NumberColumn(column.Name, [.. rows.Select(row => row < 0 ? Na.Real : numbers[row])]);
    }

    /// <summary>A study's rows in the order of their groups, and the one that is compared with the last.</summary>
    private sealed record Comparison(int[] Rows, int First)
    {
        public bool IsComparison => Rows.Length > 1;
    }
}
