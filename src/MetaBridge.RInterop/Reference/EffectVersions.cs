using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>What metafor's versions lack or define otherwise, so that a comparison with one of them is refused rather than misread.</summary>
internal static class EffectVersions
{
    /// <summary>The first version that corrects log ratios for bias, and by default; before it there is only the plain definition.</summary>
    public static readonly Version BiasCorrectedRatios = new(5, 0, 1);

    private static readonly Version Four = new(4, 0, 0);
    private static readonly Version Partial = new(4, 4, 0);
    private static readonly Version Heteroscedastic = new(4, 6, 0);
    private static readonly Version Probit = new(4, 8, 0);

    /// <summary>Measures by the version that brought them or their present definition.</summary>
    private static readonly Dictionary<string, Version> Since = new()
    {
        ["ZPHI"] = Four, ["ZTET"] = Four, ["ZPB"] = Four, ["ZBIS"] = Four, ["ZSPCOR"] = Four,
        ["R2"] = Partial, ["ZR2"] = Partial, ["PCOR"] = Partial, ["ZPCOR"] = Partial,
        ["SMDH"] = Heteroscedastic, ["SMD1H"] = Heteroscedastic, ["SMCRH"] = Heteroscedastic, ["SMCRP"] = Heteroscedastic,
        ["SMCRPH"] = Heteroscedastic,
        ["CLES"] = Probit, ["CLESN"] = Probit, ["CLESCN"] = Probit, ["PRZ"] = Probit, ["R2F"] = Probit, ["ZR2F"] = Probit,
        ["CVR"] = BiasCorrectedRatios,
    };

    private static readonly Dictionary<string, string[]> TypesBeforeFour = new()
    {
        ["RD"] = ["UB", "LS", "AV"], ["PHI"] = ["ST", "LS", "CS"], ["MD"] = ["LS", "UB", "HO"], ["SMD"] = ["UB", "LS", "LS2", "AV"],
        ["SMD1"] = ["UB", "LS", "LS2", "AV"], ["ROM"] = ["LS", "HO", "AV", "AVHO"], ["RPB"] = ["LS", "ST", "CS"], ["COR"] = ["LS", "AV"],
        ["UCOR"] = ["UB", "LS", "AV"], ["SPCOR"] = ["LS", "AV"], ["PR"] = ["UB", "LS", "AV"], ["PLN"] = ["LS", "AV"], ["PLO"] = ["LS", "AV"],
        ["SMCC"] = ["LS", "LS2"], ["SMCR"] = ["LS", "LS2"],
    };

    private static readonly HashSet<string> CorrectedMeasures = ["ROM", "ROMC", "CVR", "CVRC"];

    /// <summary>Refuses what the version cannot compute in the same way.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>.</exception>
    public static void Require(EffectSpec effect, Version metafor)
    {
        var measure = Keywords<EffectMeasure>.Of(effect.Measure);
        if (Since.TryGetValue(measure, out var since) && metafor < since)
        {
            throw Refusal(measure, metafor, $"metafor {metafor} has no {measure}, or defines it otherwise than version {since} and later do.");
        }

        if (effect.Vtype is { } vtype && metafor < Four && effect.Measure != EffectMeasure.Given
            && !TypesBeforeFour.GetValueOrDefault(measure, ["LS"]).Contains(vtype, StringComparer.OrdinalIgnoreCase))
        {
            throw Refusal(measure, metafor, $"metafor {metafor} has no variance type '{vtype}' of {measure}.");
        }

        if ((effect.Flip || effect.FlipColumn is not null || effect.Fi is not null || effect.Pi is not null) && metafor < Four)
        {
            throw Refusal(measure, metafor, $"metafor {metafor} has no arguments 'flip', 'fi' and 'pi'.");
        }

        if (CorrectedMeasures.Contains(measure) && effect.Correct && metafor < BiasCorrectedRatios)
        {
            throw Refusal(
                measure,
                metafor,
                $"metafor {metafor} computes {measure} without the bias correction of version 5.0-1; set 'correct' to false (--no-correct) to compare.");
        }
    }

    /// <summary>The argument 'correct', or null where it is not needed or not known.</summary>
    public static string? Correction(EffectSpec effect, Version metafor) =>
        !CorrectedMeasures.Contains(Keywords<EffectMeasure>.Of(effect.Measure)) || effect.Correct || metafor < BiasCorrectedRatios ? null : "FALSE";

    private static MetaBridgeException Refusal(string measure, Version metafor, string message) => new(
        ErrorCode.NotSupported, message, new Dictionary<string, object?> { ["measure"] = measure, ["metafor"] = metafor.ToString() });
}
