using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>How the columns of a family of measures stand in a long format and in a table (metafor's <c>to.long</c> and <c>to.table</c>).</summary>
/// <param name="Measures">The words of the measures.</param>
/// <param name="Groups">The roles of each row of a table.</param>
/// <param name="RowName">Name of the column that tells the rows apart; null for one row.</param>
/// <param name="Long">Names of the columns in the long format.</param>
/// <param name="Rows">Names of the rows of a table.</param>
/// <param name="Columns">Names of its columns.</param>
internal sealed record ReshapeFamily(
    string[] Measures, EffectRole[][] Groups, string? RowName, string[] Long, string[] Rows, string[] Columns)
{
    private const EffectRole Ai = EffectRole.Ai, Bi = EffectRole.Bi, Ci = EffectRole.Ci, Di = EffectRole.Di;

    private static readonly string[] Outcomes = ["Out1", "Out2"];
    private static readonly string[] TwoGroups = ["Grp1", "Grp2"];
    private static readonly string[] OneGroup = ["Grp"];

    private static readonly ReshapeFamily[] All =
    [
        new(["RR", "OR", "RD", "AS", "PETO", "PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET", "PBIT", "OR2D", "OR2DN", "OR2DL", "MPORM"],
            [[Ai, Bi], [Ci, Di]], "group", ["out1", "out2"], TwoGroups, Outcomes),
        new(["MPRD", "MPRR", "MPOR"], [[Ai, Bi], [Ci, Di]], "time", ["out1", "out2"], ["Time1", "Time2"], Outcomes) { OfMargins = true },
        new(["MPORC", "MPPETO"], [[Ai, Bi], [Ci, Di]], "out.time1", ["out1.time2", "out2.time2"], ["Time1.Out1", "Time1.Out2"], ["Time2.Out1", "Time2.Out2"]),
        new(["IRR", "IRD", "IRSD"], [[EffectRole.X1i, EffectRole.T1i], [EffectRole.X2i, EffectRole.T2i]], "group", ["events", "ptime"], TwoGroups, ["Events", "Person-Time"]),
        new(["MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "RPB", "ZPB", "RBIS", "ZBIS", "D2OR", "D2ORN", "D2ORL", "CVR", "CLESN", "AUCN"],
            [[EffectRole.M1i, EffectRole.Sd1i, EffectRole.N1i], [EffectRole.M2i, EffectRole.Sd2i, EffectRole.N2i]], "group", ["mean", "sd", "n"], TwoGroups, ["Mean", "SD", "n"]),
        new(["VR"], [[EffectRole.Sd1i, EffectRole.N1i], [EffectRole.Sd2i, EffectRole.N2i]], "group", ["sd", "n"], TwoGroups, ["SD", "n"]),
        new(["COR", "UCOR", "ZCOR"], [[EffectRole.Ri, EffectRole.Ni]], null, ["r", "n"], OneGroup, ["r", "n"]),
        new(["PR", "PLN", "PLO", "PRZ", "PAS", "PFT"], [[EffectRole.Xi, EffectRole.Mi]], null, ["out1", "out2"], OneGroup, Outcomes),
        new(["IR", "IRLN", "IRS", "IRFT"], [[EffectRole.Xi, EffectRole.Ti]], null, ["events", "ptime"], OneGroup, ["Events", "Person-Time"]),
        new(["MN", "SMN", "MNLN", "CVLN"], [[EffectRole.Mi, EffectRole.Sdi, EffectRole.Ni]], null, ["mean", "sd", "n"], OneGroup, ["Mean", "SD", "n"]),
        new(["SDLN"], [[EffectRole.Sdi, EffectRole.Ni]], null, ["sd", "n"], OneGroup, ["SD", "n"]),
        new(["MC", "SMCC", "SMCRH", "SMCRP", "SMCRPH", "ROMC", "CVRC", "CLESCN", "AUCCN"],
            [[EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.Ni, EffectRole.Ri]], null,
            ["mean1", "mean2", "sd1", "sd2", "n", "r"], OneGroup, ["Mean1", "Mean2", "SD1", "SD2", "n", "r"]),
        new(["SMCR"], [[EffectRole.M1i, EffectRole.M2i, EffectRole.Sd1i, EffectRole.Ni, EffectRole.Ri]], null,
            ["mean1", "mean2", "sd1", "n", "r"], OneGroup, ["Mean1", "Mean2", "SD1", "n", "r"]),
        new(["VRC"], [[EffectRole.Sd1i, EffectRole.Sd2i, EffectRole.Ni, EffectRole.Ri]], null, ["sd1", "sd2", "n", "r"], OneGroup, ["SD1", "SD2", "n", "r"]),
        new(["ARAW", "AHW", "ABT"], [[Ai, EffectRole.Mi, EffectRole.Ni]], null, ["alpha", "m", "n"], OneGroup, ["alpha", "m", "n"]),
    ];

    /// <summary>Whether the table has the margins of a table of pairs: outcomes at either time.</summary>
    public bool OfMargins { get; private init; }

    /// <summary>Whether the columns of a table are counts of two outcomes, so that they can stand below each other too.</summary>
    public bool HasOutcomes => ReferenceEquals(Columns, Outcomes);

    /// <summary>The roles that the zero-cell rules look at.</summary>
    public EffectRole[] Cells => Measures[0] switch
    {
        "ARAW" => [],
        "IRR" => [EffectRole.X1i, EffectRole.X2i],
        "PR" => [EffectRole.Xi, EffectRole.Mi],
        "IR" => [EffectRole.Xi],
        _ => Groups[0][0] == Ai ? [Ai, Bi, Ci, Di] : [],
    };

    /// <summary>The family of a measure.</summary>
    public static ReshapeFamily Of(EffectMeasure measure)
    {
        var word = Keywords<EffectMeasure>.Of(measure);
        return All.FirstOrDefault(family => family.Measures.Contains(word)) ?? throw new MetaBridgeException(
            ErrorCode.NotSupported,
            $"Data of the measure '{word}' can't be reshaped; the measures that can: {string.Join(", ", All.SelectMany(family => family.Measures))}.",
            new Dictionary<string, object?> { ["measure"] = word });
    }
}
