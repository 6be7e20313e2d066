namespace MetaBridge.RInterop.Sessions;

/// <summary>Where R runs.</summary>
public enum RSessionMode
{
    /// <summary>In this process where that works, otherwise in a child process.</summary>
    Auto,

    /// <summary>In this process: fast, zero-copy, one R for the life of the process.</summary>
    InProcess,

    /// <summary>In a child process: R can't take this process down.</summary>
    ChildProcess,
}

/// <summary>How to open a session.</summary>
public sealed record RSessionOptions
{
    /// <summary>Where R runs.</summary>
    public RSessionMode Mode { get; init; } = RSessionMode.Auto;

    /// <summary>R's home folder; null to look for it.</summary>
    public string? Home { get; init; }

    /// <summary>Longest time an evaluation may take before it is interrupted; infinite unless set.</summary>
    public TimeSpan TimeLimit { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long an interrupted child process may take to stop before it is killed.</summary>
    public TimeSpan InterruptGrace { get; init; } = TimeSpan.FromSeconds(5);
}
