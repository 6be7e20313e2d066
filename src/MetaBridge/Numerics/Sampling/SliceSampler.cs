namespace MetaBridge.Numerics.Sampling;

/// <summary>Slice sampling along the axes of a linear map: no step size to tune, no rejection, invariant for any density.</summary>
/// <remarks>
/// Neal (2003), "Slice sampling": stepping out and shrinkage. After warm-up the axes are those of the Cholesky factor of the draws' covariance, so that
/// correlated parameters mix as well as independent ones; from then on nothing is adapted.
/// </remarks>
internal sealed class SliceSampler
{
    private const int MaxStepsOut = 50, MaxShrinks = 200;

    private readonly Func<double[], double> logDensity;
    private readonly CounterRandom random;
    private readonly double[] point, probe, direction;
    private double[] factor;
    private double height;

    /// <summary>Starts a chain.</summary>
    /// <param name="logDensity">ln density up to a constant; −∞ outside.</param>
    /// <param name="start">Where it begins; the density must be positive there.</param>
    /// <param name="widths">A width per axis for warm-up.</param>
    /// <param name="random">Its own stream.</param>
    public SliceSampler(Func<double[], double> logDensity, double[] start, double[] widths, CounterRandom random)
    {
        this.logDensity = logDensity;
        this.random = random;
        (point, probe, direction) = ((double[])start.Clone(), new double[start.Length], new double[start.Length]);
        factor = new double[start.Length * start.Length];
        for (var d = 0; d < start.Length; d++)
        {
            factor[(d * start.Length) + d] = 2 * widths[d];
        }

        height = logDensity(point);
    }

    /// <summary>The current point.</summary>
    public ReadOnlySpan<double> Point => point;

    /// <summary>One update along every axis.</summary>
    public void Sweep()
    {
        var n = point.Length;
        for (var axis = 0; axis < n; axis++)
        {
            for (var d = 0; d < n; d++)
            {
                direction[d] = factor[(d * n) + axis];
            }

            Move();
        }
    }

    /// <summary>Takes the axes from draws: columns of the Cholesky factor of their covariance, times a width of two and a half deviations.</summary>
    public void Adapt(IReadOnlyList<double[]> draws)
    {
        var n = point.Length;
        var (_, covariance) = SampleMoments.Of(draws, n);
        if (SampleMoments.TryFactor(covariance, n, out var lower))
        {
            factor = Array.ConvertAll(lower, x => 2.5 * x);
        }
    }

    private void Move()
    {
        var level = height + Math.Log(random.Uniform());
        double left = -random.Uniform(), right = left + 1;
        for (var i = 0; i < MaxStepsOut && At(left) > level; i++)
        {
            left--;
        }

        for (var i = 0; i < MaxStepsOut && At(right) > level; i++)
        {
            right++;
        }

        for (var i = 0; i < MaxShrinks; i++)
        {
            var s = left + (random.Uniform() * (right - left));
            var value = At(s);
            if (value > level)
            {
                probe.CopyTo(point, 0);
                height = value;
                return;
            }

            (left, right) = s < 0 ? (s, right) : (left, s);
        }
    }

    private double At(double distance)
    {
        for (var d = 0; d < point.Length; d++)
        {
            probe[d] = point[d] + (distance * direction[d]);
        }

        return logDensity(probe);
    }
}
