namespace MetaBridge.Cli.Validation;

/// <summary>Where the reference results come from.</summary>
internal enum ReferenceMode
{
    /// <summary>From R where it is, or can be installed; else as recorded.</summary>
    LiveIfPossible,

    /// <summary>From R, or not at all.</summary>
    Live,

    /// <summary>As recorded.</summary>
    Recorded,
}

/// <summary>What <c>metabridge validate</c> is asked to do.</summary>
internal sealed record ValidationRequest
{
    /// <summary>Where the reference results come from.</summary>
    public ReferenceMode Mode { get; init; }

    /// <summary>Whether to record them.</summary>
    public bool Record { get; init; }

    /// <summary>Only this model family; null for all.</summary>
    public string? Family { get; init; }

    /// <summary>Only cases whose id matches; null for all.</summary>
    public string? Glob { get; init; }

    /// <summary>Where to write the certificates; null for nowhere.</summary>
    public string? JsonPath { get; init; }

    /// <summary>The folder of the cases; null for the project's own.</summary>
    public string? CaseFolder { get; init; }

    /// <summary>Whether to print failures and the last line only.</summary>
    public bool Quiet { get; init; }
}
