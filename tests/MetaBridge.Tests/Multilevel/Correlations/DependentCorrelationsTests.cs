using System.Text.Json;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Correlations;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel.Correlations;

public sealed class DependentCorrelationsTests
{
    public static TheoryData<string> Cases => [.. Ids("rcalc-")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Covariance_OfARecordedCase_IsMetafors(string id)
    {
        var root = Load(id);
        var rule = Keywords<SampleSizeRule>.Parse(root.GetProperty("nfun").GetString()!, "nfun");
        foreach (var toFisherZ in (bool[])[false, true])
        {
            var expect = root.GetProperty(toFisherZ ? "transformed" : "raw");
            var found = DependentCorrelations.Of(Table(root), toFisherZ, rule);
            Near(Numbers(expect.GetProperty("yi")), found.Outcomes);
            Near(Numbers(expect.GetProperty("ni")), found.SampleSizes);
            var (rows, columns, values) = (Numbers(expect.GetProperty("rows")), Numbers(expect.GetProperty("columns")), Numbers(expect.GetProperty("values")));
            var full = Dense(found.Sampling);
            for (var i = 0; i < rows.Length; i++)
            {
                var (a, b) = ((int)rows[i], (int)columns[i]);
                // A covariance carries the rounding of its terms, which are about as large as the variances.
                Near(values[i], full[a, b], 1e-3 * Math.Sqrt(full[a, a] * full[b, b]));
            }
        }
    }

    [Fact]
    public void Covariance_OfOlkinAndFinn_IsTheMomentOfTheWishartDistribution()
    {
        // The delta method from Cov(s_ab, s_cd) = (σ_ac σ_bd + σ_ad σ_bc)/(n − 1) gives the same covariances.
        double[] r = [1, 0.3, -0.2, 0.5, 0.3, 1, 0.4, 0.1, -0.2, 0.4, 1, 0.25, 0.5, 0.1, 0.25, 1];
        var found = DependentCorrelations.Of(CorrelationTable.FromMatrices([("a", new NamedMatrix(["w", "x", "y", "z"], r), 51)]));
        var full = Dense(found.Sampling);
        (int S, int T)[] pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
        for (var a = 0; a < 6; a++)
        {
            for (var b = 0; b < 6; b++)
            {
                Near(Delta(r, pairs[a], pairs[b]) / 50, full[a, b], 1e-3, 1e-12);
            }
        }
    }

    [Fact]
    public void Covariance_OfAnImpossibleMatrix_NamesTheStudy()
    {
        var table = CorrelationTable.FromMatrices([("good", new NamedMatrix(["x", "y"], [1, 0.5, 0.5, 1]), 40),
            ("bad", new NamedMatrix(["x", "y", "z"], [1, 0.9, 0.9, 0.9, 1, -0.9, 0.9, -0.9, 1]), 40)]);

        var error = Assert.Throws<MetaBridgeException>(() => DependentCorrelations.Of(table));

        Assert.Equal(ErrorCode.BlockNotPositiveDefinite, error.Code);
        Assert.Equal("bad", error.Context["cluster"]);
        Assert.True((double)error.Context["eigenvalue"]! < 0);
        Assert.NotNull(DependentCorrelations.Of(table, checksDefiniteness: false));
    }

    [Theory]
    [InlineData("x", "y", 0.2, ErrorCode.DuplicateName)]
    [InlineData("y", "x", 0.2, ErrorCode.DuplicateName)]
    [InlineData("z", "z", 0.2, ErrorCode.SpecificationInvalid)]
    [InlineData("x", "z", 1.2, ErrorCode.InvalidOption)]
    public void Of_WrongRows_AreRefused(string first, string second, double r, ErrorCode code)
    {
        var table = new CorrelationTable { Studies = ["s", "s"], First = ["x", first], Second = ["y", second], Correlations = [0.1, r], SampleSizes = [20, 20] };

        Assert.Equal(code, Assert.Throws<MetaBridgeException>(() => DependentCorrelations.Of(table)).Code);
    }

    private static CorrelationTable Table(JsonElement root) => new()
    {
        Studies = Texts(root.GetProperty("study")),
        First = Texts(root.GetProperty("var1")),
        Second = Texts(root.GetProperty("var2")),
        Correlations = Numbers(root.GetProperty("ri")),
        SampleSizes = Numbers(root.GetProperty("ni")),
    };

    // r_st = s_st/√(s_ss s_tt): gradient 1, −r/2, −r/2 at unit variances.
    private static double Delta(double[] r, (int S, int T) a, (int S, int T) b)
    {
        double C(int i, int j, int k, int l) => (r[(i * 4) + k] * r[(j * 4) + l]) + (r[(i * 4) + l] * r[(j * 4) + k]);
        var total = 0.0;
        foreach (var (i, j, x) in Parts(a))
        {
            foreach (var (k, l, y) in Parts(b))
            {
                total += x * y * C(i, j, k, l);
            }
        }

        return total;

        (int I, int J, double Weight)[] Parts((int S, int T) pair) =>
            [(pair.S, pair.T, 1), (pair.S, pair.S, -0.5 * r[(pair.S * 4) + pair.T]), (pair.T, pair.T, -0.5 * r[(pair.S * 4) + pair.T])];
    }
}
