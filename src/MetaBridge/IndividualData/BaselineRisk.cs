using MetaBridge.Data;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>Finds moderators that are the observed risk of the control group in disguise.</summary>
public static class BaselineRisk
{
    // Of the squared correlation with a form of the control risk.
    private const double Rounding = 1e-9;

    /// <summary>The names of coefficients whose column is, up to a linear change, the control group's risk, log risk or log odds.</summary>
    /// <param name="fit">A fit of effect sizes from 2 × 2 tables or rates.</param>
    /// <param name="spec">Its specification.</param>
    /// <param name="data">Its data.</param>
    /// <returns>Names; none when the effect sizes don't come from counts.</returns>
    public static IReadOnlyList<string> Moderators(UnivariateFit fit, UnivariateSpec spec, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        var (effect, rows, k) = (spec.Effect, fit.Studies.Rows, fit.StudyCount);
        var (events, others) = (effect.Ci ?? effect.X2i, effect.Di ?? effect.N2i ?? effect.T2i);
        if (events is null || others is null || fit.Design.Length != k * fit.Coefficients.Count || k < 3)
        {
            return [];
        }

        var (c, d) = (data[events].ToNumbers(), data[others].ToNumbers());
        double[] risk = [.. rows.Select(row => c[row] / (effect.Di is null ? d[row] : c[row] + d[row]))];
        double[][] forms = [risk, Array.ConvertAll(risk, Math.Log), Array.ConvertAll(risk, p => Math.Log(p / (1 - p)))];
        return [.. Enumerable.Range(0, fit.Coefficients.Count)
            .Where(j => forms.Any(form => 1 - SquaredCorrelation(form, fit.Design.AsSpan(j * k, k)) < Rounding))
            .Select(j => fit.Coefficients.Names[j])];
    }

    private static double SquaredCorrelation(double[] a, ReadOnlySpan<double> b)
    {
        double meanA = 0, meanB = 0, aa = 0, bb = 0, ab = 0;
        for (var i = 0; i < a.Length; i++)
        {
            meanA += a[i] / a.Length;
            meanB += b[i] / a.Length;
        }

        for (var i = 0; i < a.Length; i++)
        {
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
            ab += (a[i] - meanA) * (b[i] - meanB);
        }

        return ab * ab / (aa * bb);
    }
}
