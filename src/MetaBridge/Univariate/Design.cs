using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>The model matrix made ready: intercept first, redundant columns out, factorised.</summary>
internal sealed class Design
{
    private const string InterceptName = "intrcpt";

    /// <summary>A column within this of 1 everywhere is an intercept (metafor's rule).</summary>
    private const double InterceptTolerance = 1e-8;

    private static readonly string[] InterceptOnly = [InterceptName];

    private readonly int rows;
    private double[]? x;
    private ThinQr? qr;

    /// <param name="names">Names of the p columns kept.</param>
    /// <param name="x">k × p by columns.</param>
    /// <param name="qr">X = Q R.</param>
    /// <param name="hasIntercept">Whether the first column is constant 1.</param>
    /// <param name="dropped">Names of redundant columns.</param>
    public Design(string[] names, double[] x, ThinQr qr, bool hasIntercept, IReadOnlyList<string> dropped)
    {
        Names = names;
        this.x = x;
        this.qr = qr;
        rows = qr.Rows;
        HasIntercept = hasIntercept;
        Dropped = dropped;
    }

    private Design(int rows)
    {
        Names = InterceptOnly;
        HasIntercept = true;
        Dropped = [];
        this.rows = rows;
    }

    /// <summary>Names of the p columns kept.</summary>
    public string[] Names { get; }

    /// <summary>k × p by columns; that of an intercept alone is made when asked for.</summary>
    public double[] X => x ??= VectorKernels.Ones(rows);

    /// <summary>X = Q R.</summary>
    public ThinQr Qr => qr ??= ThinQr.Factor(X, rows, Columns);

    /// <summary>Whether the first column is constant 1.</summary>
    public bool HasIntercept { get; }

    /// <summary>Names of redundant columns.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>Whether the model has an intercept and no moderators.</summary>
    public bool IsInterceptOnly => HasIntercept && Columns == 1;

    /// <summary>p.</summary>
    public int Columns => Names.Length;

    /// <summary>
    /// Whether some combination of the columns is constant 1, as with one column for every level of a factor. Adding a constant to y
    /// then changes the coefficients only.
    /// </summary>
    public bool SpansConstant => HasIntercept || Spans(Qr);

    /// <summary>Whether a constant is in the column space of a model matrix.</summary>
    /// <param name="design">k × p by columns.</param>
    /// <param name="k">k.</param>
    public static bool SpansConstantOf(double[] design, int k) => Spans(ThinQr.Factor(design, k, design.Length / k));

    /// <summary>Prepares a design; null for an intercept alone.</summary>
    public static Design Prepare(double[]? design, IReadOnlyList<string>? names, int k)
    {
        if (design is null)
        {
            return new Design(k);
        }

        var p = k == 0 ? 0 : design.Length / k;
        if (p == 0 || design.Length != p * k || (names is not null && names.Count != p))
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The model matrix has {design.Length} values and {names?.Count ?? p} column names, which does not fit {k} studies.",
                new Dictionary<string, object?> { ["values"] = design.Length, ["studies"] = k });
        }

        CheckFinite(design, k);
        return Arrange(design, names, k, p);
    }

    private static Design Arrange(double[] design, IReadOnlyList<string>? names, int k, int p)
    {
        // As metafor does: an intercept is what is constant 1, wherever it stands; it goes first and copies of it go out silently.
        var order = new List<int>(p);
        var hasIntercept = false;
        for (var j = 0; j < p; j++)
        {
            if (!IsConstantOne(design.AsSpan(j * k, k)))
            {
                order.Add(j);
            }
            else if (!hasIntercept)
            {
                hasIntercept = true;
                order.Insert(0, j);
            }
        }

        var x = new double[order.Count * k];
        var columnNames = new string[order.Count];
        for (var i = 0; i < order.Count; i++)
        {
            design.AsSpan(order[i] * k, k).CopyTo(x.AsSpan(i * k, k));
            columnNames[i] = i == 0 && hasIntercept ? InterceptName
                : names?[order[i]] ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"X{order[i] + 1}");
        }

        return DropRedundant(x, columnNames, k, hasIntercept);
    }

    private static Design DropRedundant(double[] x, string[] names, int k, bool hasIntercept)
    {
        var qr = ThinQr.Factor(x, k, names.Length);
        if (qr.Rank == names.Length)
        {
            return new Design(names, x, qr, hasIntercept, []);
        }

        if (qr.Rank == 0)
        {
            throw new MetaBridgeException(ErrorCode.RankDeficientDesign, $"All moderator columns ({string.Join(", ", names)}) are zero.");
        }

        var kept = new double[qr.Rank * k];
        for (var i = 0; i < qr.Rank; i++)
        {
            x.AsSpan(qr.Kept[i] * k, k).CopyTo(kept.AsSpan(i * k, k));
        }

        var dropped = names.Where((_, j) => !qr.Kept.Contains(j)).ToArray();
        return new Design([.. qr.Kept.Select(j => names[j])], kept, qr, hasIntercept, dropped);
    }

    private static bool Spans(ThinQr qr)
    {
        var remainder = VectorKernels.Ones(qr.Rows);
        WeightedBasis.TakeOut(qr.Q, qr.Rows, qr.Rank, remainder);
        WeightedBasis.TakeOut(qr.Q, qr.Rows, qr.Rank, remainder);
        // The rule by which a column is redundant: less than this part of its norm is left.
        return Math.Sqrt(VectorKernels.Dot(remainder, remainder)) < ThinQr.RankTolerance * Math.Sqrt(qr.Rows);
    }

    private static bool IsConstantOne(ReadOnlySpan<double> column)
    {
        foreach (var value in column)
        {
            if (!(Math.Abs(value - 1) < InterceptTolerance))
            {
                return false;
            }
        }

        return true;
    }

    private static void CheckFinite(double[] design, int k)
    {
        var bad = Array.FindIndex(design, value => !double.IsFinite(value));
        if (bad >= 0)
        {
            throw new MetaBridgeException(
                ErrorCode.NonFiniteValue,
                $"The model matrix holds {design[bad]} in row {(bad % k) + 1}, column {(bad / k) + 1}.",
                new Dictionary<string, object?> { ["row"] = (bad % k) + 1, ["column"] = (bad / k) + 1, ["value"] = design[bad] });
        }
    }
}
