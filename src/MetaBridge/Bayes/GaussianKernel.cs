using System.Numerics;
using System.Runtime.InteropServices;
using MetaBridge.Numerics;

namespace MetaBridge.Bayes;

/// <summary>The variance parameters at which the kernel is evaluated.</summary>
/// <param name="Tau">τ.</param>
/// <param name="Rho">ρ.</param>
/// <param name="OneMinusRho">1 − ρ, kept apart because ρ may be within rounding of 1.</param>
internal readonly record struct VarianceParameters(double Tau, double Rho, double OneMinusRho);

/// <summary>Sums of the likelihood given the variance parameters, in O(k p²) with nothing of size k × k.</summary>
/// <remarks>
/// <code>
/// a_i = v_i + (1 − ρ) τ_i²      τ_i = τ exp(z_i'b)      w_i = ω_i / a_i      u_i = τ_i √ρ
/// S_j = Σ w u²    t_j = Σ w u [X y]   over cluster j        V_j = diag(1/w) + u u'
/// M   = [X y]' V⁻¹ [X y] = Σ w_i [x y]_i [x y]_i' − Σ_j t_j t_j' / (1 + S_j)
/// ln|V| = Σ ω_i ln a_i + Σ_j ln(1 + S_j)
/// </code>
/// k studies, p columns of X, ω likelihood weights (1 without). Studies are sorted by cluster inside; y is centred by the caller.
/// Not safe for use by several threads.
/// </remarks>
internal sealed class GaussianKernel
{
    private readonly int k, q;
    private readonly double[] v;
    private readonly double[]? omega;
    private readonly double[] columns;
    private readonly double[] pairs;
    private readonly double[] z;
    private readonly int scaleColumns;
    private readonly int[] starts;
    private readonly double[] w, u;
    private readonly double[] evaluatedScale;
    private VarianceParameters evaluated;

    /// <summary>Prepares sums.</summary>
    /// <param name="y">k effect sizes.</param>
    /// <param name="v">k variances.</param>
    /// <param name="x">k × p by columns.</param>
    /// <param name="z">k × scaleColumns by columns.</param>
    /// <param name="clusters">Cluster of each study or null.</param>
    /// <param name="weights">ω or null.</param>
    public GaussianKernel(double[] y, double[] v, double[] x, double[] z, int[]? clusters, double[]? weights)
    {
        k = y.Length;
        q = (x.Length / k) + 1;
        scaleColumns = z.Length / k;
        evaluatedScale = new double[scaleColumns];
        Order = clusters is null
            ? [.. Enumerable.Range(0, k)]
            : [.. Enumerable.Range(0, k).OrderBy(i => clusters[i])];
        starts = clusters is null ? [] : Starts(clusters);
        this.v = Sorted(v);
        omega = weights is null ? null : Sorted(weights);
        TotalWeight = omega?.Sum() ?? k;
        this.z = SortedColumns(z, scaleColumns);
        columns = [.. SortedColumns(x, q - 1), .. Sorted(y)];
        pairs = Products();
        (w, u) = (new double[k], new double[k]);
        ClusterTotals = new double[Math.Max(starts.Length - 1, 0) * (q + 1)];
    }

    /// <summary>Position inside → study.</summary>
    public int[] Order { get; }

    /// <summary>How many clusters; 0 when the studies are not clustered.</summary>
    public int ClusterCount => Math.Max(starts.Length - 1, 0);

    /// <summary>q = p + 1: X and y.</summary>
    public int Width => q;

    /// <summary>M of the last evaluation, q × q, the upper triangle by rows.</summary>
    public double[] Moments { get; private set; } = [];

    /// <summary>ln|V| of the last evaluation.</summary>
    public double LogDeterminant { get; private set; }

    /// <summary>Per cluster S_j and then t_j, q + 1 numbers each; filled by <see cref="Evaluate"/>.</summary>
    public double[] ClusterTotals { get; }

    /// <summary>w of the last evaluation, sorted.</summary>
    public ReadOnlySpan<double> Weights => w;

    /// <summary>u of the last evaluation, sorted.</summary>
    public ReadOnlySpan<double> Loadings => u;

    /// <summary>v, sorted.</summary>
    public ReadOnlySpan<double> Variances => v;

    /// <summary>Σ ω: what multiplies ln 2π.</summary>
    public double TotalWeight { get; }

    /// <summary>The studies of a cluster, as positions inside; clusters keep their numbers, which have no gaps.</summary>
    public (int Start, int End) Cluster(int cluster) => (starts[cluster], starts[cluster + 1]);

    /// <summary>The cluster of a position.</summary>
    public int ClusterAt(int position)
    {
        var found = Array.BinarySearch(starts, position);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Column c of [X y] at a position.</summary>
    public double Value(int column, int position) => columns[(column * k) + position];

    /// <summary>ω at a position.</summary>
    public double Omega(int position) => omega?[position] ?? 1;

    /// <summary>Index of (r, c), r ≤ c, in the packed upper triangle.</summary>
    public int Packed(int r, int c) => (r * q) - (r * (r - 1) / 2) + (c - r);

    /// <summary>exp(2 z_i'b) for every study, sorted.</summary>
    public double[] ScaleFactors(ReadOnlySpan<double> b)
    {
        var factors = new double[k];
        for (var i = 0; i < k; i++)
        {
            factors[i] = ScaleFactor(i, b);
        }

        return factors;
    }

    /// <summary>Evaluates; the results are in the properties until the next evaluation. Nothing is done for the parameters of the last one.</summary>
    /// <param name="parameters">τ, ρ.</param>
    /// <param name="b">Coefficients of ln τ.</param>
    public void Evaluate(VarianceParameters parameters, ReadOnlySpan<double> b)
    {
        if (Moments.Length > 0 && parameters == evaluated && b.SequenceEqual(evaluatedScale))
        {
            return;
        }

        var tau2 = parameters.Tau * parameters.Tau;
        Moments = Moments.Length > 0 ? Moments : new double[q * (q + 1) / 2];
        evaluated = parameters;
        b.CopyTo(evaluatedScale);

        LogDeterminant = scaleColumns == 0
            ? ConstantScale(tau2 * parameters.OneMinusRho, Math.Sqrt(tau2 * parameters.Rho))
            : ModeratedScale(tau2, parameters, b);
        for (var i = 0; i < Moments.Length; i++)
        {
            Moments[i] = VectorKernels.Dot(w, pairs.AsSpan(i * k, k));
        }

        if (ClusterCount > 0)
        {
            LogDeterminant += SubtractClusters();
        }
    }

    private double ConstantScale(double within, double loading)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(v);
        var vw = MemoryMarshal.Cast<double, Vector<double>>(w.AsSpan());
        var shift = new Vector<double>(within);
        for (var i = 0; i < va.Length; i++)
        {
            vw[i] = Vector<double>.One / (va[i] + shift);
        }

        for (var i = va.Length * Vector<double>.Count; i < k; i++)
        {
            w[i] = 1 / (v[i] + within);
        }

        if (u[0] != loading)
        {
            u.AsSpan().Fill(loading);
        }

        return omega is null ? LogSums.OfShifted(v, within) : Weigh();
    }

    private double ModeratedScale(double tau2, VarianceParameters parameters, ReadOnlySpan<double> b)
    {
        for (var i = 0; i < k; i++)
        {
            var own = tau2 * ScaleFactor(i, b);
            w[i] = 1 / (v[i] + (own * parameters.OneMinusRho));
            u[i] = Math.Sqrt(own * parameters.Rho);
        }

        return Weigh();
    }

    /// <summary>Turns 1/a into ω/a and returns Σ ω ln a.</summary>
    private double Weigh()
    {
        var sum = 0.0;
        for (var i = 0; i < k; i++)
        {
            sum -= Omega(i) * Math.Log(w[i]);
            w[i] *= Omega(i);
        }

        return sum;
    }

    private double SubtractClusters()
    {
        double sum = 0, product = 1;
        for (var j = 0; j < ClusterCount; j++)
        {
            var (start, length) = (starts[j], starts[j + 1] - starts[j]);
            var totals = ClusterTotals.AsSpan(j * (q + 1), q + 1);
            ClusterSums(start, length, totals);
            var s = totals[0];
            product *= 1 + s;
            if (product > 1e150)
            {
                sum += Math.Log(product);
                product = 1;
            }

            AddOuter(Moments, totals[1..], -1 / (1 + s));
        }

        return sum + Math.Log(product);
    }

    /// <summary>S_j and t_j; without scale moderators u is the same for all and leaves the sums.</summary>
    private void ClusterSums(int start, int length, Span<double> totals)
    {
        ReadOnlySpan<double> weight = w.AsSpan(start, length), loading = u.AsSpan(start, length);
        var common = loading[0];
        for (var c = -1; c < q; c++)
        {
            var sum = 0.0;
            var column = c < 0 ? loading : columns.AsSpan((c * k) + start, length);
            if (scaleColumns > 0)
            {
                for (var i = 0; i < weight.Length; i++)
                {
                    sum += weight[i] * loading[i] * column[i];
                }
            }
            else
            {
                for (var i = 0; i < weight.Length && i < column.Length; i++)
                {
                    sum += weight[i] * column[i];
                }

                sum *= common;
            }

            totals[c + 1] = sum;
        }
    }

    /// <summary>M ← M + factor·t t' on a packed upper triangle.</summary>
    public static void AddOuter(Span<double> moments, ReadOnlySpan<double> t, double factor)
    {
        var at = 0;
        for (var r = 0; r < t.Length; r++)
        {
            var scaled = factor * t[r];
            for (var c = r; c < t.Length; c++)
            {
                moments[at++] += scaled * t[c];
            }
        }
    }

    private double ScaleFactor(int i, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var c = 0; c < scaleColumns; c++)
        {
            sum += z[(c * k) + i] * b[c];
        }

        return Math.Exp(2 * sum);
    }

    private double[] Products()
    {
        var products = new double[q * (q + 1) / 2 * k];
        var at = 0;
        for (var r = 0; r < q; r++)
        {
            for (var c = r; c < q; c++, at++)
            {
                VectorKernels.Multiply(columns.AsSpan(r * k, k), columns.AsSpan(c * k, k), products.AsSpan(at * k, k));
            }
        }

        return products;
    }

    private int[] Starts(int[] clusters)
    {
        var list = new List<int>();
        for (var i = 0; i < k; i++)
        {
            if (i == 0 || clusters[Order[i]] != clusters[Order[i - 1]])
            {
                list.Add(i);
            }
        }

        list.Add(k);
        return [.. list];
    }

    private double[] Sorted(double[] values) => [.. Order.Select(i => values[i])];

    private double[] SortedColumns(double[] values, int count)
    {
        var sorted = new double[values.Length];
        for (var c = 0; c < count; c++)
        {
            for (var i = 0; i < k; i++)
            {
                sorted[(c * k) + i] = values[(c * k) + Order[i]];
            }
        }

        return sorted;
    }
}
