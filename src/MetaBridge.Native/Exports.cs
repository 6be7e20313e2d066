using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary>The functions of metabridge.h. Each body is one call of <see cref="Guard.Run"/>; a test keeps it so.</summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "mb_abi_version")]
    public static int AbiVersion() => Abi.Version;

    [UnmanagedCallersOnly(EntryPoint = "mb_version")]
    public static int Version(byte* output, int outputLength, byte* error, int errorLength) =>
        Guard.Run(error, errorLength, () => Utf8Text.WriteWhole(Vocabulary.Version, output, outputLength));

    [UnmanagedCallersOnly(EntryPoint = "mb_rma_uni")]
    public static int RmaUni(
        RmaUniInput* input, RmaUniOutput* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => UnivariateDoor.Fit(input, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_rma_mv")]
    public static int RmaMv(
        RmaMvInput* input, RmaMvOutput* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => MultilevelDoor.Fit(input, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_rma_uni_tables")]
    public static int RmaUniTables(
        RmaUniInput* input, byte* data, byte* ask, TableBuffers* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => UnivariateDoor.Tables(input, data, ask, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_rma_mh")]
    public static int RmaMh(
        RmaMhInput* input, RmaMhOutput* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => StratifiedDoor.Fit(input, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_escalc")]
    public static int Escalc(
        EscalcInput* input, double* yi, double* vi, double* ni, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => EffectDoor.Compute(input, yi, vi, ni, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_five_numbers")]
    public static int FiveNumbers(
        double* numbers, int k, byte* method, int* logNormal, int backTransform, double* output, byte* error, int errorLength,
        delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => FiveNumberDoor.Compute(numbers, k, method, logNormal, backTransform, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_vcalc")]
    public static int Vcalc(
        VcalcInput* input, double* output, long length, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => CovarianceDoor.Errors(input, output, length, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_rcalc")]
    public static int Rcalc(
        RcalcInput* input, double* yi, double* ni, double* output, long length, byte* error, int errorLength,
        delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => CovarianceDoor.Correlations(input, yi, ni, output, length, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_matreg")]
    public static int Matreg(
        MatregInput* input, MatregOutput* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => MatrixRegressionDoor.Fit(input, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_fit_json")]
    public static int FitJson(
        byte* spec, byte* data, byte* output, long capacity, long* needed, byte* error, int errorLength,
        delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => JsonDoor.Fit(spec, data, output, capacity, needed, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_last_text")]
    public static int LastText(byte* output, long capacity, byte* error, int errorLength) =>
        Guard.Run(error, errorLength, () => PendingText.Take(output, capacity));

    [UnmanagedCallersOnly(EntryPoint = "mb_explain")]
    public static int Explain(byte* code, byte* output, int outputLength, byte* error, int errorLength) =>
        Guard.Run(error, errorLength, () => Utf8Text.WriteWhole(Vocabulary.Explain(code), output, outputLength));

    [UnmanagedCallersOnly(EntryPoint = "mb_keywords")]
    public static int Keywords(byte* kind, byte* output, int outputLength, byte* error, int errorLength) =>
        Guard.Run(error, errorLength, () => Utf8Text.WriteWhole(Vocabulary.Keywords(kind), output, outputLength));

    [UnmanagedCallersOnly(EntryPoint = "mb_brma")]
    public static int Brma(
        byte* spec, byte* data, byte* ask, TableBuffers* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => BayesDoor.Fit(spec, data, ask, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_people")]
    public static int People(byte* spec, byte* data, TableBuffers* output, byte* error, int errorLength, delegate* unmanaged[Cdecl]<int> poll) =>
        Guard.Run(error, errorLength, () => PeopleDoor.Fit(spec, data, output, new Poll(poll)));

    [UnmanagedCallersOnly(EntryPoint = "mb_last_tables")]
    public static int LastTables(TableBuffers* output, byte* error, int errorLength) =>
        Guard.Run(error, errorLength, () => TableDelivery.Take(output));
}
