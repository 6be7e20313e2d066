namespace MetaBridge.Bayes;

/// <summary>Takes a study's or a cluster's share out of the likelihood's sums.</summary>
internal static class UnitRemoval
{
    /// <summary>Subtracts a unit from moments that are a copy of the kernel's; returns ln|V| and n of the rest.</summary>
    public delegate (double LogDeterminant, double Count) Remove(GaussianKernel kernel, int unit, Span<double> moments);

    /// <summary>Removes a study, named by its position inside the kernel.</summary>
    public static (double LogDeterminant, double Count) Study(GaussianKernel kernel, int position, Span<double> moments)
    {
        var q = kernel.Width;
        var (w, u, omega) = (kernel.Weights[position], kernel.Loadings[position], kernel.Omega(position));
        Span<double> row = stackalloc double[q];
        Row(kernel, position, row);
        GaussianKernel.AddOuter(moments, row, -w);
        var logDeterminant = kernel.LogDeterminant - (omega * Math.Log(omega / w));
        if (kernel.ClusterCount > 0)
        {
            var totals = Totals(kernel, kernel.ClusterAt(position));
            var rest = Rest(totals[0], w, u);
            GaussianKernel.AddOuter(moments, totals[1..], 1 / (1 + totals[0]));
            for (var c = 0; c < q; c++)
            {
                row[c] = totals[1 + c] - (w * u * row[c]);
            }

            GaussianKernel.AddOuter(moments, row, -1 / rest);
            logDeterminant += Math.Log(rest / (1 + totals[0]));
        }

        return (logDeterminant, kernel.TotalWeight - omega);
    }

    /// <summary>Removes a cluster.</summary>
    public static (double LogDeterminant, double Count) Cluster(GaussianKernel kernel, int cluster, Span<double> moments)
    {
        var q = kernel.Width;
        var totals = Totals(kernel, cluster);
        GaussianKernel.AddOuter(moments, totals[1..], 1 / (1 + totals[0]));
        var logDeterminant = kernel.LogDeterminant - Math.Log(1 + totals[0]);
        var count = kernel.TotalWeight;
        Span<double> row = stackalloc double[q];
        var (start, end) = kernel.Cluster(cluster);
        for (var i = start; i < end; i++)
        {
            Row(kernel, i, row);
            var omega = kernel.Omega(i);
            GaussianKernel.AddOuter(moments, row, -kernel.Weights[i]);
            logDeterminant -= omega * Math.Log(omega / kernel.Weights[i]);
            count -= omega;
        }

        return (logDeterminant, count);
    }

    /// <summary>
    /// A study given the others of its cluster: y − x'β becomes row_q − row_x'β, normal about 0 with the variance that is returned.
    /// </summary>
    public static double GivenOthers(GaussianKernel kernel, int position, Span<double> row)
    {
        var (w, u) = (kernel.Weights[position], kernel.Loadings[position]);
        var own = kernel.Omega(position) / w;
        Row(kernel, position, row);
        if (kernel.ClusterCount == 0)
        {
            return own;
        }

        var totals = Totals(kernel, kernel.ClusterAt(position));
        var rest = Rest(totals[0], w, u);
        for (var c = 0; c < row.Length; c++)
        {
            row[c] -= u * (totals[1 + c] - (w * u * row[c])) / rest;
        }

        return own + (u * u / rest);
    }

    /// <summary>S and then t of a cluster.</summary>
    public static Span<double> Totals(GaussianKernel kernel, int cluster) => kernel.ClusterTotals.AsSpan(cluster * (kernel.Width + 1), kernel.Width + 1);

    /// <summary>1 + S without the study; at least 1 whatever the rounding.</summary>
    private static double Rest(double s, double w, double u) => Math.Max(1 + (s - (w * u * u)), 1);

    /// <summary>The study's row of [X y].</summary>
    public static void Row(GaussianKernel kernel, int position, Span<double> row)
    {
        for (var c = 0; c < row.Length; c++)
        {
            row[c] = kernel.Value(c, position);
        }
    }
}
