using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Sessions;

/// <summary>The package that everything is compared with runs in both kinds of session.</summary>
public class MetaforTests
{
    // R 4.2.2, metafor 3.8-1, metadat 1.2-0: print(rma(yi, vi, data = escalc("RR", tpos, tneg, cpos, cneg, data = dat.bcg))$tau2, digits = 17)
    // with the default control, whose iteration stops at 1e-5: the remaining freedom is that of the linear algebra library.
    private const double TauSquared = 0.3132433259808949;
    private const double Rounding = 1e-13;

    public static TheoryData<RSessionMode> Modes => SharedSessions.Modes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Metafor_FitsTheVaccineTrials(RSessionMode mode)
    {
        var session = SharedSessions.Of(mode);
        var result = await session.EvaluateAsync(
            "effects <- metafor::escalc(measure = 'RR', ai = tpos, bi = tneg, ci = cpos, di = cneg, data = metadat::dat.bcg); " +
            "metafor::rma(yi, vi, data = effects)$tau2");
        Assert.Equal(TauSquared, Assert.IsType<RDoubleVector>(result.Value).Values[0], Rounding);
        var loaded = await session.EvaluateAsync("c('metafor', 'metadat', 'Matrix', 'mathjaxr') %in% loadedNamespaces()");
        Assert.Equal([true, true, true, true], ((RLogicalVector)loaded.Value).Values);
    }
}
