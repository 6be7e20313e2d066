using System.Text.Json;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>Every recorded fit twice: given R's τ² (a miss is a formula), and end to end (a miss is the search).</summary>
public class RecordedFitTests
{
    /// <summary>The class "exact": the same closed forms in another order of operations.</summary>
    private const double Exact = 1e-10;

    /// <summary>The class "exact" where a distribution function or quantile enters.</summary>
    private const double ExactTail = 1e-8;

    /// <summary>The class "tight": an iterated τ² against R with its control tightened.</summary>
    private const double Tight = 1e-6;

    /// <summary>Absolute, for log-likelihoods.</summary>
    private const double LogLikelihood = 1e-8;

    public static TheoryData<int> All() => new(Enumerable.Range(0, RecordedFits.Count));

    [Fact]
    public void Fixtures_HoldAtLeastAHundredFits() => Assert.True(RecordedFits.Count >= 100);

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_GivenTheRecordedTauSquared_AgreesExactly(int index)
    {
        var recorded = RecordedFits.Get(index);
        var expected = recorded.GetProperty("expect");
        var settings = RecordedFits.Settings(recorded) with { EvaluateAtTauSquared = expected.GetProperty("tau2").Reals()[0] };

        var fit = UnivariateEngine.Fit(RecordedFits.Input(recorded), settings);

        Compare(recorded, fit, Exact, ExactTail);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fit_EndToEnd_Agrees(int index)
    {
        var recorded = RecordedFits.Get(index);
        var settings = RecordedFits.Settings(recorded);
        var expected = recorded.GetProperty("expect");
        var isClosed = settings.Method is HeterogeneityMethod.EqualEffects or HeterogeneityMethod.DerSimonianLaird or HeterogeneityMethod.Hedges
            or HeterogeneityMethod.HunterSchmidt or HeterogeneityMethod.HunterSchmidtCorrected or HeterogeneityMethod.SidikJonkman
            or HeterogeneityMethod.GeneralizedQ;

        var fit = UnivariateEngine.Fit(RecordedFits.Input(recorded), settings);

        var theirs = expected.GetProperty("tau2").Reals()[0];
        if (fit.TauSquared.Value == 0 && theirs > 0)
        {
            // Their iteration halves its step towards the boundary and never gets there; ours is exactly on it.
            Assert.True(theirs < 1e-7 && settings.Method is HeterogeneityMethod.Reml or HeterogeneityMethod.MaximumLikelihood
                or HeterogeneityMethod.EmpiricalBayes or HeterogeneityMethod.SidikJonkmanIterated, $"tau2 {theirs:R}");
            return;
        }

        Fixtures.AssertClose(theirs, fit.TauSquared.Value, isClosed ? Exact : Tight, $"{RecordedFits.Describe(recorded)} tau2");
        Compare(recorded, fit, isClosed ? Exact : Tight, isClosed ? ExactTail : Tight);
        // R² is a difference of two τ² in percent of one of them, so its rounding is relative to 100.
        Fixtures.AssertClose(
            expected.GetProperty("R2").Reals()[0], fit.RSquared, isClosed ? Exact : Tight, $"{RecordedFits.Describe(recorded)} R2",
            100);
        if (recorded.TryGetProperty("confint", out var interval))
        {
            var ours = UnivariateEngine.Fit(
                RecordedFits.Input(recorded), settings with { Also = [FurtherResult.HeterogeneityIntervals] }).HeterogeneityIntervals!;
            Fixtures.AssertClose(interval.Reals()[0], ours.TauSquaredLower, Tight, "confint lower", 1e-8);
            Fixtures.AssertClose(interval.Reals()[1], ours.TauSquaredUpper, Tight, "confint upper", 1e-8);
        }
    }

    private static void Compare(JsonElement recorded, UnivariateFit fit, double exact, double tail)
    {
        var expected = recorded.GetProperty("expect");
        var what = RecordedFits.Describe(recorded);
        void Check(string name, double[] actual, double tolerance, double floor = 0)
        {
            var theirs = expected.GetProperty(name).Reals();
            Assert.Equal(theirs.Length, actual.Length);
            for (var i = 0; i < theirs.Length; i++)
            {
                Fixtures.AssertClose(theirs[i], actual[i], tolerance, $"{what} {name}[{i}]", floor);
            }
        }

        var c = fit.Coefficients;
        // A coefficient is as accurate as its standard error allows: near zero its digits are relative to that.
        var unit = 1e-2 * c.StandardErrors.Max();
        Check("beta", c.Estimates, exact, unit);
        Check("se", c.StandardErrors, exact);
        Check("zval", c.Statistics, exact, 1e-2);
        // R's normal tail ends where denormal numbers begin.
        Check("pval", c.PValues, tail, 1e-300);
        Check("ci.lb", c.Lower, tail, unit);
        Check("ci.ub", c.Upper, tail, unit);
        Check("vb", fit.Covariance, exact, fit.Covariance.Select(Math.Abs).Max() * 1e-3);
        Check("se.tau2", [fit.TauSquared.StandardError], exact);
        Check("I2", [fit.ISquared], exact, 1e-6);
        Check("H2", [fit.HSquared], exact);
        Check("vt", [fit.TypicalVariance], Exact);
        Check("QE", [fit.ResidualHeterogeneity.Statistic], Exact);
        Check("QEp", [fit.ResidualHeterogeneity.PValue], ExactTail);
        Check("QM", [fit.OmnibusTest.Statistic], exact);
        Check("QMdf", [fit.OmnibusTest.NumeratorDf, fit.OmnibusTest.DenominatorDf], Exact);
        Check("QMp", [fit.OmnibusTest.PValue], tail, 1e-300);
        Check("k", [fit.StudyCount], Exact);
        Check("p", [c.Count], Exact);
        Check("parms", [fit.ParameterCount], Exact);
        Check("s2w", [fit.VarianceScale], exact);
        Check("ddf", [fit.DegreesOfFreedom], Exact);
        CheckStatistics(expected.GetProperty("ml").Reals(), fit.MaximumLikelihood, what + " ML");
        CheckStatistics(expected.GetProperty("reml").Reals(), fit.RestrictedLikelihood, what + " REML");
        CheckPredictions(recorded.GetProperty("predict"), fit, tail, what);
    }

    private static void CheckStatistics(double[] expected, FitStatistics actual, string what)
    {
        double[] ours = [actual.LogLikelihood, actual.Deviance, actual.Aic, actual.Bic, actual.Aicc];
        for (var i = 0; i < ours.Length; i++)
        {
            // Absolute for ordinary values; a log-likelihood in the thousands has its rounding relative to that.
            var tolerance = LogLikelihood * Math.Max(1, Math.Abs(expected[i]) / 100);
            Assert.True(Math.Abs(expected[i] - ours[i]) <= tolerance, $"{what}[{i}]: expected {expected[i]:R}, got {ours[i]:R}");
        }
    }

    private static void CheckPredictions(JsonElement expected, UnivariateFit fit, double tolerance, string what)
    {
        var ours = fit.Predict();
        // Bounds are differences, predictions sums over coefficients: their scale is that of the whole table.
        var floor = ours.StandardErrors.Max();
        void Check(string name, double[] actual)
        {
            var theirs = expected.GetProperty(name).Reals();
            if (theirs.Length == 1 && double.IsNaN(theirs[0]))
            {
                return; // R gives no prediction interval there (equal effects).
            }

            for (var i = 0; i < actual.Length; i++)
            {
                Fixtures.AssertClose(theirs[i], actual[i], tolerance, $"{what} {name}[{i}]", floor);
            }
        }

        Check("pred", ours.Predicted);
        Check("se", ours.StandardErrors);
        Check("ci.lb", ours.Lower);
        Check("pi.lb", ours.PredictionLower);
        Check("pi.ub", ours.PredictionUpper);
    }
}
