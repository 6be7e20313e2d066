using MetaBridge.Errors;

namespace MetaBridge.Multilevel.Correlations;

/// <summary>The correlation matrix of one study, put together from its rows, and the covariances of its elements.</summary>
internal sealed class StudyCorrelations
{
    private readonly int count;
    private readonly double[] r;
    private readonly (int S, int T)[] pairs;

    public StudyCorrelations(CorrelationTable table, List<int> rows)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        pairs = [.. rows.Select(row => (Index(table.First[row]), Index(table.Second[row])))];
        count = index.Count;
        r = new double[count * count];
        Array.Fill(r, double.NaN);
        var isSeen = new bool[count * count];
        for (var i = 0; i < count; i++)
        {
            r[(i * count) + i] = 1;
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var (s, t) = pairs[i];
            if (isSeen[(s * count) + t])
            {
                throw DependentCorrelations.Complaint(table, rows[i], ErrorCode.DuplicateName, "repeats a pair of variables of this study");
            }

            isSeen[(s * count) + t] = isSeen[(t * count) + s] = true;
            r[(s * count) + t] = r[(t * count) + s] = table.Correlations[rows[i]];
        }

        int Index(string name) => index.TryGetValue(name, out var at) ? at : index[name] = index.Count;
    }

    /// <summary>The covariances of the rows, m × m.</summary>
    /// <param name="ofFisherZ">Of z instead of r.</param>
    /// <param name="divisor">n − 1, or n − 3 for z.</param>
    public double[] Covariance(bool ofFisherZ, double divisor)
    {
        var m = pairs.Length;
        var v = new double[m * m];
        for (var a = 0; a < m; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                v[(a * m) + b] = v[(b * m) + a] = (a == b ? Variance(a, ofFisherZ) : Numerator(a, b, ofFisherZ)) / divisor;
            }
        }

        return v;
    }

    private double Variance(int a, bool ofFisherZ)
    {
        var rest = 1 - (R(pairs[a].S, pairs[a].T) * R(pairs[a].S, pairs[a].T));
        return ofFisherZ ? double.IsNaN(rest) ? double.NaN : 1 : rest * rest;
    }

    private double Numerator(int a, int b, bool ofFisherZ)
    {
        var ((s, t), (u, v)) = (pairs[a], pairs[b]);
        var (st, uv, su, sv, tu, tv) = (R(s, t), R(u, v), R(s, u), R(s, v), R(t, u), R(t, v));
        var numerator = (0.5 * st * uv * ((su * su) + (sv * sv) + (tu * tu) + (tv * tv))) + (su * tv) + (sv * tu)
            - ((st * su * sv) + (st * tu * tv) + (su * tu * uv) + (sv * tv * uv));
        return ofFisherZ ? numerator / ((1 - (st * st)) * (1 - (uv * uv))) : numerator;
    }

    private double R(int s, int t) => r[(s * count) + t];
}
