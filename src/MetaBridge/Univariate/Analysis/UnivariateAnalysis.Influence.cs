using MetaBridge.Errors;
using MetaBridge.Numerics;

namespace MetaBridge.Univariate.Analysis;

/// <content>Influence of single studies.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>How much each study matters: deletion diagnostics with τ² estimated again, hat values and weights.</summary>
    /// <remarks>Viechtbauer &amp; Cheung (2010), Research Synthesis Methods 1, 112-125.</remarks>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.Cancelled"/>.</exception>
    public InfluenceTable Influence()
    {
        var hat = Fit.HatValues();
        var weights = Fit.StudyWeights();
        var cases = DeletedCases();
        var studies = cases.Select((without, i) => without is null ? Unknown(i, hat[i], weights[i]) : InfluenceOf(i, without, hat[i], weights[i]));
        return new InfluenceTable(Fit.Coefficients.Names, [.. studies]);
    }

    /// <summary>Every study seen from the fit without it; null where there is none.</summary>
    private DeletedCase?[] DeletedCases()
    {
        var x = UnivariateResiduals.DesignOf(Fit);
        return [.. Deletions().Select((reduced, i) => DeletedCase.Of(Fit, x, i, reduced))];
    }

    private StudyInfluence InfluenceOf(int i, DeletedCase without, double hat, double weight)
    {
        var p = Fit.Coefficients.Count;
        var reduced = without.Fit;
        var covariance = SubsetFits.CovarianceAt(this, reduced.TauSquared);
        var ownWeights = UnivariateResiduals.HasOwnWeights(Fit);
        var spread = ownWeights
            ? hat * (Fit.Studies.Variances[i] + reduced.TauSquared)
            : QuadraticForm(covariance, j => Fit.Design[(j * Fit.StudyCount) + i]);
        var change = new double[p];
        var dfbetas = new double[p];
        for (var j = 0; j < p; j++)
        {
            change[j] = Fit.Coefficients.Estimates[j] - reduced.Coefficients.Estimates[j];
            dfbetas[j] = change[j] / Math.Sqrt(reduced.VarianceScale * covariance[(j * p) + j]);
        }

        var dffits = without.Change / Math.Sqrt(reduced.VarianceScale * spread);
        var cook = InverseForm(Fit.Covariance, change, out var logDeterminant);
        return new StudyInfluence
        {
            Label = Fit.Studies.Labels[i],
            ExternallyStudentized = without.Residual / without.ResidualError,
            Dffits = dffits,
            CookDistance = cook,
            CovarianceRatio = Math.Exp(LogDeterminant(reduced.Covariance, p) - logDeterminant),
            TauSquaredDeleted = reduced.TauSquared,
            ResidualHeterogeneityDeleted = reduced.ResidualHeterogeneity.Statistic,
            Hat = hat,
            Weight = weight,
            Dfbetas = dfbetas,
            IsInfluential = IsInfluential(dffits, cook, hat, dfbetas),
        };
    }

    private bool IsInfluential(double dffits, double cook, double hat, double[] dfbetas)
    {
        double k = Fit.StudyCount, p = Fit.Coefficients.Count;
        return Math.Abs(dffits) > 3 * Math.Sqrt(p / (k - p))
            || Distributions.ChiSquaredUpper(cook, p) < 0.5
            || hat > 3 * p / k
            || dfbetas.Any(value => Math.Abs(value) > 1);
    }

    private StudyInfluence Unknown(int i, double hat, double weight) => new()
    {
        Label = Fit.Studies.Labels[i],
        ExternallyStudentized = double.NaN,
        Dffits = double.NaN,
        CookDistance = double.NaN,
        CovarianceRatio = double.NaN,
        TauSquaredDeleted = double.NaN,
        ResidualHeterogeneityDeleted = double.NaN,
        Hat = hat,
        Weight = weight,
        Dfbetas = [.. Fit.Coefficients.Estimates.Select(_ => double.NaN)],
        IsInfluential = hat > 3.0 * Fit.Coefficients.Count / Fit.StudyCount,
    };

    /// <summary>x'A⁻¹x and ln det A.</summary>
    private static double InverseForm(double[] a, double[] x, out double logDeterminant)
    {
        var p = x.Length;
        var inverse = new double[p * p];
        logDeterminant = SmallMatrix.InvertPositive([.. a], p, inverse);
        return QuadraticForm(inverse, j => x[j]);
    }

    private static double LogDeterminant(double[] a, int p) => SmallMatrix.InvertPositive([.. a], p, new double[p * p]);

    private static double QuadraticForm(double[] matrix, Func<int, double> x)
    {
        var p = (int)Math.Sqrt(matrix.Length);
        var sum = 0.0;
        for (var j = 0; j < p; j++)
        {
            for (var l = 0; l < p; l++)
            {
                sum += x(j) * x(l) * matrix[(l * p) + j];
            }
        }

        return sum;
    }
}
