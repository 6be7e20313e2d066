using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>Families of prior distributions.</summary>
public enum PriorFamily
{
    /// <summary>Normal(location, scale), the scale being a standard deviation.</summary>
    [Keyword("normal", "normal")]
    Normal,

    /// <summary>Student's t with a location, a scale and degrees of freedom.</summary>
    [Keyword("t", "Student's t", Aliases = "student")]
    StudentT,

    /// <summary>Cauchy(location, scale).</summary>
    [Keyword("cauchy", "Cauchy")]
    Cauchy,

    /// <summary>Inverse gamma with a shape and a scale.</summary>
    [Keyword("invgamma", "inverse gamma")]
    InverseGamma,

    /// <summary>Gamma with a shape and a rate.</summary>
    [Keyword("gamma", "gamma")]
    Gamma,

    /// <summary>Beta(alpha, beta) on (0, 1).</summary>
    [Keyword("beta", "beta")]
    Beta,

    /// <summary>Uniform between lower and upper.</summary>
    [Keyword("uniform", "uniform")]
    Uniform,

    /// <summary>Log-normal: the logarithm is Normal(location, scale).</summary>
    [Keyword("lognormal", "log-normal")]
    LogNormal,

    /// <summary>All mass at the location.</summary>
    [Keyword("point", "point mass", Aliases = "spike")]
    Point,
}

/// <summary>A prior distribution of one parameter, possibly truncated to an interval and renormalised there.</summary>
/// <remarks>
/// Only the members that the family uses are set. Scales are standard deviations or their analogue, never variances or precisions. A half-normal is a normal with
/// <see cref="Lower"/> = 0; <see cref="HalfNormal"/> and its siblings build those.
/// </remarks>
public sealed record Prior
{
    /// <summary>The family.</summary>
    public required PriorFamily Distribution { get; init; }

    /// <summary>Location (normal, t, Cauchy), mean of the logarithm (log-normal) or the value (point).</summary>
    public double? Location { get; init; }

    /// <summary>Scale (normal, t, Cauchy, inverse gamma) or standard deviation of the logarithm (log-normal).</summary>
    public double? Scale { get; init; }

    /// <summary>Degrees of freedom (t).</summary>
    public double? Df { get; init; }

    /// <summary>Shape (gamma, inverse gamma).</summary>
    public double? Shape { get; init; }

    /// <summary>Rate (gamma).</summary>
    public double? Rate { get; init; }

    /// <summary>First shape (beta).</summary>
    public double? Alpha { get; init; }

    /// <summary>Second shape (beta).</summary>
    public double? Beta { get; init; }

    /// <summary>Lower truncation, or the lower end (uniform); null for none.</summary>
    public double? Lower { get; init; }

    /// <summary>Upper truncation, or the upper end (uniform); null for none.</summary>
    public double? Upper { get; init; }

    /// <summary>Normal(mean, sd).</summary>
    public static Prior Normal(double mean, double sd) => new() { Distribution = PriorFamily.Normal, Location = mean, Scale = sd };

    /// <summary>Normal(0, sd) on [0, ∞).</summary>
    public static Prior HalfNormal(double sd) => Normal(0, sd) with { Lower = 0 };

    /// <summary>Student's t.</summary>
    public static Prior StudentT(double location, double scale, double df) =>
        new() { Distribution = PriorFamily.StudentT, Location = location, Scale = scale, Df = df };

    /// <summary>Student's t about 0 on [0, ∞).</summary>
    public static Prior HalfStudentT(double scale, double df) => StudentT(0, scale, df) with { Lower = 0 };

    /// <summary>Cauchy.</summary>
    public static Prior Cauchy(double location, double scale) =>
        new() { Distribution = PriorFamily.Cauchy, Location = location, Scale = scale };

    /// <summary>Cauchy about 0 on [0, ∞).</summary>
    public static Prior HalfCauchy(double scale) => Cauchy(0, scale) with { Lower = 0 };

    /// <summary>Inverse gamma.</summary>
    public static Prior InverseGamma(double shape, double scale) =>
        new() { Distribution = PriorFamily.InverseGamma, Shape = shape, Scale = scale };

    /// <summary>Gamma.</summary>
    public static Prior Gamma(double shape, double rate) => new() { Distribution = PriorFamily.Gamma, Shape = shape, Rate = rate };

    /// <summary>Beta.</summary>
    public static Prior BetaOf(double alpha, double beta) => new() { Distribution = PriorFamily.Beta, Alpha = alpha, Beta = beta };

    /// <summary>Uniform.</summary>
    public static Prior Uniform(double lower, double upper) =>
        new() { Distribution = PriorFamily.Uniform, Lower = lower, Upper = upper };

    /// <summary>Log-normal.</summary>
    public static Prior LogNormal(double meanLog, double sdLog) =>
        new() { Distribution = PriorFamily.LogNormal, Location = meanLog, Scale = sdLog };

    /// <summary>A point mass.</summary>
    public static Prior Point(double value) => new() { Distribution = PriorFamily.Point, Location = value };

    /// <summary>The same family truncated to an interval.</summary>
    public Prior Truncated(double? lower, double? upper) => this with { Lower = lower, Upper = upper };

    /// <summary>The same prior of a parameter measured in units r times smaller: scales of normal, t, Cauchy and inverse gamma times r.</summary>
    /// <remarks>Locations and truncation stay, as do families without a scale of this kind; RoBMA's <c>rescale_priors</c>.</remarks>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/> unless r is positive and finite.</exception>
    public Prior Rescaled(double factor)
    {
        if (!(factor > 0 && double.IsFinite(factor)))
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, FormattableString.Invariant(
                $"The option 'rescale_priors' is {factor}; it must be a positive number."));
        }

        return Distribution is PriorFamily.Normal or PriorFamily.StudentT or PriorFamily.Cauchy or PriorFamily.InverseGamma
            ? this with { Scale = Scale * factor }
            : this;
    }
}
