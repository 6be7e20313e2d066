using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.RInterop.Metadat;
using MetaBridge.RInterop.Reference;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.RInterop.Tests.Reference;

/// <summary>Every measure over every dataset of metadat that has its columns, against escalc() in R.</summary>
/// <remarks>
/// Not here: measures and variance types that the installed version lacks or defines otherwise (they are compared with recorded results of
/// version 5 in MetaBridge.Tests), and those for which R needs packages that may not be installed (RTET: mvtnorm, UCOR: gsl).
/// </remarks>
public class EffectSizeGridTests
{
    private const int GridSize = 935;
    private const double Exact = 1e-10;

    public static TheoryData<string> Datasets => [.. EffectSizeGrid.Datasets];

    [Fact]
    public void Grid_DoesNotShrink() => Assert.Equal(GridSize, EffectSizeGrid.Datasets.Sum(data => EffectSizeGrid.Specs(data).Count()));

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task EveryMeasure_AgreesWithR(string name)
    {
        var session = SharedSessions.Of(RSessionMode.InProcess);
        var reference = await MetaforReference.OpenAsync(session);
        var data = await new MetadatLibrary(session).LoadAsync(name);
        foreach (var spec in EffectSizeGrid.Specs(name))
        {
            await CompareAsync(session, Version.Parse(reference.Metafor), spec, data);
        }
    }

    [Theory]
    [InlineData("RR")]
    [InlineData("OR")]
    [InlineData("RD")]
    [InlineData("PETO")]
    [InlineData("PBIT")]
    [InlineData("YUQ")]
    [InlineData("OR2DL")]
    [InlineData("MPOR")]
    [InlineData("MPRR")]
    [InlineData("MPORM")]
    [InlineData("PHI")]
    [InlineData("AS")]
    public async Task EveryZeroCellRule_AgreesWithR(string measure)
    {
        var data = new Dataset("tables",
        [
            new NumberColumn("a", [0, 3, 0, 5, 10, 7, 2]), new NumberColumn("b", [10, 9, 10, 0, 0, 3, 8]),
            new NumberColumn("c", [2, 4, 0, 6, 10, 5, Na.Real]), new NumberColumn("d", [8, 8, 10, 0, 0, 5, 8]),
            new NumberColumn("r", [0.1, 0.2, 0.3, 0.4, 0.1, 0.2, 0.1]),
        ]);
        var spec = new EffectSpec
        {
            Measure = Keywords<EffectMeasure>.Parse(measure, "measure"), Ai = "a", Bi = "b", Ci = "c", Di = "d", Ri = measure == "MPORM" ? "r" : null,
        };
        var session = SharedSessions.Of(RSessionMode.InProcess);
        var version = Version.Parse((await MetaforReference.OpenAsync(session)).Metafor);

        // With addvi = FALSE, metafor's MPORM takes counts before and after the addition into one covariance, which is no definition.
        foreach (var variant in Variants(spec).Where(variant => measure != "MPORM" || variant.AddToVariance))
        {
            await CompareAsync(session, version, variant, data);
        }
    }

    [Theory]
    [InlineData("IRR")]
    [InlineData("IRD")]
    [InlineData("IRSD")]
    [InlineData("PR")]
    [InlineData("PLN")]
    [InlineData("PLO")]
    [InlineData("PAS")]
    [InlineData("PFT")]
    [InlineData("IR")]
    [InlineData("IRLN")]
    [InlineData("IRS")]
    [InlineData("IRFT")]
    public async Task EveryZeroCountRule_AgreesWithR(string measure)
    {
        var data = new Dataset("counts",
        [
            new NumberColumn("x", [0, 3, 0, 10, 7]), new NumberColumn("y", [2, 4, 0, 6, Na.Real]),
            new NumberColumn("s", [10, 20, 30.5, 10, 14]), new NumberColumn("t", [11, 19, 25, 10, 12.5]),
        ]);
        var word = Keywords<EffectMeasure>.Parse(measure, "measure");
        var spec = measure is "IRR" or "IRD" or "IRSD"
            ? new EffectSpec { Measure = word, X1i = "x", X2i = "y", T1i = "s", T2i = "t" }
            : measure[0] == 'P'
                ? new EffectSpec { Measure = word, Xi = "x", Ni = "s" }
                : new EffectSpec { Measure = word, Xi = "x", Ti = "t" };
        var session = SharedSessions.Of(RSessionMode.InProcess);
        var version = Version.Parse((await MetaforReference.OpenAsync(session)).Metafor);
        foreach (var variant in Variants(spec))
        {
            await CompareAsync(session, version, variant, data);
        }
    }

    private static IEnumerable<EffectSpec> Variants(EffectSpec spec) =>
        from rule in Enum.GetValues<AddRule>()
        from add in (double?[])[null, 0.25]
        from drop in (bool[])[false, true]
        from variant in (EffectSpec[])
        [
            spec,
            spec with { AddToFirstOutcomeOnly = true },
            spec with { AddToEffect = false },
            spec with { AddToVariance = false },
            spec with { AddToFirstOutcomeOnly = true, AddToVariance = false },
        ]
        select variant with { AddTo = rule, Add = add, Drop00 = drop };

    private static async Task CompareAsync(IRSession session, Version version, EffectSpec spec, Dataset data)
    {
        var call = new RCall("metafor::escalc");
        EffectCall.AddTo(call, spec, version, "data");
        var code = $"x <- suppressWarnings({call.With("data", "data")})\nlist(as.numeric(x$yi), as.numeric(x$vi), as.numeric(attr(x$yi, \"ni\")))";
        var evaluation = await session.EvaluateAsync(code, new Dictionary<string, RValue> { ["data"] = data.ToDataFrame() });
        var theirs = ((RList)evaluation.Value).Values.Select(value => ((RDoubleVector)value).Values).ToArray();
        var ours = EffectSizeCalculator.Calculate(spec, data);
        for (var i = 0; i < ours.Yi.Length; i++)
        {
            var scale = 1e-3 * Math.Sqrt(theirs[1][i]);
            AssertClose(theirs[0][i], ours.Yi[i], scale, $"{data.Name}: {call} yi[{i}]");
            AssertClose(theirs[1][i], ours.Vi[i], 0, $"{data.Name}: {call} vi[{i}]");
            AssertClose(theirs[2][i], ours.Ni![i], 0, $"{data.Name}: {call} ni[{i}]");
        }
    }

    private static void AssertClose(double expected, double actual, double scale, string what)
    {
        var isClose = double.IsNaN(expected)
            ? double.IsNaN(actual)
            : Math.Abs(expected - actual) <= Exact * Math.Max(Math.Max(Math.Abs(expected), Math.Abs(actual)), scale);
        Assert.True(isClose, FormattableString.Invariant($"{what}: R {expected:R}, ours {actual:R}"));
    }
}
