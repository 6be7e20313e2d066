using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Network;
using MetaBridge.Specs;
using Xunit;
using static MetaBridge.Tests.Multilevel.Sampling.SamplingFixtures;

namespace MetaBridge.Tests.Multilevel.Network;

/// <summary>A network by contrasts from its raw columns: dat.senn2013 (mean changes of HbA1c, Senn et al., 2013).</summary>
/// <remarks>
/// Expected: metafor 3.8-1, V by vcalc(grp1, grp2, w1, w2), X by contrmat, random = ~ comp | study with rho = 1/2, REML, the better of nlminb and nlm, tightened;
/// effect sizes rounded to 6 and variances to 8 digits on both sides.
/// </remarks>
public sealed class NetworkTests
{
    private static readonly string[] Studies =
    [
        "Alex (1998)", "Baksi (2004)", "Costa (1997)", "Davidson (2007)", "De Fronzo (1995)", "Derosa (2004)", "Garber (2008)",
        "Gonzalez-Ortiz (2004)", "Hanefeld (2004)", "Hermansen (2007)", "Johnston (1994)", "Johnston (1998a)", "Johnston (1998b)",
        "Kerenyi (2004)", "Kim (2007)", "Kipnes (2001)", "Lewin (2007)", "Moulin (2006)", "Oyama (2008)", "Rosenstock (2008)",
        "Stucci (1996)", "Vongthavaravat (2002)", "Willms (1999)", "Willms (1999)", "Wolffenbuttel (1999)", "Yang (2003)", "Zhu (2003)",
    ];

    private static readonly string[] First =
    [
        "metformin", "rosiglitazone", "acarbose", "rosiglitazone", "metformin", "pioglitazone", "vildagliptin", "metformin", "metformin",
        "sitagliptin", "miglitol", "miglitol", "miglitol", "rosiglitazone", "metformin", "pioglitazone", "metformin", "benfluorex",
        "acarbose", "rosiglitazone", "benfluorex", "rosiglitazone", "acarbose", "metformin", "rosiglitazone", "metformin",
        "rosiglitazone",
    ];

    private static readonly string[] Second =
    [
        "sulfonylurea", "placebo", "placebo", "placebo", "placebo", "rosiglitazone", "placebo", "placebo", "pioglitazone", "placebo",
        "placebo", "placebo", "placebo", "placebo", "rosiglitazone", "placebo", "placebo", "placebo", "sulfonylurea", "placebo",
        "placebo", "sulfonylurea", "placebo", "placebo", "placebo", "rosiglitazone", "placebo",
    ];

    private static readonly string[] Comparisons =
    [
        "me-su", "ro-pl", "ac-pl", "ro-pl", "me-pl", "pi-ro", "vi-pl", "me-pl", "me-pi", "si-pl", "mi-pl", "mi-pl", "mi-pl", "ro-pl",
        "me-ro", "pi-pl", "me-pl", "be-pl", "ac-su", "ro-pl", "be-pl", "ro-su", "ac-pl", "me-pl", "ro-pl", "me-ro", "ro-pl",
    ];

    private static readonly double[] Yi =
    [
        -0.37, -1.3, -0.8, -1.34, -1.9, 0.1, -0.7, -0.4, -0.16, -0.57, -0.74, -1.41, -0.68, -0.77, 0, -1.3, -0.82, -1.01, -0.4, -1.09,
        -0.23, -1.2, -1, -1.2, -1.1, 0.14, -1.5,
    ];

    private static readonly double[] Vi =
    [
        0.01401584, 0.01027864, 0.02049655, 0.02058425, 0.01999819, 0.03350794, 0.01619967, 0.18972209, 0.00720036, 0.0166717,
        0.03380491, 0.04997153, 0.07998694, 0.01162173, 0.05471524, 0.01609083, 0.00983825, 0.01866565, 0.02398185, 0.05120182,
        0.12018214, 0.02060862, 0.21804181, 0.14122776, 0.01302921, 0.05012868, 0.02638524,
    ];

    private static readonly double[] N1 =
    [
        291, 218, 36, 117, 213, 45, 132, 34, 320, 106, 68, 91, 49, 160, 56, 182, 431, 161, 41, 59, 28, 164, 31, 29, 183, 96, 210,
    ];

    private static readonly double[] N2 =
    [
        300, 233, 29, 116, 209, 42, 144, 37, 319, 106, 63, 43, 34, 154, 57, 181, 144, 156, 43, 57, 30, 170, 29, 29, 192, 102, 105,
    ];

    private static readonly double[] Beta =
        [-0.839549162915, -0.736531765425, -1.12985362814, -0.949873543999, -1.13005144829, -1.23405089236, -0.57, -0.41752446869, -0.7];

    private static readonly double[] Se =
        [0.241998426199, 0.278125379508, 0.150269163514, 0.225654929257, 0.212456170678, 0.123719078027, 0.342230611619, 0.233055110481, 0.341540278048];

    [Fact]
    public void Fit_OfContrasts_IsMetafors()
    {
        var contrasts = ContrastMatrix.Of(First, Second);
        var fit = Fit(contrasts);

        Assert.Equal("placebo", contrasts.Groups[^1]);
        Near([0.100450091529], [fit.TauSquared[0].Value], 0, 1e-6);
        Assert.Equal(-7.70954152252, fit.RestrictedLikelihood.LogLikelihood, 1e-8);
        Near(Beta, fit.Coefficients.Estimates, 0.1, 1e-6);
        Near(Se, fit.Coefficients.StandardErrors, 0, 1e-6);
        Near([96.9856746225], [fit.ResidualHeterogeneity.Statistic], 0, 1e-9);
    }

    [Fact]
    public void PairwiseContrasts_OfANetwork_AreMetaforsLinearHypotheses()
    {
        var contrasts = ContrastMatrix.Of(First, Second);
        var fit = Fit(contrasts);
        var pairs = PairwiseContrasts.Of(fit.Coefficients, fit.Covariance, reference: contrasts.Groups[^1]);

        Assert.Equal(45, pairs.Count);
        var (a, b) = (pairs.Names.ToList().IndexOf("metformin-rosiglitazone"), pairs.Names.ToList().IndexOf("benfluorex-vildagliptin"));
        Near([0.104197264218, -0.0365317654248], [pairs.Estimates[a], pairs.Estimates[b]], 1, 1e-6);
        Near([0.16073722093, 0.440458270731], [pairs.StandardErrors[a], pairs.StandardErrors[b]], 0, 1e-6);
        Near([0.516825839289, 0.933898965758], [pairs.PValues[a], pairs.PValues[b]], 0, 1e-5);
        // Against the reference they are the coefficients themselves.
        Near(fit.Coefficients.StandardErrors[0], pairs.StandardErrors[pairs.Names.ToList().IndexOf("acarbose-placebo")], 0, 1e-12);
    }

    [Fact]
    public void Fit_WithAnotherReference_HasTheSameComparisons()
    {
        var own = Fit(ContrastMatrix.Of(First, Second));
        var other = ContrastMatrix.Of(First, Second, last: "metformin");
        var fit = Fit(other);
        var pairs = PairwiseContrasts.Of(fit.Coefficients, fit.Covariance, reference: "metformin");

        Assert.Equal(own.RestrictedLikelihood.LogLikelihood, fit.RestrictedLikelihood.LogLikelihood, 1e-8);
        Near(own.Coefficients.Estimates[0], pairs.Estimates[pairs.Names.ToList().IndexOf("acarbose-placebo")], 1, 1e-6);
    }

    [Fact]
    public void ContrastMatrix_OrderShorteningAndNames_AreMetafors()
    {
        var m = ContrastMatrix.Of(["B b", "C-c", "A", "B b"], ["A", "A", "C-c", "C-c"]);
        Assert.Equal(["B.b", "C.c", "A"], m.Names);
        Assert.Equal([1, 0, -1, 0, 1, -1, 0, -1, 1, 1, -1, 0], m.Values);
        Assert.Equal(["B b", "C-c", "A"], ContrastMatrix.Of(["B b", "C-c", "A"], ["A", "A", "C-c"], makesNamesValid: false).Names);
        Assert.Equal(["A", "b", "Z", "q"], ContrastMatrix.Of(["Z", "b", "A"], ["q", "q", "q"]).Names);
        Assert.Equal(["m", "meta", "metf", "plac", "plan"], ContrastMatrix.Of(["metformin", "metabolic", "placebo", "m"], ["plan", "plan", "plan", "plan"], shortenTo: 2).Names);
        Assert.Equal(["gro", "no.", "sel", "ind"], ContrastMatrix.Of(["self help", "no contact", "group"], ["individual", "individual", "individual"], shortenTo: 3).Names);
        Assert.Equal(["X2", "X3", "X1"], ContrastMatrix.Of(["3", "2"], ["1", "1"]).Names);
        Assert.Equal(ErrorCode.UnknownName, Assert.Throws<MetaBridgeException>(() => ContrastMatrix.Of(["a"], ["b"], last: "c")).Code);
        Assert.Equal(ErrorCode.LengthMismatch, Assert.Throws<MetaBridgeException>(() => ContrastMatrix.Of(["a"], [])).Code);
    }

    private static MultilevelFit Fit(ContrastMatrix contrasts)
    {
        var data = new Dataset("senn", [
            new TextColumn("study", Studies), new TextColumn("t1", First), new TextColumn("t2", Second), new TextColumn("comp", Comparisons),
            new NumberColumn("yi", Yi), new NumberColumn("vi", Vi), new NumberColumn("n1", N1), new NumberColumn("n2", N2),
        ]);
        var spec = new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
            Covariance = new CovarianceSpec { Cluster = "study", Group1 = "t1", Group2 = "t2", Weight1 = "n1", Weight2 = "n2" },
            Moderators = "~ " + string.Join(" + ", contrasts.Names.SkipLast(1)) + " - 1",
            Random = ["~ comp | study"],
            Rho = [0.5],
        };
        return (MultilevelFit)MetaAnalysis.Fit(spec, contrasts.AppendTo(data));
    }
}
