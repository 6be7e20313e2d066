namespace MetaBridge.Specs;

/// <summary>The correlation of two different things by their names: one number for all pairs, or a matrix with names.</summary>
/// <param name="Common">The correlation of every pair, −1 to 1; null when there is a matrix.</param>
/// <param name="Names">The names of the matrix's rows and columns; null for one number.</param>
/// <param name="Values">The matrix, n × n by rows, of which the lower triangle is read; null for one number.</param>
public sealed record CorrelationRule(double? Common, IReadOnlyList<string>? Names = null, IReadOnlyList<double>? Values = null)
{
    /// <summary>One correlation for all pairs.</summary>
    public static CorrelationRule Of(double common) => new(common);

    /// <summary>A correlation for each pair of names.</summary>
    public static CorrelationRule Of(IReadOnlyList<string> names, IReadOnlyList<double> values) => new(null, names, values);
}
