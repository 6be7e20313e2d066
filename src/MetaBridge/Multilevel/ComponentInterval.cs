using MetaBridge.Univariate;

namespace MetaBridge.Multilevel;

/// <summary>A profile-likelihood interval of a variance or correlation: all values that a likelihood-ratio test does not reject.</summary>
/// <param name="Component">The component.</param>
/// <param name="Lower">Lower limit; NaN when it could not be found.</param>
/// <param name="Upper">Upper limit; NaN when it could not be found.</param>
/// <param name="LowerKind">What the lower limit is.</param>
/// <param name="UpperKind">What the upper limit is.</param>
/// <param name="Problem">Why a limit could not be found; null when both were.</param>
public sealed record ComponentInterval(
    VarianceComponent Component, double Lower, double Upper, BoundKind LowerKind, BoundKind UpperKind, string? Problem);
