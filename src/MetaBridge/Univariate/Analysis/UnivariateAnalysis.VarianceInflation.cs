using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Univariate.Analysis;

/// <content>Collinearity of the moderators.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>Variance inflation factors of every coefficient, or of sets of them.</summary>
    /// <param name="sets">Sets of coefficients counted from 0; null for each by itself, without the intercept.</param>
    /// <param name="includesIntercept">Whether the intercept is one of the coefficients that inflate, and has a factor itself.</param>
    /// <param name="refits">Whether Var(b alone) comes from a fit with these moderators alone, which has another τ²; else from this fit's covariance.</param>
    /// <returns>One result per set.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.InvalidOption"/>: the model has no moderators, or a set holds the intercept where it is left out.
    /// </exception>
    /// <remarks>metafor's <c>vif(fit, btt=, reestimate=)</c>.</remarks>
    public IReadOnlyList<VarianceInflation> VarianceInflation(
        IReadOnlyList<IReadOnlyList<int>>? sets = null, bool includesIntercept = false, bool refits = false)
    {
        var (p, names) = (Fit.Coefficients.Count, Fit.Coefficients.Names);
        var first = Fit.HasIntercept && !includesIntercept ? 1 : 0;
        if (p == first || (Fit.HasIntercept && p == 1))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, "Variance inflation needs moderators; the model has none.", new Dictionary<string, object?> { ["option"] = "vif" });
        }

        sets ??= [.. Enumerable.Range(first, p - first).Select(j => new[] { j })];
        foreach (var index in sets.SelectMany(set => set).Where(index => index < first || index >= p))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"Coefficient {index + 1} has no variance inflation factor here; the coefficients are {first + 1} to {p}.",
                new Dictionary<string, object?> { ["option"] = "btt", ["value"] = index + 1 });
        }

        int[] all = [.. Enumerable.Range(first, p - first)];
        return [.. sets.Select(set => new VarianceInflation(set, [.. set.Select(j => names[j])], refits ? ByRefit(set) : FromCovariance(set, all)))];
    }

    private double FromCovariance(IReadOnlyList<int> set, int[] all)
    {
        int[] rest = [.. all.Except(set)];
        return Math.Exp(LogDeterminant(Fit.Covariance, Fit.Coefficients.Count, set) + LogDeterminant(Fit.Covariance, Fit.Coefficients.Count, rest)
            - LogDeterminant(Fit.Covariance, Fit.Coefficients.Count, [.. set, .. rest]));
    }

    private double ByRefit(IReadOnlyList<int> set)
    {
        int[] others = [.. Enumerable.Range(Fit.HasIntercept ? 1 : 0, Fit.Coefficients.Count - (Fit.HasIntercept ? 1 : 0)).Except(set)];
        var alone = others.Length == 0 ? Fit : WithoutCoefficients(others).Fit;
        int[] there = [.. set.Select(j => alone.Coefficients.Names.ToList().IndexOf(Fit.Coefficients.Names[j]))];
        return Math.Exp(LogDeterminantRaw(Fit.Covariance, Fit.Coefficients.Count, set) - LogDeterminantRaw(alone.Covariance, alone.Coefficients.Count, there));
    }

    // ln det of the correlations of some coefficients.
    private static double LogDeterminant(double[] covariance, int p, IReadOnlyList<int> which)
    {
        var logs = which.Sum(j => Math.Log(covariance[(j * p) + j]));
        return LogDeterminantRaw(covariance, p, which) - logs;
    }

    private static double LogDeterminantRaw(double[] covariance, int p, IReadOnlyList<int> which)
    {
        var m = which.Count;
        var block = new double[m * m];
        var sizes = which.Select(j => Math.Sqrt(covariance[(j * p) + j])).ToArray();
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                block[(i * m) + j] = covariance[(which[j] * p) + which[i]] / sizes[i] / sizes[j];
            }
        }

        return m == 0 ? 0 : SmallCholesky.Factor(block, m) ? SmallCholesky.LogDeterminant(block, m) + (2 * sizes.Sum(Math.Log)) : throw new MetaBridgeException(
            ErrorCode.RankDeficientDesign, "The covariance of the coefficients is singular, so that a variance is inflated without bound.");
    }
}
