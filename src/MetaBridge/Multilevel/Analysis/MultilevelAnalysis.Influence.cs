using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>Influence of rows or clusters at the components of the fit, and weights.</content>
public sealed partial class MultilevelAnalysis
{
    /// <summary>Hat values, Cook's distances, DFBETAS and covariance ratios, components kept.</summary>
    /// <remarks>
    /// <para>h = tr(H_cc) with H = X(X'M⁻¹X)⁻¹X'M⁻¹, or with custom weights in place of M⁻¹ (they sum to p); Cook's distance
    /// (β̂ − β̂₍₋c₎)'Var(β̂)⁻¹(β̂ − β̂₍₋c₎); DFBETAS (β̂_j − β̂_j₍₋c₎)/se_j; covariance ratio |Var(β̂₍₋c₎)|/|Var(β̂)| (Belsley, Kuh &amp; Welsch,
    /// 1980). The definitions of metafor's <c>cooks.distance</c> and <c>dfbetas</c> for rma.mv with <c>reestimate=FALSE</c>: Cook's distance is not divided by p.</para>
    /// <para>Values are NaN where the rest does not determine β. O(k p²) for rows and for clusters that M connects with no others.</para>
    /// </remarks>
    /// <param name="cluster">A column whose levels are the cases; null for single rows.</param>
    /// <exception cref="Errors.MetaBridgeException">The column does not exist, or has no value in a row that the fit used.</exception>
    public MultilevelInfluence Influence(string? cluster = null)
    {
        var p = model.CoefficientCount;
        var cases = cluster is null ? Cases.OfRows(model) : Cases.Of(model, Levels(cluster));
        var hat = HatValues();
        var deletion = new Deletion(model);
        var precision = Deletion.Inverse(model.CoefficientCovariance, model.CoefficientCovariance, p)!;
        var logDeterminant = LogDeterminant(model.CoefficientCovariance);
        var (h, cook, ratio) = (new double[cases.Count], new double[cases.Count], new double[cases.Count]);
        var dfbetas = new double[cases.Count * p];
        for (var c = 0; c < cases.Count; c++)
        {
            h[c] = cases.Rows[c].Sum(i => hat[i]);
            var without = deletion.Without(cases.Rows[c], cases.AreIndependent[c]);
            cook[c] = without is null ? double.NaN : PredictionError.Quadratic(precision, without.Change);
            ratio[c] = without is null ? double.NaN : Math.Exp(LogDeterminant(without.Covariance) - logDeterminant);
            for (var j = 0; j < p; j++)
            {
                dfbetas[(c * p) + j] = without is null ? double.NaN : without.Change[j] / Fit.Coefficients.StandardErrors[j];
            }
        }

        return new MultilevelInfluence(cases.Names, Fit.Coefficients.Names, h, cook, dfbetas, ratio);
    }

    /// <summary>The diagonal of the hat matrix, one value per outcome used; they sum to p.</summary>
    public double[] HatValues()
    {
        var (k, p) = (model.RowCount, model.CoefficientCount);
        var (left, middle) = model.Weights is null ? (model.InverseX, model.CoefficientCovariance) : (WeightedX(), Bread());
        return [.. Enumerable.Range(0, k).Select(i => PredictionError.Bilinear(middle, model.X.AsSpan(i * p, p), left.AsSpan(i * p, p)))];
    }

    /// <summary>The weights of the outcomes, in percent of their sum.</summary>
    /// <remarks>
    /// The diagonal of W = M⁻¹ (or the custom weights), and for models with an intercept alone the row sums of W, by which the estimate is the weighted mean
    /// of the outcomes: metafor's <c>weights(type="diagonal")</c> and <c>"rowsum"</c>.
    /// </remarks>
    public MultilevelWeights Weights()
    {
        var diagonal = model.Weights ?? model.Problem.Shape.InverseDiagonal();
        var isMean = model.CoefficientCount == 1 && Fit.HasIntercept;
        return new MultilevelWeights(Fit.Studies.Labels, Percent(diagonal), !isMean ? null : Percent(model.Weights ?? model.InverseX));
    }

    private static double[] Percent(double[] weights)
    {
        var total = weights.Sum();
        return Array.ConvertAll(weights, w => 100 * w / total);
    }

    private double LogDeterminant(double[] covariance)
    {
        var l = (double[])covariance.Clone();
        return SmallCholesky.Factor(l, model.CoefficientCount) ? SmallCholesky.LogDeterminant(l, model.CoefficientCount) : double.NaN;
    }
}

/// <summary>Influence of each row or cluster.</summary>
/// <param name="Names">The cases.</param>
/// <param name="Coefficients">The coefficients.</param>
/// <param name="Hat">Hat values; of a cluster their sum.</param>
/// <param name="Cook">Cook's distances.</param>
/// <param name="Dfbetas">DFBETAS, cases × coefficients by rows.</param>
/// <param name="CovarianceRatio">|Var(β̂₍₋c₎)|/|Var(β̂)|.</param>
public sealed record MultilevelInfluence(
    IReadOnlyList<string> Names, IReadOnlyList<string> Coefficients, double[] Hat, double[] Cook, double[] Dfbetas, double[] CovarianceRatio)
{
    internal FurtherTable ToFurther()
    {
        var (n, p) = (Names.Count, Coefficients.Count);
        var unit = FurtherScales.Unit(n);
        return new FurtherTable(Keywords<FurtherResult>.Of(FurtherResult.Influence), Names,
        [
            new("hat", Hat) { Scale = [.. Hat.Select(_ => (double)p / n)] },
            new("cook.d", Cook) { Scale = [.. Cook.Select(d => Math.Sqrt(Math.Abs(d)))] },
            new("cov.r", CovarianceRatio),
            .. Coefficients.Select((name, j) => new FurtherColumn($"dfbs.{name}", [.. Enumerable.Range(0, n).Select(c => Dfbetas[(c * p) + j])]) { Scale = unit }),
        ]);
    }
}

/// <summary>Weights of the outcomes, in percent.</summary>
/// <param name="Labels">The outcomes.</param>
/// <param name="Diagonal">From the diagonal of the weight matrix.</param>
/// <param name="RowSum">From its row sums; null for models with moderators, where they mean nothing.</param>
public sealed record MultilevelWeights(IReadOnlyList<string> Labels, double[] Diagonal, double[]? RowSum)
{
    internal FurtherTable ToFurther() => new(
        Keywords<FurtherResult>.Of(FurtherResult.Weights),
        Labels,
        RowSum is null ? [new("weight", Diagonal)] : [new("weight", Diagonal), new("rowsum", RowSum)]);
}
