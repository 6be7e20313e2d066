using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>Reads the parameters that a prior's family needs and refuses what makes no distribution.</summary>
internal static class PriorChecks
{
    /// <summary>The family's two parameters and the degrees of freedom.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.PriorInvalid"/>.</exception>
    public static (double First, double Second, double Df) Parameters(Prior prior, string parameter)
    {
        CheckBounds(prior, parameter);
        return prior.Distribution switch
        {
            PriorFamily.Normal => (Finite(prior.Location ?? 0, "location"), Positive(prior.Scale, "scale"), double.PositiveInfinity),
            PriorFamily.StudentT => (Finite(prior.Location ?? 0, "location"), Positive(prior.Scale, "scale"), Positive(prior.Df, "df")),
            PriorFamily.Cauchy => (Finite(prior.Location ?? 0, "location"), Positive(prior.Scale, "scale"), 1),
            PriorFamily.InverseGamma => (Positive(prior.Shape, "shape"), Positive(prior.Scale, "scale"), double.NaN),
            PriorFamily.Gamma => (Positive(prior.Shape, "shape"), Positive(prior.Rate, "rate"), double.NaN),
            PriorFamily.Beta => (Positive(prior.Alpha, "alpha"), Positive(prior.Beta, "beta"), double.NaN),
            PriorFamily.Uniform => (End(prior.Lower, "lower"), End(prior.Upper, "upper"), double.NaN),
            PriorFamily.LogNormal => (Finite(prior.Location ?? 0, "location"), Positive(prior.Scale, "scale"), double.NaN),
            PriorFamily.Point => (Finite(prior.Location, "location"), 0, double.NaN),
            _ => throw Invalid(parameter, $"the unknown family {(int)prior.Distribution}"),
        };

        double Positive(double? value, string name) => value is > 0 && double.IsFinite(value.Value)
            ? value.Value
            : throw Invalid(parameter, FormattableString.Invariant($"{name} {Text(value)}, which must be a positive number"));

        double End(double? value, string name) => value is { } x && double.IsInfinity(x)
            ? throw Invalid(parameter, FormattableString.Invariant(
                $"{name} {x}: a uniform distribution over an infinite range is improper; take a wide normal, or a finite {name}"))
            : Finite(value, name);

        double Finite(double? value, string name) => value is { } x && double.IsFinite(x)
            ? x
            : throw Invalid(parameter, FormattableString.Invariant($"{name} {Text(value)}, which must be a finite number"));
    }

    /// <summary>Refuses a prior whose support is not inside that of its parameter.</summary>
    public static PriorDistribution RequireSupport(PriorDistribution prior, string parameter, double lower, double upper) =>
        prior.Lower >= lower && prior.Upper <= upper
            ? prior
            : throw Invalid(parameter, FormattableString.Invariant(
                $"support from {prior.Lower} to {prior.Upper}, but {parameter} lies between {lower} and {upper}; truncate it"));

    /// <summary>The error for a prior that cannot be used.</summary>
    public static MetaBridgeException Invalid(string parameter, string what) => new(
        ErrorCode.PriorInvalid,
        $"The prior of {parameter} has {what}.",
        new Dictionary<string, object?> { ["parameter"] = parameter });

    private static void CheckBounds(Prior prior, string parameter)
    {
        if ((prior.Lower is { } lower && double.IsNaN(lower)) || (prior.Upper is { } upper && double.IsNaN(upper))
            || (prior.Distribution != PriorFamily.Point && prior.Lower >= prior.Upper))
        {
            throw Invalid(parameter, FormattableString.Invariant(
                $"the bounds {Text(prior.Lower)} and {Text(prior.Upper)}; the first must be below the second"));
        }
    }

    private static string Text(double? value) => value is { } x ? FormattableString.Invariant($"{x}") : "missing";
}
