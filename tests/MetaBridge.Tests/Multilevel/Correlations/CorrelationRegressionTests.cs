using System.Text.Json;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Correlations;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel.Correlations;

public sealed class CorrelationRegressionTests
{
    private static readonly NamedMatrix Three = new(["y", "a", "b"], [1, 0.5, 0.4, 0.5, 1, 0.3, 0.4, 0.3, 1]);

    public static TheoryData<string> Cases => [.. Ids("matreg-")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_OfARecordedCase_IsMetafors(string id)
    {
        var root = Load(id);
        var fit = CorrelationRegression.Fit(Input(root));
        var expect = root.GetProperty("expect");
        var table = fit.Coefficients;
        Near(Numbers(expect.GetProperty("beta")), table.Estimates);
        Near(Numbers(expect.GetProperty("se")), table.StandardErrors);
        Near(Numbers(expect.GetProperty("statistic")), table.Statistics);
        Near(Numbers(expect.GetProperty("pval")), table.PValues, 0, 1e-8);
        Near(Numbers(expect.GetProperty("ci.lb")), table.Lower, 0, 1e-8);
        Near(Numbers(expect.GetProperty("ci.ub")), table.Upper, 0, 1e-8);
        Near(WithNegativeCross(Numbers(expect.GetProperty("vb")), root), fit.Covariance);
        Near(Number(expect.GetProperty("R2")), fit.RSquared);
        if (expect.TryGetProperty("F", out var f) && f.ValueKind == JsonValueKind.Array)
        {
            Near(Numbers(f), [fit.Test.Statistic, fit.Test.NumeratorDf, fit.Test.DenominatorDf]);
            Near(Number(expect.GetProperty("Fp")), fit.Test.PValue, 0, 1e-8);
            Near(Number(expect.GetProperty("R2adj")), fit.AdjustedRSquared);
        }
        else
        {
            Near(Number(expect.GetProperty("QM")), fit.Test.Statistic);
            Near(Number(expect.GetProperty("QMp")), fit.Test.PValue, 0, 1e-8);
        }
    }

    // With V and means metafor 3.8-1 has +μ'Var(b) where b₀ = μ_y − b'μ_x gives −μ'Var(b), as it has itself with n; the test
    // with differences below holds the sign.
    private static double[] WithNegativeCross(double[] vb, JsonElement root)
    {
        var p = (int)Math.Round(Math.Sqrt(vb.Length));
        for (var i = 1; i < p && Optional(root, "V") is not null && Optional(root, "means") is not null; i++)
        {
            vb[i] = vb[i * p] = -vb[i];
        }

        return vb;
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Covariance_WithV_IsTheDeltaMethodByDifferences(bool isCovariance, bool isFisherZ)
    {
        double[] r = [1.4, 0.5, 0.4, -0.1, 0.5, 1.1, 0.3, 0.2, 0.4, 0.3, 0.9, 0.15, -0.1, 0.2, 0.15, 1.2];
        var count = isCovariance ? 10 : 6;
        var v = new double[count * count];
        var random = new Random(3);
        for (var i = 0; i < count; i++)
        {
            v[(i * count) + i] = 0.01 * (1 + random.NextDouble());
        }

        var input = new CorrelationRegressionInput
        {
            Matrix = new NamedMatrix(["a", "b", "c", "d"], r), Outcome = 2, Predictors = [3, 0, 1], ElementCovariance = v, IsCovariance = isCovariance,
            IsFisherZ = isFisherZ, Means = isCovariance ? [0.3, -1.2, 2, 0.7] : null,
        };
        var fit = CorrelationRegression.Fit(input);
        var size = fit.Coefficients.Count;
        var expected = new double[size * size];
        for (int column = 0, at = 0; column < 4; column++)
        {
            for (var row = isCovariance ? column : column + 1; row < 4; row++, at++)
            {
                double[] Moved(double h)
                {
                    var moved = (double[])r.Clone();
                    moved[(row * 4) + column] += h;
                    return CorrelationRegression.Fit(input with { Matrix = new NamedMatrix(input.Matrix.Names, moved) }).Coefficients.Estimates;
                }

                var (up, down) = (Moved(1e-5), Moved(-1e-5));
                var slope = up.Zip(down, (a, b) => (a - b) / 2e-5).ToArray();
                for (var i = 0; i < expected.Length; i++)
                {
                    expected[i] += v[(at * count) + at] * slope[i / size] * slope[i % size];
                }
            }
        }

        Near(expected, fit.Covariance, 1e-3, 1e-7);
    }

    public static TheoryData<CorrelationRegressionInput, ErrorCode> Wrong => new()
    {
        { new() { Matrix = Three, Outcome = 0, Predictors = [1, 2] }, ErrorCode.SpecificationInvalid },
        { new() { Matrix = Three, Outcome = 0, Predictors = [0, 1], SampleSize = 20 }, ErrorCode.SpecificationInvalid },
        { new() { Matrix = Three, Outcome = 0, Predictors = [1, 1], SampleSize = 20 }, ErrorCode.DuplicateName },
        { new() { Matrix = Three, Outcome = 0, Predictors = [3], SampleSize = 20 }, ErrorCode.InvalidOption },
        { new() { Matrix = Three, Outcome = 0, Predictors = [1, 2], SampleSize = 2 }, ErrorCode.TooFewStudies },
        { new() { Matrix = Three, Outcome = 0, Predictors = [1, 2], ElementCovariance = new double[4] }, ErrorCode.LengthMismatch },
        { new() { Matrix = new(["y", "a"], [1, 1.5, 1.5, 1]), Outcome = 0, Predictors = [1], SampleSize = 9 }, ErrorCode.InvalidOption },
        {
            new() { Matrix = new(["y", "a", "b"], [1, 0.5, 0.5, 0.5, 1, 1, 0.5, 1, 1]), Outcome = 0, Predictors = [1, 2], SampleSize = 9 },
            ErrorCode.BlockNotPositiveDefinite
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Fit_WrongInput_IsRefused(CorrelationRegressionInput input, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => CorrelationRegression.Fit(input)).Code);

    private static CorrelationRegressionInput Input(JsonElement root)
    {
        var p = root.GetProperty("p").GetInt32();
        return new CorrelationRegressionInput
        {
            Matrix = new NamedMatrix([.. Enumerable.Range(1, p).Select(i => "v" + i)], Numbers(root.GetProperty("R"))),
            Outcome = root.GetProperty("y").GetInt32() - 1,
            Predictors = [.. Numbers(root.GetProperty("x")).Select(x => (int)x - 1)],
            SampleSize = Optional(root, "n")?[0],
            ElementCovariance = Optional(root, "V"),
            IsCovariance = root.GetProperty("cov").GetBoolean(),
            Means = Optional(root, "means"),
            IsFisherZ = root.GetProperty("ztor").GetBoolean(),
            Level = root.GetProperty("level").GetDouble(),
        };
    }

    private static double[]? Optional(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array or JsonValueKind.Number ? Numbers(value) : null;
}
