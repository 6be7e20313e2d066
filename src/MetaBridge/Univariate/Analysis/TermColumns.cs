using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The columns of a model matrix as products of parts: <c>dose:factor(site)b</c> is <c>dose</c> times <c>factor(site)b</c>.</summary>
internal sealed class TermColumns
{
    private readonly IReadOnlyList<string> names;
    private readonly string[][] parts;
    private readonly IReadOnlyList<string> dropped;

    /// <summary>Takes names apart.</summary>
    /// <param name="names">The columns that have coefficients.</param>
    /// <param name="dropped">Those that were redundant and have none.</param>
    public TermColumns(IReadOnlyList<string> names, IReadOnlyList<string> dropped)
    {
        this.names = names;
        this.dropped = dropped;
        parts = [.. names.Select(Split)];
    }

    /// <summary>How many columns.</summary>
    public int Count => names.Count;

    /// <summary>Whether a part occurs in any column.</summary>
    public bool Has(string part) => parts.Any(own => own.Contains(part));

    /// <summary>The levels of a factor that have columns: what follows its name, or <c>factor(name)</c>, in parts.</summary>
    public (string Prefix, string[] Levels) Levels(string factor, IReadOnlyCollection<string> known)
    {
        foreach (var prefix in (string[])[factor, $"factor({factor})", $"as.factor({factor})", $"relevel(factor({factor}"])
        {
            string[] found = [.. parts.SelectMany(own => own).Where(part => part.Length > prefix.Length && part.StartsWith(prefix, StringComparison.Ordinal)).Select(part => part[prefix.Length..]).Distinct()];
            found = known.Count > 0 ? [.. found.Where(known.Contains)] : found;
            if (found.Length > 0)
            {
                return (prefix, found);
            }
        }

        return (factor, []);
    }

    /// <summary>The derivative of the predicted value by a part: for every column that has it, the product of the column's other parts.</summary>
    /// <param name="part">The part; every column that mentions its name must have it as it is.</param>
    /// <param name="valueOf">The value of another part.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> or <see cref="ErrorCode.NotSupported"/> (a function of it, or a column without a coefficient).</exception>
    public double[] Derivative(string part, Func<string, double> valueOf)
    {
        var weights = new double[Count];
        for (var j = 0; j < Count; j++)
        {
            foreach (var own in parts[j].Where(own => own != part && Mentions(own, part)))
            {
                throw new MetaBridgeException(
                    ErrorCode.NotSupported,
                    $"The column '{names[j]}' is a function of '{part}' ('{own}'), so there is no one slope; test combinations of the coefficients with 'anova'.",
                    new Dictionary<string, object?> { ["column"] = names[j] });
            }

            weights[j] = Weight(parts[j], part, valueOf);
        }

        return dropped.FirstOrDefault(name => Weight(Split(name), part, valueOf) != 0) is { } missing
            ? throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"'{part}' has no slope of its own there: the column '{missing}' depends linearly on the others in these data and has no coefficient.",
                new Dictionary<string, object?> { ["column"] = missing })
            : weights;
    }

    private static double Weight(string[] column, string part, Func<string, double> valueOf) =>
        column.Contains(part) ? column.Where(own => own != part).Aggregate(1.0, (product, own) => product * valueOf(own)) : 0;

    // Between brackets a colon belongs to the part.
    private static string[] Split(string name)
    {
        var (found, depth, start) = (new List<string>(), 0, 0);
        for (var i = 0; i < name.Length; i++)
        {
            depth += name[i] is '(' or '[' ? 1 : name[i] is ')' or ']' ? -1 : 0;
            if (name[i] == ':' && depth == 0)
            {
                found.Add(name[start..i]);
                start = i + 1;
            }
        }

        return [.. found, name[start..]];
    }

    private static bool Mentions(string text, string name)
    {
        for (var i = text.IndexOf(name, StringComparison.Ordinal); i >= 0; i = text.IndexOf(name, i + 1, StringComparison.Ordinal))
        {
            var end = i + name.Length;
            var isWhole = (i == 0 || !IsNamePart(text[i - 1])) && (end == text.Length || !IsNamePart(text[end]));
            if (isWhole && text.Contains('('))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_';
}
