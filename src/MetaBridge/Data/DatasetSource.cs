namespace MetaBridge.Data;

/// <summary>Where a dataset comes from; kept with it in JSON, and no part of its content.</summary>
/// <param name="Title">What it is about, in a line.</param>
/// <param name="Citation">The publication it was taken from.</param>
/// <param name="Package">The R package that distributes it.</param>
/// <param name="Version">The version of that package.</param>
/// <param name="License">The licence under which it may be passed on.</param>
/// <param name="Preparation">How it was made from that publication's or package's data, such as the R code; null when it was not changed.</param>
public sealed record DatasetSource(
    string? Title = null,
    string? Citation = null,
    string? Package = null,
    string? Version = null,
    string? License = null,
    string? Preparation = null);
