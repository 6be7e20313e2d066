using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>What must hold for any data, and what happens at the edges.</summary>
public class PropertyTests
{
    public static TheoryData<HeterogeneityMethod> Methods() =>
        new(Enum.GetValues<HeterogeneityMethod>().Where(method => !NeedsWeights(method)));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Shift_MovesOnlyTheIntercept(HeterogeneityMethod method)
    {
        var (a, input) = Random(method, 1);
        var b = Fit(input with { EffectSizes = [.. input.EffectSizes.Select(y => y + 16)] }, method);

        Fixtures.AssertClose(a.Coefficients.Estimates[0] + 16, b.Coefficients.Estimates[0], 1e-12, "intercept");
        Fixtures.AssertClose(a.TauSquared.Value, b.TauSquared.Value, 1e-10, "tau2");
        Fixtures.AssertClose(a.Coefficients.Estimates[1], b.Coefficients.Estimates[1], 1e-10, "slope");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Scale_ByAPowerOfTwo_ScalesEverything(HeterogeneityMethod method)
    {
        var (a, input) = Random(method, 2);
        var b = Fit(
            input with
            {
                EffectSizes = [.. input.EffectSizes.Select(y => y * 1024)],
                Variances = [.. input.Variances.Select(v => v * 1024 * 1024)],
            },
            method);

        Fixtures.AssertClose(a.TauSquared.Value * 1024 * 1024, b.TauSquared.Value, 1e-12, "tau2");
        Fixtures.AssertClose(a.Coefficients.StandardErrors[1] * 1024, b.Coefficients.StandardErrors[1], 1e-12, "se");
        Fixtures.AssertClose(a.ISquared, b.ISquared, 1e-12, "I2", 1e-9);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Permutation_ChangesNothing(HeterogeneityMethod method)
    {
        var (a, input) = Random(method, 3);
        var b = Fit(
            input with
            {
                EffectSizes = [.. input.EffectSizes.Reverse()],
                Variances = [.. input.Variances.Reverse()],
                Design = [.. input.Design![..12], .. input.Design[12..].Reverse()],
            },
            method);

        Fixtures.AssertClose(a.TauSquared.Value, b.TauSquared.Value, 1e-11, "tau2");
        Fixtures.AssertClose(a.Coefficients.Estimates[1], b.Coefficients.Estimates[1], 1e-11, "slope");
    }

    [Fact]
    public void Duplication_WithDoubledVariances_KeepsTheEqualEffectsFit()
    {
        var (a, input) = Random(HeterogeneityMethod.EqualEffects, 4);
        var twice = new UnivariateInput
        {
            EffectSizes = [.. input.EffectSizes, .. input.EffectSizes],
            Variances = [.. input.Variances.Concat(input.Variances).Select(v => 2 * v)],
            Design = [.. input.Design![..12], .. input.Design[..12], .. input.Design[12..], .. input.Design[12..]],
        };
        var b = Fit(twice, HeterogeneityMethod.EqualEffects);

        Fixtures.AssertClose(a.Coefficients.Estimates[1], b.Coefficients.Estimates[1], 1e-12, "slope");
        Fixtures.AssertClose(a.Coefficients.StandardErrors[1], b.Coefficients.StandardErrors[1], 1e-12, "se");
        Fixtures.AssertClose(a.ResidualHeterogeneity.Statistic, b.ResidualHeterogeneity.Statistic, 1e-12, "QE");
    }

    [Theory]
    [InlineData(HeterogeneityMethod.Reml)]
    [InlineData(HeterogeneityMethod.MaximumLikelihood)]
    public void Score_IsZeroInside_AndNotPositiveAtTheBoundary(HeterogeneityMethod method)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (fit, _) = Random(method, seed);
            var information = 1 / (fit.TauSquared.StandardError * fit.TauSquared.StandardError);
            Assert.True(fit.TauSquared.AtBoundary
                ? fit.TauSquared.Score <= 0
                : Math.Abs(fit.TauSquared.Score) < 1e-12 * information * fit.TauSquared.Value + 1e-12, $"seed {seed}: {fit.TauSquared.Score}");
        }
    }

    [Theory]
    [InlineData(HeterogeneityMethod.EqualEffects)]
    [InlineData(HeterogeneityMethod.PauleMandel)]
    [InlineData(HeterogeneityMethod.Reml)]
    public void HugeVariance_RemovesTheStudy(HeterogeneityMethod method)
    {
        var y = new[] { 0.1, 0.9, -0.3, 0.5, 50.0 };
        var v = new[] { 0.1, 0.05, 0.02, 0.2, 1e12 };
        var with = Fit(new UnivariateInput { EffectSizes = y, Variances = v }, method);
        var without = Fit(new UnivariateInput { EffectSizes = y[..4], Variances = v[..4] }, method);

        if (method != HeterogeneityMethod.PauleMandel)
        {
            Fixtures.AssertClose(without.Coefficients.Estimates[0], with.Coefficients.Estimates[0], 1e-8, "mu");
        }
        else
        {
            // The study still counts in k − p, so only its weight vanishes.
            Assert.True(with.TauSquared.Value < without.TauSquared.Value);
        }
    }

    [Fact]
    public void KnappHartung_AtThePauleMandelEstimate_EqualsT()
    {
        var (input, settings) = (Data(5), new UnivariateSettings { Method = HeterogeneityMethod.PauleMandel });
        var t = UnivariateEngine.Fit(input, settings with { Test = CoefficientTest.StudentT });
        var knha = UnivariateEngine.Fit(input, settings with { Test = CoefficientTest.KnappHartung });

        // There Q(tau2) = k − p, so the scale is 1 unless tau2 is at the boundary.
        Assert.True(t.TauSquared.Value > 0);
        Fixtures.AssertClose(1, knha.VarianceScale, 1e-12, "s2w");
        Fixtures.AssertClose(t.Coefficients.PValues[1], knha.Coefficients.PValues[1], 1e-10, "pval");
    }

    [Fact]
    public void NestedModel_IsNotMoreLikely()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var input = Data(seed);
            var larger = Fit(input, HeterogeneityMethod.MaximumLikelihood);
            var smaller = Fit(input with { Design = null }, HeterogeneityMethod.MaximumLikelihood);
            Assert.True(smaller.MaximumLikelihood.LogLikelihood <= larger.MaximumLikelihood.LogLikelihood + 1e-12);
        }
    }

    [Fact]
    public void EqualVariances_GiveTheClosedForm()
    {
        double[] y = [1, 2, 4, 7, 11];
        var fit = Fit(new UnivariateInput { EffectSizes = y, Variances = [.. y.Select(_ => 0.5)] }, HeterogeneityMethod.Reml);
        var mean = y.Average();

        Fixtures.AssertClose(y.Sum(x => (x - mean) * (x - mean)) / 4 - 0.5, fit.TauSquared.Value, 1e-13, "tau2");
    }

    [Fact]
    public void OneStudy_HasItsOwnEffect()
    {
        var fit = UnivariateEngine.Fit(
            new UnivariateInput { EffectSizes = [0.3], Variances = [0.1] }, new UnivariateSettings { Test = CoefficientTest.KnappHartung });

        Assert.Equal(0.3, fit.Coefficients.Estimates[0], 1e-15);
        Assert.Equal(0, fit.TauSquared.Value);
        Assert.Equal(CoefficientTest.Normal, fit.Test);
    }

    [Fact]
    public void Errors_NameTheStudy()
    {
        Expect(ErrorCode.NoData, [], []);
        Expect(ErrorCode.LengthMismatch, [1, 2], [1]);
        Expect(ErrorCode.NonFiniteValue, [1, double.NaN], [1, 1]);
        Expect(ErrorCode.TooFewStudies, [1, 2], [1, 1], new UnivariateInput { EffectSizes = [1, 2], Variances = [1, 1], Design = [1, 1, 0, 1] });
        var error = Expect(ErrorCode.NonPositiveVariance, [1, 2, 3], [1, -0.5, 1]);
        Assert.Equal(2, error.Context["row"]);
        Expect(ErrorCode.NonPositiveVariance, [1, 2, 3], [1, 0, 1], method: HeterogeneityMethod.DerSimonianLaird);
        Expect(ErrorCode.NonPositiveVariance, [1, 2, 3], [1, 0, 1], method: HeterogeneityMethod.EqualEffects);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void ExtremeScales_GiveFiniteNumbersOrACode(HeterogeneityMethod method)
    {
        foreach (var scale in new[] { 1e-300, 1e-200, 1e-100, 1e-12, 1e12, 1e100, 1e150, 1e300 })
        {
            foreach (var varianceScale in new[] { scale, scale * scale, 1 / scale, 1.0 })
            {
                var input = new UnivariateInput
                {
                    EffectSizes = [1 * scale, 2.5 * scale, -0.5 * scale, 3 * scale],
                    Variances = [0.5 * varianceScale, 1 * varianceScale, 0.25 * varianceScale, 2 * varianceScale],
                };
                try
                {
                    var fit = Fit(input, method);
                    Assert.True(double.IsFinite(fit.TauSquared.Value) && double.IsFinite(fit.Coefficients.StandardErrors[0]));
                }
                catch (MetaBridgeException error)
                {
                    Assert.Contains(error.Code, new[] { ErrorCode.NumericOverflow, ErrorCode.NonPositiveVariance, ErrorCode.NonFiniteValue });
                }
            }
        }
    }

    [Fact]
    public void RedundantColumns_AreDroppedAndNamed()
    {
        var x = new double[] { 1, 1, 1, 1, 1, 2, 3, 5, 2, 4, 6, 10 };
        var fit = Fit(
            new UnivariateInput
            {
                EffectSizes = [1, 2, 2.5, 4], Variances = [1, 1, 2, 1], Design = x, ColumnNames = ["intrcpt", "a", "twice"],
            },
            HeterogeneityMethod.DerSimonianLaird);

        Assert.Equal(["intrcpt", "a"], fit.Coefficients.Names);
        Assert.Equal(["twice"], fit.DroppedColumns);
    }

    private static MetaBridgeException Expect(
        ErrorCode code, double[] y, double[] v, UnivariateInput? input = null, HeterogeneityMethod method = HeterogeneityMethod.Reml)
    {
        var error = Assert.Throws<MetaBridgeException>(() => Fit(input ?? new UnivariateInput { EffectSizes = y, Variances = v }, method));
        Assert.Equal(code, error.Code);
        return error;
    }

    private static (UnivariateFit Fit, UnivariateInput Input) Random(HeterogeneityMethod method, int seed)
    {
        var input = Data(seed);
        return (Fit(input, method), input);
    }

    // The grid of recorded fits has those with weights.
    private static bool NeedsWeights(HeterogeneityMethod method) => method is HeterogeneityMethod.GeneralizedQ or HeterogeneityMethod.GeneralizedQMedian;

    private static UnivariateInput Data(int seed)
    {
        const int k = 12;
        var random = new Random(seed);
        var x = new double[2 * k];
        double[] y = new double[k], v = new double[k];
        for (var i = 0; i < k; i++)
        {
            x[i] = 1;
            x[k + i] = random.NextDouble();
            v[i] = Math.Exp(2 * random.NextDouble() - 3);
            y[i] = x[k + i] + (Math.Sqrt(v[i] + 0.3) * 3.4 * (random.NextDouble() - 0.5));
        }

        return new UnivariateInput { EffectSizes = y, Variances = v, Design = x };
    }

    private static UnivariateFit Fit(UnivariateInput input, HeterogeneityMethod method) =>
        UnivariateEngine.Fit(input, new UnivariateSettings { Method = method });
}
