using System.Globalization;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.Plots.Tests;

/// <summary>Fits with the numbers of R.</summary>
/// <remarks>
/// R 4.2.2, metafor 3.8-1, metadat 1.2-0, 17 significant digits:
/// <c>d &lt;- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)</c>, <c>rma(yi, vi, data=d,
/// control=list(threshold=1e-12, maxiter=1000))</c>, the same with <c>method="EE"</c>, <c>test="knha"</c>, <c>mods=~ablat</c>, and <c>predict()</c>.
/// </remarks>
internal static class Fits
{
    public const double Tau2 = 0.3132432581364859;

    public static readonly double[] Yi =
    [
        -0.88931133392020545, -1.5853886572014306, -1.3480731482996933, -1.4415511900213054, -0.21754732221129558, -0.78611558581886398,
        -1.6208982235983918, 0.011952333523840508, -0.4694176487381494, -1.3713448034727844, -0.33935882833839059, 0.44591340057137874,
        -0.017313948216879815,
    ];

    public static readonly double[] Vi =
    [
        0.32558476500396133, 0.19458112139814385, 0.41536796536796539, 0.020010031902247573, 0.051210172169630863, 0.0069056184559087574,
        0.22301724757231517, 0.0039615792978177295, 0.056434210463248966, 0.07302479361302891, 0.01241221397155972, 0.53250584520015276,
        0.071404659683986293,
    ];

    public static readonly string[] Labels =
    [
        "Aronson, 1948", "Ferguson & Simes, 1949", "Rosenthal et al, 1960", "Hart & Sutherland, 1977", "Frimodt-Moller et al, 1973",
        "Stein & Aronson, 1953", "Vandiviere et al, 1973", "TPT Madras, 1980", "Coetzee & Berjak, 1968", "Rosenthal et al, 1961",
        "Comstock et al, 1974", "Comstock & Webster, 1969", "Comstock et al, 1976",
    ];

    /// <summary>REML, z.</summary>
    public static UnivariateFit Bcg => Summary(Yi, Vi, Labels, -0.71453234215813966, 0.1797815161052069, -1.0668976388103528, -0.36216704550592649, Tau2) with
    {
        Measure = EffectMeasure.RiskRatio,
        ISquared = 92.221384521269073,
        ResidualHeterogeneity = new(152.23300808237329, 12, double.NaN, 1.9967645908459738e-26),
    };

    /// <summary>REML, Knapp-Hartung.</summary>
    public static UnivariateFit BcgKnappHartung => Summary(
        Yi, Vi, Labels, -0.71453234215813966, 0.18079174409284798, -1.1084437136855514, -0.32062097063072803, Tau2) with
    {
        Measure = EffectMeasure.RiskRatio,
        Test = CoefficientTest.KnappHartung,
        VarianceScale = 1.0112699719668392,
        DegreesOfFreedom = 12,
    };

    /// <summary>Equal effects.</summary>
    public static UnivariateFit BcgEqualEffects => Summary(
        Yi, Vi, Labels, -0.43028516365409092, 0.040498751710863812, -0.5096612584262139, -0.35090906888196793, 0) with
    {
        Measure = EffectMeasure.RiskRatio,
        Method = HeterogeneityMethod.EqualEffects,
    };

    /// <summary>REML with <c>~ ablat</c> and Knapp-Hartung, with predictions.</summary>
    public static UnivariateFit BcgAblat => Bcg with
    {
        Test = CoefficientTest.KnappHartung,
        Coefficients = Table(
            ["intrcpt", "ablat"],
            [0.25146821000695357, -0.029101725011642862],
            [0.28392528374388931, 0.0082014174110498425],
            [-0.37344712608815483, -0.047152923025080756],
            [0.87638354610206193, -0.011050526998204965]),
        TauSquared = new(0.076347963955919307, double.NaN, Optimality.Unknown),
        VarianceScale = 1.2992021589784186,
        DegreesOfFreedom = 11,
        Predictions = new(
            [-1.0290076905053323, -1.3491266656334038, -0.9708042404820465, -1.2618214905984753, -0.12685421514440365, -1.0290076905053323,
                -0.30146456521426085, -0.12685421514440365, -0.53427836530740369, -0.9708042404820465, -0.27236284020261797,
                -0.70888871537726095, -0.70888871537726095],
            [0.15999864383962836, 0.22921677647764471, 0.14983353974525918, 0.20875471593773945, 0.19300865630939967, 0.15999864383962836,
                0.15782103281201232, 0.19300865630939967, 0.12641655260869808, 0.14983353974525918, 0.1631828401788942, 0.1222150046001048,
                0.1222150046001048],
            [-1.3811623312311418, -1.8536293891047422, -1.3005856379453629, -1.7212875224765856, -0.55166340345061993, -1.3811623312311418,
                -0.6488263163838357, -0.55166340345061993, -0.81251932158909224, -1.3005856379453629, -0.63152584981796989,
                -0.9778821268426231, -0.9778821268426231],
            [-0.67685304977952265, -0.84462394216206538, -0.64102284301873014, -0.80235545872036496, 0.29795497316181263, -0.67685304977952265,
                0.045897185955314002, 0.29795497316181263, -0.25603740902571515, -0.64102284301873014, 0.086800169412733941,
                -0.43989530391189879, -0.43989530391189879],
            [-1.7317651568375609, -2.1393026988633208, -1.6626213663280516, -2.0240315665951041, -0.86868843649736593, -1.7317651568375609,
                -1.0018325768171348, -0.86868843649736593, -1.2030632300086901, -1.6626213663280516, -0.97865826916766996,
                -1.3738794077277203, -1.3738794077277203],
            [-0.32625022417310345, -0.55895063240348652, -0.27898711463604131, -0.49961141460184666, 0.61498000620855864, -0.32625022417310345,
                0.39890344638861303, 0.61498000620855864, 0.13450649939388282, -0.27898711463604131, 0.43393258876243407,
                -0.043898023026801569, -0.043898023026801569]),
    };

    /// <summary>A fit with an intercept only; what plots don't look at is NaN or 0.</summary>
    public static UnivariateFit Summary(
        double[] yi, double[] vi, IReadOnlyList<string> labels, double estimate, double error, double lower, double upper, double tau2) => new()
        {
            Engine = "R",
            Method = HeterogeneityMethod.Reml,
            Test = CoefficientTest.Normal,
            Level = 95,
            Coefficients = Table(["intrcpt"], [estimate], [error], [lower], [upper]),
            Covariance = [error * error],
            TauSquared = new(tau2, double.NaN, Optimality.Unknown),
            ISquared = 0,
            HSquared = 1,
            RSquared = double.NaN,
            TypicalVariance = double.NaN,
            ResidualHeterogeneity = new(0, yi.Length - 1, double.NaN, 1),
            OmnibusTest = new(0, 1, double.NaN, 1),
            TestedCoefficients = [0],
            DegreesOfFreedom = double.NaN,
            VarianceScale = 1,
            MaximumLikelihood = new(0, 0, 0, 0, 0),
            RestrictedLikelihood = new(0, 0, 0, 0, 0),
            ParameterCount = 2,
            HasIntercept = true,
            Studies = new(yi, vi, labels, [.. Enumerable.Range(0, yi.Length)], []),
        };

    /// <summary>An equal-effects fit in closed form, for the shape of plots where the numbers don't matter.</summary>
    public static UnivariateFit Simple(double[] yi, double[] vi, IReadOnlyList<string>? labels = null)
    {
        var weight = vi.Sum(v => 1 / v);
        var estimate = yi.Select((y, i) => y / vi[i]).Sum() / weight;
        var error = Math.Sqrt(1 / weight);
        labels ??= [.. Enumerable.Range(1, yi.Length).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        return Summary(yi, vi, labels, estimate, error, estimate - (1.96 * error), estimate + (1.96 * error), 0);
    }

    private static CoefficientTable Table(string[] names, double[] estimates, double[] errors, double[] lower, double[] upper) =>
        new(names, estimates, errors, new double[names.Length], new double[names.Length], lower, upper);
}
