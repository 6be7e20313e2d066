using MetaBridge.Specs;

namespace MetaBridge.RInterop.Tests.Reference;

/// <summary>Which columns of which datasets of metadat serve which measures.</summary>
internal static class EffectSizeGrid
{
    private static readonly (string Measure, string[] Types)[] Tables =
    [
        ("RR", ["LS"]), ("OR", ["LS"]), ("RD", ["LS", "UB", "AV"]), ("AS", ["LS"]), ("PETO", ["LS"]), ("PHI", ["LS", "ST", "CS"]),
        ("YUQ", ["LS"]), ("YUY", ["LS"]), ("PBIT", ["LS"]), ("OR2DL", ["LS"]), ("OR2DN", ["LS"]),
        ("MPRD", ["LS"]), ("MPRR", ["LS"]), ("MPOR", ["LS"]), ("MPORC", ["LS"]), ("MPPETO", ["LS"]),
    ];

    private static readonly (string Measure, string[] Types)[] Means =
    [
        ("MD", ["LS", "HO"]), ("SMD", ["LS", "LS2", "UB", "AV"]), ("SMD1", ["LS", "LS2", "UB", "AV"]), ("ROM", ["LS", "HO", "AV", "AVHO"]),
        ("VR", ["LS"]), ("RPB", ["LS", "ST", "CS"]), ("RBIS", ["LS"]), ("D2ORL", ["LS"]), ("D2ORN", ["LS"]),
    ];

    private static readonly (string Measure, string[] Types)[] Proportions =
        [("PR", ["LS", "UB", "AV"]), ("PLN", ["LS", "AV"]), ("PLO", ["LS", "AV"]), ("PAS", ["LS"]), ("PFT", ["LS"])];

    private static readonly (string Measure, string[] Types)[] Rates = [("IR", ["LS"]), ("IRLN", ["LS"]), ("IRS", ["LS"]), ("IRFT", ["LS"])];

    private static readonly (string Measure, string[] Types)[] Incidence = [("IRR", ["LS"]), ("IRD", ["LS"]), ("IRSD", ["LS"])];

    private static readonly (string Measure, string[] Types)[] OneMean =
        [("MN", ["LS"]), ("SMN", ["LS"]), ("MNLN", ["LS"]), ("CVLN", ["LS"]), ("SDLN", ["LS"])];

    private static readonly (string Measure, string[] Types)[] OneMeanBelowZero = [("MN", ["LS"]), ("SMN", ["LS"]), ("SDLN", ["LS"])];

    private static readonly (string Measure, string[] Types)[] Correlations = [("COR", ["LS", "AV"]), ("ZCOR", ["LS"])];

    private static readonly (string Measure, string[] Types)[] SemiPartial = [("SPCOR", ["LS", "AV"])];

    private static readonly (string Measure, string[] Types)[] Alpha = [("ARAW", ["LS"]), ("AHW", ["LS"]), ("ABT", ["LS"])];

    private static readonly (string Measure, string[] Types)[] Genotypes = [("REH", ["LS"])];

    private static readonly (string Data, string Columns, (string Measure, string[] Types)[] Measures)[] Places =
    [
        ("dat.anand1999", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.axfors2021", "ai=hcq_arm_event n1i=hcq_arm_total ci=control_arm_event n2i=control_arm_total", Tables),
        ("dat.bcg", "ai=tpos bi=tneg ci=cpos di=cneg", Tables),
        ("dat.bourassa1996", "ai=lh.le bi=lh.re ci=rh.le di=rh.re", Tables),
        ("dat.cannon2006", "ai=ep1t n1i=nt ci=ep1c n2i=nc", Tables),
        ("dat.colditz1994", "ai=tpos bi=tneg ci=cpos di=cneg", Tables),
        ("dat.collins1985a", "ai=b.xti n1i=nti ci=b.xci n2i=nci", Tables),
        ("dat.collins1985a", "ai=d.xti n1i=nti ci=d.xci n2i=nci", Tables),
        ("dat.collins1985b", "ai=pre.xti n1i=pre.nti ci=pre.xci n2i=pre.nci", Tables),
        ("dat.dagostino1998", "ai=xt n1i=nt ci=xc n2i=nc", Tables),
        ("dat.damico2009", "ai=xt n1i=nt ci=xc n2i=nc", Tables),
        ("dat.dorn2007", "ai=x.a n1i=n.a ci=x.p n2i=n.p", Tables),
        ("dat.egger2001", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.fine1993", "ai=e1i n1i=nei ci=c1i n2i=nci", Tables),
        ("dat.gibson2002", "ai=ai bi=bi ci=ci di=di", Tables),
        ("dat.graves2010", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.hahn2001", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.hart1999", "ai=x1i n1i=n1i ci=x2i n2i=n2i", Tables),
        ("dat.hartmannboyce2018", "ai=x.nrt n1i=n.nrt ci=x.ctrl n2i=n.ctrl", Tables),
        ("dat.hine1989", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.kearon1998", "ai=tp n1i=np ci=tn n2i=nn", Tables),
        ("dat.landenberger2005", "ai=n.cbt.rec bi=n.cbt.non ci=n.ctrl.rec di=n.ctrl.non", Tables),
        ("dat.laopaiboon2015", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.lau1992", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.lee2004", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.li2007", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.linde2005", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.linde2015", "ai=resp1 n1i=n1 ci=resp2 n2i=n2", Tables),
        ("dat.nielweise2007", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.vanhowe1999", "ai=non.pos bi=non.neg ci=cir.pos di=cir.neg", Tables),
        ("dat.viechtbauer2021", "ai=xTi n1i=nTi ci=xCi n2i=nCi", Tables),
        ("dat.yusuf1985", "ai=ai n1i=n1i ci=ci n2i=n2i", Tables),
        ("dat.hart1999", "x1i=x1i x2i=x2i t1i=t1i t2i=t2i", Incidence),
        ("dat.nielweise2008", "x1i=x1i x2i=x2i t1i=t1i t2i=t2i", Incidence),
        ("dat.hart1999", "xi=x1i ti=t1i", Rates),
        ("dat.nielweise2008", "xi=x2i ti=t2i", Rates),
        ("dat.curtis1998", "m1i=m1i m2i=m2i sd1i=sd1i sd2i=sd2i n1i=n1i n2i=n2i", Means),
        ("dat.dagostino1998", "m1i=mt m2i=mc sd1i=sdt sd2i=sdc n1i=nt n2i=nc", Means),
        ("dat.franchini2012", "m1i=y1 m2i=y2 sd1i=sd1 sd2i=sd2 n1i=n1 n2i=n2", Means),
        ("dat.gibson2002", "m1i=m1i m2i=m2i sd1i=sd1i sd2i=sd2i n1i=n1i n2i=n2i", Means),
        ("dat.michael2013", "m1i=Brain_m m2i=No_brain_m sd1i=Brain_s sd2i=No_brain_s n1i=Brain_n n2i=No_brain_n", Means),
        ("dat.normand1999", "m1i=m1i m2i=m2i sd1i=sd1i sd2i=sd2i n1i=n1i n2i=n2i", Means),
        ("dat.stowe2010", "m1i=y1 m2i=y2 sd1i=sd1 sd2i=sd2 n1i=n1 n2i=n2", Means),
        ("dat.normand1999", "mi=m1i sdi=sd1i ni=n1i", OneMean),
        ("dat.senn2013", "mi=mi sdi=sdi ni=ni", OneMeanBelowZero),
        ("dat.cohen1981", "ri=ri ni=ni", Correlations),
        ("dat.craft2003", "ri=ri ni=ni", Correlations),
        ("dat.crede2010", "ri=ri ni=ni", Correlations),
        ("dat.mcdaniel1994", "ri=ri ni=ni", Correlations),
        ("dat.molloy2014", "ri=ri ni=ni", Correlations),
        ("dat.nakagawa2007", "ri=Correlation ni=SampleSize", Correlations),
        ("dat.white2020", "ri=r ni=n", Correlations),
        ("dat.aloe2013", "ti=tval ni=n mi=preds r2i=R2", SemiPartial),
        ("dat.bonett2010", "ai=ai mi=mi ni=ni", Alpha),
        ("dat.frank2008", "ai=bc.ins.ins bi=bc.ins.del ci=bc.del.del", Genotypes),
        ("dat.baker2009", "xi=exac ni=total", Proportions),
        ("dat.debruin2009", "xi=xi mi=mi", Proportions),
        ("dat.dogliotti2014", "xi=stroke ni=total", Proportions),
        ("dat.dong2013", "xi=death ni=randomized", Proportions),
        ("dat.gurusamy2011", "xi=death ni=n", Proportions),
        ("dat.hannum2020", "xi=xi ni=ni", Proportions),
        ("dat.hasselblad1998", "xi=xi ni=ni", Proportions),
        ("dat.obrien2003", "xi=cases ni=total", Proportions),
        ("dat.pagliaro1992", "xi=xi ni=ni", Proportions),
        ("dat.pritz1997", "xi=xi ni=ni", Proportions),
        ("dat.woods2010", "xi=r ni=N", Proportions),
    ];

    /// <summary>The datasets of the grid.</summary>
    public static IEnumerable<string> Datasets => Places.Select(place => place.Data).Distinct();

    /// <summary>All specifications over a dataset. Log ratios come without the bias correction, which the oldest version lacks.</summary>
    public static IEnumerable<EffectSpec> Specs(string data) =>
        from place in Places
        where place.Data == data
        from measure in place.Measures
        from type in measure.Types
        select place.Columns.Split(' ').Select(pair => pair.Split('=')).Aggregate(
            new EffectSpec { Measure = Keywords<EffectMeasure>.Parse(measure.Measure, "measure"), Vtype = type, Correct = false },
            (spec, pair) => ColumnRole.All.Single(role => role.Name == pair[0]).Set(spec, pair[1]));
}
