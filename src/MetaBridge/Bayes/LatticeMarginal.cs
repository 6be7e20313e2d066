using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>A function of the axes that rises or falls along one axis when the earlier ones are given.</summary>
/// <remarks>
/// P(g ≤ x) = Σ over lines of the mass on the side of the point t where g reaches x: exact to the quadrature's own accuracy, without interpolating in g.
/// </remarks>
internal sealed class LatticeMarginal : Marginal
{
    private readonly LatticeLines lines;
    private readonly Func<int, double, double> crossing;
    private readonly bool isFalling;
    private readonly Lazy<(double Mean, double Variance)> moments;
    private readonly CornerCorrection? corner;
    private readonly double[] t;

    /// <summary>Creates the distribution.</summary>
    /// <param name="lines">Lines along the axis.</param>
    /// <param name="crossing">Given a point of a line and x: the t at which g = x, or ±∞ beyond the ends.</param>
    /// <param name="isFalling">Whether g falls along the axis.</param>
    /// <param name="moments">Mean and variance.</param>
    /// <param name="support">Ends of the range of g.</param>
    /// <param name="corner">The correction for lines between which the mass above a threshold sets in with a corner, or null.</param>
    public LatticeMarginal(
        LatticeLines lines,
        Func<int, double, double> crossing,
        bool isFalling,
        Func<(double Mean, double Variance)> moments,
        (double Lower, double Upper) support,
        CornerCorrection? corner = null)
    {
        this.corner = corner;
        this.lines = lines;
        this.crossing = crossing;
        this.isFalling = isFalling;
        this.moments = new Lazy<(double Mean, double Variance)>(moments);
        (Lower, Upper) = support;
        t = new double[lines.Lines.Count];
    }

    /// <inheritdoc/>
    public override double Mean => moments.Value.Mean;

    /// <inheritdoc/>
    public override double Variance => moments.Value.Variance;

    /// <inheritdoc/>
    public override double Lower { get; }

    /// <inheritdoc/>
    public override double Upper { get; }

    /// <inheritdoc/>
    public override double Cumulative(double x)
    {
        if (x <= Lower || x >= Upper)
        {
            return x >= Upper ? 1 : 0;
        }

        if (corner is not null)
        {
            return 1 - Above(x);
        }

        for (var i = 0; i < t.Length; i++)
        {
            t[i] = crossing(lines.Lines[i].Point, x);
        }

        var below = lines.Cumulative(t);
        return Math.Clamp(isFalling ? 1 - below : below, 0, 1);
    }

    private double Above(double x)
    {
        var sum = 0.0;
        for (var i = 0; i < t.Length; i++)
        {
            var line = lines.Lines[i];
            var below = lines.Cumulative(i, crossing(line.Point, x));
            sum += t[i] = isFalling ? below : line.Total - below;
        }

        return Math.Clamp(sum + corner!.Of(x, t), 0, 1);
    }

    /// <inheritdoc/>
    public override double Density(double x) => Math.Max(DensityTerms(x).Sum() / t.Length, 0);

    /// <summary>The density at x of each line, times the number of lines.</summary>
    public double[] DensityTerms(double x)
    {
        var terms = new double[t.Length];
        if (x <= Lower || x >= Upper)
        {
            return terms;
        }

        // dt/dx by a symmetric difference: t is analytic in x, so the relative error is about step².
        var step = 1e-5 * Math.Min(Math.Abs(x - Lower), Math.Min(Math.Abs(Upper - x), Math.Sqrt(Variance)));
        for (var i = 0; i < t.Length; i++)
        {
            var point = lines.Lines[i].Point;
            var slope = (crossing(point, x + step) - crossing(point, x - step)) / (2 * step);
            terms[i] = double.IsFinite(slope) ? t.Length * lines.Density(i, crossing(point, x)) * Math.Abs(slope) : 0;
        }

        return terms;
    }
}
