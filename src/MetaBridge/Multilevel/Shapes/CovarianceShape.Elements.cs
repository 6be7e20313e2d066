using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Shapes;

/// <content>Single elements of M and M⁻¹ after <see cref="Factor"/>, which diagnostics ask for; rows in the original order.</content>
internal abstract partial class CovarianceShape
{
    /// <summary>For every row the set of rows that M connects it with: rows of different sets are independent. Sets are counted from 0.</summary>
    public abstract int[] Components();

    /// <summary>The diagonal of M.</summary>
    public abstract double[] Diagonal();

    /// <summary>The diagonal of M⁻¹.</summary>
    public abstract double[] InverseDiagonal();

    /// <summary>M of the given rows, n × n.</summary>
    public abstract double[] CovarianceBlock(ReadOnlySpan<int> rows);

    /// <summary>M⁻¹ of the given rows, n × n: elements of the inverse, not the inverse of the elements.</summary>
    public abstract double[] InverseBlock(ReadOnlySpan<int> rows);

    /// <summary>
    /// For every random effect u of a term Cov(u, y) M⁻¹ Cov(y, u): what the data take off its variance when β is known.
    /// </summary>
    /// <param name="map">The term's effects.</param>
    /// <param name="firstParameter">Index of the term's first parameter in θ.</param>
    public abstract double[] Reductions(EffectMap map, int firstParameter);

    /// <summary>U r with U upper triangular and U'U = M⁻¹: element i is r_i less its prediction from the rows after it, in standard deviations.</summary>
    public virtual double[] Whiten(ReadOnlySpan<double> r)
    {
        var result = new double[r.Length];
        foreach (var rows in RowsByComponent())
        {
            var m = CovarianceBlock(rows);
            WhitenBlock(m, rows, r, result);
        }

        return result;
    }

    /// <summary>The rows of each component, increasing.</summary>
    public int[][] RowsByComponent()
    {
        var component = Components();
        var counts = new int[component.Length == 0 ? 0 : component.Max() + 1];
        foreach (var c in component)
        {
            counts[c]++;
        }

        var rows = Array.ConvertAll(counts, count => new int[count]);
        Array.Clear(counts);
        for (var i = 0; i < component.Length; i++)
        {
            rows[component[i]][counts[component[i]]++] = i;
        }

        return rows;
    }

    // With rows and columns reversed, M = L L' gives U as L⁻¹.
    private static void WhitenBlock(double[] m, int[] rows, ReadOnlySpan<double> r, double[] result)
    {
        var n = rows.Length;
        Array.Reverse(m);
        var x = new double[n];
        for (var i = 0; i < n; i++)
        {
            x[i] = r[rows[n - 1 - i]];
        }

        var isDefinite = SmallCholesky.Factor(m, n);
        if (isDefinite)
        {
            SmallCholesky.SolveLower(m, n, x);
        }

        for (var i = 0; i < n; i++)
        {
            result[rows[n - 1 - i]] = isDefinite ? x[i] : double.NaN;
        }
    }
}
