using System.Runtime.InteropServices;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>The one R of this process: its thread, its constants, its harness.</summary>
internal sealed class RHost
{
    private const int EndSeconds = 5;

    private static readonly Lock StartGate = new();
    private static RHost? running;
    private static bool wasStarted;

    private readonly Queue<nint> released = new();
    private readonly nint library;
    private volatile string? interruptReason; // of the job that runs; null while nobody interrupts it
    private nint interruptsPending; // the address of R's flag

    private RHost(RHome home, nint library, int stackBytes)
    {
        Home = home;
        this.library = library;
        Thread = new RThread(stackBytes);
    }

    internal RHome Home { get; }

    internal RThread Thread { get; }

    internal RConstants Constants { get; private set; } = null!;

    internal RSessionInfo Info { get; private set; } = null!;

    internal PreciousList Precious { get; private set; } = null!;

    internal RFrame Frame { get; private set; } = null!;

    internal ValueReader Reader => Frame.Reader;

    internal ValueWriter Writer => Frame.Writer;

    /// <summary>Starts R, or gives the one that runs.</summary>
    /// <param name="homePath">R's home folder; null to look for it.</param>
    /// <param name="stackBytes">The stack of R's thread.</param>
    /// <exception cref="RNotFoundException">No usable R.</exception>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RStartFailed"/>.</exception>
    internal static RHost Start(string? homePath, int stackBytes = RThread.StackBytes)
    {
        lock (StartGate)
        {
            if (running is not null)
            {
                return homePath is null || Path.GetFullPath(RHome.Locate(homePath).Path) == Path.GetFullPath(running.Home.Path)
                    ? running
                    : throw RStart.Failed($"This process runs R from {running.Home.Path} and cannot have another from {homePath}.");
            }

            if (wasStarted)
            {
                throw RStart.Failed("R has ended in this process and cannot be started again.");
            }

            var home = RHome.Locate(homePath);
            var host = new RHost(home, RStart.Load(home), stackBytes);
            wasStarted = true;
            host.RunAndWait(host.Initialize);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => host.End();
            return running = host;
        }
    }

    /// <summary>Does work on the R thread.</summary>
    /// <param name="work">The work; done at once when the caller is on that thread, since waiting for oneself would never end.</param>
    /// <param name="limit">Longest time the work may take once it is asked for.</param>
    /// <param name="cancellation">Interrupts R.</param>
    internal async Task<T> Run<T>(Func<T> work, TimeSpan limit, CancellationToken cancellation)
    {
        if (Thread.IsCurrent)
        {
            return work();
        }

        var job = new RJob<T>(work, SetInterrupt);
        using var timer = limit == Timeout.InfiniteTimeSpan ? null : new CancellationTokenSource(limit);
        using var onLimit = timer?.Token.Register(() => job.Cancel($"The evaluation took longer than {limit.TotalSeconds} s."))
            ?? default(IDisposable);
        using var onCancel = cancellation.Register(() => job.Cancel(InterruptReason.Cancelled));
        Thread.Post(job);
        return await job.Task.ConfigureAwait(false);
    }

    /// <summary>Does work on the R thread and waits for it; nothing interrupts it.</summary>
    internal T RunAndWait<T>(Func<T> work) => Thread.IsCurrent ? work() : Run(work).GetAwaiter().GetResult();

    private Task<T> Run<T>(Func<T> work)
    {
        var job = new RJob<T>(work, SetInterrupt);
        Thread.Post(job);
        return job.Task;
    }

    /// <summary>Gives a handle's value back to R, from any thread, finalizers included.</summary>
    internal void QueueRelease(nint cell)
    {
        lock (released)
        {
            released.Enqueue(cell);
        }
    }

    /// <summary>Ends R and removes its temporary folder. Nothing can start it again.</summary>
    internal void End()
    {
        lock (StartGate)
        {
            if (running != this)
            {
                return;
            }

            running = null;
        }

        try
        {
            SetInterrupt("The process ends.");
            var end = Run(() =>
            {
                SetInterrupt(null);
                RNative.Rf_endEmbeddedR(0);
                return true;
            });
            Thread.Close();
            _ = end.Wait(TimeSpan.FromSeconds(EndSeconds));
        }
        catch (AggregateException)
        {
            // The process is ending: there is nobody to tell.
        }
    }

    private bool Initialize()
    {
        RStart.Initialize(library);
        interruptsPending = NativeLibrary.GetExport(library, "R_interrupts_pending");
        Constants = RConstants.Read(library);
        Precious = new PreciousList(Thread, Constants.Nil);
        Frame = new RFrame(Thread, Constants, RHarnessText.Read("harness.R"), () => interruptReason);
        Frame.Evaluate("metabridge$forbid_quit(); metabridge$forbid_fork()");
        var text = Frame.Evaluate("c(paste(R.version$major, R.version$minor, sep = \".\"), R.version$platform)");
        var facts = RFailure.Text(RFailure.Strings(text));
        Info = new RSessionInfo(facts[0], Home.Path, facts[1], IsInProcess: true);
        Thread.BeforeJob = ReleaseQueued;
        return true;
    }

    // Null clears it.
    private void SetInterrupt(string? reason)
    {
        interruptReason = reason;
        if (interruptsPending != 0)
        {
            Marshal.WriteInt32(interruptsPending, reason is null ? 0 : 1);
        }
    }

    private void ReleaseQueued()
    {
        lock (released)
        {
            while (released.TryDequeue(out var cell))
            {
                Precious.Remove(cell);
            }
        }
    }
}

/// <summary>Why an evaluation was interrupted.</summary>
internal static class InterruptReason
{
    internal const string Cancelled = "The evaluation was cancelled.";
    internal const string Unknown = "The evaluation was interrupted.";
}
