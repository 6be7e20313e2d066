using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Sampling;

/// <summary>A <see cref="CorrelationRule"/> by codes instead of names.</summary>
internal sealed class CorrelationLookup
{
    private readonly double common;
    private readonly double[]? matrix;
    private readonly int count;

    private CorrelationLookup(double common, double[]? matrix, int count)
    {
        this.common = common;
        this.matrix = matrix;
        this.count = count;
    }

    /// <summary>The correlation of two different codes.</summary>
    public double Of(int a, int b) => matrix is null ? common : matrix[(a * count) + b];

    /// <summary>Checks the rule and puts it into the order of the names.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="names">The name of each code.</param>
    /// <param name="what">The list the names are from: <c>obs</c> or <c>type</c>.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>, <see cref="ErrorCode.LengthMismatch"/>, <see cref="ErrorCode.UnknownName"/> or
    /// <see cref="ErrorCode.DuplicateName"/>.
    /// </exception>
    public static CorrelationLookup For(CorrelationRule rule, IReadOnlyList<string> names, string what)
    {
        if (rule.Common is { } common)
        {
            return new CorrelationLookup(Checked(common, what, what), null, 0);
        }

        if (rule.Names is null || rule.Values is null || rule.Values.Count != (long)rule.Names.Count * rule.Names.Count)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The correlation matrix 'rho' of '{what}' has {rule.Values?.Count ?? 0} values for {rule.Names?.Count ?? 0} names.",
                new Dictionary<string, object?> { ["option"] = "rho", ["names"] = rule.Names?.Count, ["length"] = rule.Values?.Count });
        }

        var at = Positions(rule.Names, names, what);
        var n = names.Count;
        var picked = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            picked[(i * n) + i] = 1;
            for (var j = 0; j < i; j++)
            {
                var (row, column) = (Math.Max(at[i], at[j]), Math.Min(at[i], at[j]));
                picked[(i * n) + j] = picked[(j * n) + i] = Checked(rule.Values[(row * rule.Names.Count) + column], names[i], names[j]);
            }
        }

        return new CorrelationLookup(0, picked, n);
    }

    private static int[] Positions(IReadOnlyList<string> given, IReadOnlyList<string> names, string what)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < given.Count; i++)
        {
            if (!index.TryAdd(given[i], i))
            {
                throw new MetaBridgeException(
                    ErrorCode.DuplicateName,
                    $"The correlation matrix 'rho' has two rows named '{given[i]}'.",
                    new Dictionary<string, object?> { ["option"] = "rho", ["name"] = given[i] });
            }
        }

        return [.. names.Select(name => index.TryGetValue(name, out var position) ? position : throw new MetaBridgeException(
            ErrorCode.UnknownName,
            $"'{what}' has the value '{name}', but the correlation matrix 'rho' has no row of that name; it has {string.Join(", ", given)}.",
            new Dictionary<string, object?> { ["column"] = what, ["value"] = name }))];
    }

    private static double Checked(double value, string a, string b) => value is >= -1 and <= 1 ? value : throw new MetaBridgeException(
        ErrorCode.InvalidOption,
        a == b ? $"The correlation 'rho' of '{a}' is {value:R}; it must be between -1 and 1."
            : $"The correlation 'rho' of '{a}' and '{b}' is {value:R}; it must be between -1 and 1.",
        new Dictionary<string, object?> { ["option"] = "rho", ["value"] = value });
}
