using MetaBridge.Univariate.Batch;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Variance inflation factors of one model matrix after another, for one thread.</summary>
internal sealed class InflationRun
{
    private readonly double[] effects;
    private readonly IReadOnlyList<IReadOnlyList<int>> sets;
    private readonly int first;
    private readonly UnivariateRefitter whole;
    private readonly (int[] Columns, UnivariateRefitter Model)[] alone;
    private double[]? last;
    private double[]? covariance;
    private bool isRedundant;

    public InflationRun(UnivariateAnalysis analysis, IReadOnlyList<IReadOnlyList<int>> sets, bool includesIntercept, bool refits)
    {
        (effects, this.sets) = (analysis.Fit.Studies.EffectSizes, sets);
        var hasIntercept = analysis.Fit.HasIntercept;
        first = hasIntercept && !includesIntercept ? 1 : 0;
        whole = SubsetFits.RefitterOf(analysis, analysis.Settings.TauSquared);
        alone = !refits ? [] :
        [
            .. sets.Select(set =>
            {
                int[] columns = hasIntercept && !set.Contains(0) ? [0, .. set] : [.. set];
                var settings = analysis.Settings with { EvaluateAtTauSquared = null, TestedCoefficients = null };
                return (columns, new UnivariateRefitter(analysis.Input.Variances, Take(analysis.Fit.Design, columns), settings, analysis.Input.Weights));
            }),
        ];
    }

    /// <summary>The factor of a set with this model matrix: infinite where its columns are redundant, NaN where the model can't be fitted.</summary>
    public double Of(int set, double[] x)
    {
        if (!ReferenceEquals(x, last))
        {
            var fit = whole.FitDesign(effects, x);
            last = x;
            covariance = fit.Status == RefitStatus.Fitted ? whole.Covariance.ToArray() : null;
            isRedundant = fit.Status == RefitStatus.RankDeficient;
        }

        if (covariance is null)
        {
            return isRedundant ? double.PositiveInfinity : double.NaN;
        }

        if (alone.Length == 0)
        {
            return UnivariateAnalysis.FromCovariance(covariance, sets[set], first);
        }

        var (columns, model) = alone[set];
        return model.FitDesign(effects, Take(x, columns)).Status != RefitStatus.Fitted ? double.NaN
            : UnivariateAnalysis.FromBlocks(covariance, sets[set], model.Covariance.ToArray(), [.. sets[set].Select(j => Array.IndexOf(columns, j))]);
    }

    private double[] Take(double[] x, int[] columns) => [.. columns.SelectMany(j => x[(j * effects.Length)..((j + 1) * effects.Length)])];
}
