namespace MetaBridge.Multilevel;

/// <summary>All parameters of all random terms one after the other, in natural and in search coordinates.</summary>
internal sealed class ParameterLayout
{
    private readonly BoundTerm[] terms;
    private readonly int[] first;

    public ParameterLayout(BoundTerm[] terms)
    {
        this.terms = terms;
        first = new int[terms.Length + 1];
        for (var t = 0; t < terms.Length; t++)
        {
            first[t + 1] = first[t] + terms[t].Term.ParameterCount;
        }

        Lower = new double[Count];
        Upper = new double[Count];
        Fixed = terms.SelectMany(term => term.Fixed).ToArray();
        for (var t = 0; t < terms.Length; t++)
        {
            terms[t].Term.Bounds(Of(Lower, t), Of(Upper, t));
        }
    }

    /// <summary>m.</summary>
    public int Count => first[^1];

    /// <summary>Lower bounds of the search coordinates.</summary>
    public double[] Lower { get; }

    /// <summary>Upper bounds of the search coordinates.</summary>
    public double[] Upper { get; }

    /// <summary>Fixed natural values, null where estimated.</summary>
    public double?[] Fixed { get; }

    /// <summary>How many parameters are estimated.</summary>
    public int FreeCount => Fixed.Count(value => value is null);

    /// <summary>Index of the first parameter of a term.</summary>
    public int FirstOf(int term) => first[term];

    /// <summary>Whether a natural parameter is a variance.</summary>
    public bool IsVariance(int parameter)
    {
        var t = TermOf(parameter);
        return terms[t].Term.IsVariance(parameter - first[t]);
    }

    /// <summary>The term that a parameter belongs to.</summary>
    public int TermOf(int parameter)
    {
        var t = 0;
        while (parameter >= first[t + 1])
        {
            t++;
        }

        return t;
    }

    /// <summary>Natural from search coordinates.</summary>
    public double[] ToNatural(ReadOnlySpan<double> search)
    {
        var natural = new double[Count];
        for (var t = 0; t < terms.Length; t++)
        {
            terms[t].Term.ToNatural(search[first[t]..first[t + 1]], Of(natural, t));
        }

        return natural;
    }

    /// <summary>Search from natural coordinates, with fixed values put in.</summary>
    public double[] ToSearch(double[] natural)
    {
        var complete = new double[Count];
        var search = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            complete[i] = Fixed[i] ?? natural[i];
        }

        for (var t = 0; t < terms.Length; t++)
        {
            terms[t].Term.ToSearch(Of(complete, t), Of(search, t));
        }

        return search;
    }

    /// <summary>A natural starting point: a variance per term and one correlation for all.</summary>
    public double[] Start(Func<int, double> varianceOfTerm, double correlation)
    {
        var natural = new double[Count];
        for (var t = 0; t < terms.Length; t++)
        {
            terms[t].Term.Start(varianceOfTerm(t), correlation, Of(natural, t));
        }

        return natural;
    }

    /// <summary>∂natural/∂search, block diagonal, m × m by rows.</summary>
    public double[] Jacobian(double[] search)
    {
        var full = new double[Count * Count];
        for (var t = 0; t < terms.Length; t++)
        {
            var n = terms[t].Term.ParameterCount;
            var block = new double[n * n];
            terms[t].Term.Jacobian(Of(search, t), block);
            for (var i = 0; i < n; i++)
            {
                block.AsSpan(i * n, n).CopyTo(full.AsSpan(((first[t] + i) * Count) + first[t]));
            }
        }

        return full;
    }

    private Span<double> Of(double[] values, int t) => values.AsSpan(first[t], first[t + 1] - first[t]);
}
