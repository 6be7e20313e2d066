using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Where to look for the mass of a posterior: a coarse grid over the axes, from the prior and from the spread of the data.</summary>
internal static class StartingPoints
{
    private static readonly double[] DataMultiples = [1e-3, 0.01, 0.05, 0.15, 0.3, 0.6, 1, 1.7, 3, 6];
    /// <summary>A full grid beyond this many points costs more than it finds.</summary>
    private const int MaxGrid = 20_000;

    private static readonly double[] Logits = [-5, -2.5, -1, 0, 1, 2.5, 5];
    private static readonly double[] PriorScales = [-1.2, 0, 1.2];
    private static readonly double[] PriorQuantileScales = [0.05, 0.3, 1, 3];

    /// <summary>The grid as points u.</summary>
    public static List<double[]> Of(BayesInput input, PosteriorTarget target)
    {
        var axes = Enumerable.Range(0, target.Dimensions).Select(d => Candidates(input, target, target.Axes[d])).ToArray();
        if (axes.Aggregate(1.0, (product, candidates) => product * candidates.Length) > MaxGrid)
        {
            return Star(axes);
        }

        var points = new List<double[]> { Array.Empty<double>() };
        foreach (var candidates in axes)
        {
            points = [.. points.SelectMany(point => candidates.Select(u => (double[])[.. point, u]))];
        }

        return points;
    }

    /// <summary>One axis at a time about the middle candidates.</summary>
    private static List<double[]> Star(double[][] axes)
    {
        var middle = Array.ConvertAll(axes, candidates => candidates[candidates.Length / 2]);
        return [.. axes.SelectMany((candidates, d) => candidates.Select(u =>
        {
            var point = (double[])middle.Clone();
            point[d] = u;
            return point;
        }))];
    }

    private static double[] Candidates(BayesInput input, PosteriorTarget target, PosteriorAxis axis)
    {
        switch (axis.Role)
        {
            case AxisRole.Mixture:
                var (_, shape, scale) = target.Coefficients.Mixtures[axis.Number];
                return [Math.Log(scale / (shape + 1)), Math.Log(scale / (shape + 1)) + 3];
            case AxisRole.Allocation:
                return Logits;
            case AxisRole.Scale when axis.Prior!.Prior.Distribution == PriorFamily.Normal && !axis.Prior.IsTruncated:
                var (centre, sd, _) = axis.Prior.LocationScale;
                return [.. PriorScales.Select(s => centre + (s * sd))];
            case AxisRole.Scale:
                return [-1.5, 0, 1.5];
            default:
                var tau = DataSpread(input);
                var values = DataMultiples.Select(m => m * tau)
                    .Concat(PriorQuantileScales.Select(s => s * PriorScale(axis.Prior!)))
                    .Select(axis.Map.Coordinate).Where(double.IsFinite).Concat(axis.Map.Upper < double.PositiveInfinity ? Logits : []);
                return [.. values.Distinct().Order()];
        }
    }

    private static double DataSpread(BayesInput input)
    {
        var mean = input.EffectSizes.Average();
        var spread = input.EffectSizes.Sum(y => (y - mean) * (y - mean)) / input.StudyCount;
        return Math.Sqrt(spread + input.Variances.Average());
    }

    private static double PriorScale(PriorDistribution prior)
    {
        var p = prior.Prior;
        return p.Distribution switch
        {
            PriorFamily.Gamma => p.Shape!.Value / p.Rate!.Value,
            PriorFamily.InverseGamma => p.Scale!.Value / (p.Shape!.Value + 1),
            PriorFamily.LogNormal => Math.Exp(p.Location ?? 0),
            PriorFamily.Uniform or PriorFamily.Beta => (prior.Lower + prior.Upper) / 2,
            _ => prior.LocationScale.Scale,
        };
    }
}
