using MetaBridge.Errors;

namespace MetaBridge.Cli.Hosting;

/// <summary>Exit statuses of the command.</summary>
internal static class ExitCode
{
    /// <summary>All well.</summary>
    public const int Ok = 0;

    /// <summary>A case failed, or the two engines disagree.</summary>
    public const int Disagreement = 1;

    /// <summary>The command line, a specification or a formula cannot be understood.</summary>
    public const int Usage = 2;

    /// <summary>The data, or a case file, is not usable.</summary>
    public const int BadInput = 3;

    /// <summary>R or one of its packages is needed and not there.</summary>
    public const int RUnavailable = 4;

    /// <summary>A defect of MetaBridge.</summary>
    public const int Internal = 5;

    /// <summary>Interrupted, as shells report SIGINT: 128 + 2.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit status of an error.</summary>
    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.UnknownName or ErrorCode.InvalidOption or ErrorCode.FormulaSyntax or ErrorCode.SpecificationInvalid
            or ErrorCode.NotSupported or ErrorCode.PriorInvalid or ErrorCode.PriorScaleUnknown or ErrorCode.PriorNotSupported
            or ErrorCode.TooManyDimensions => Usage,
        ErrorCode.RNotFound or ErrorCode.RStartFailed or ErrorCode.RPackageMissing or ErrorCode.RProcessLost => RUnavailable,
        ErrorCode.Cancelled or ErrorCode.RInterrupted => Interrupted,
        ErrorCode.Internal => Internal,
        // What is left of 03xx is R's complaint about what it was given; the rest is input by definition.
        _ => BadInput,
    };
}
