using MetaBridge.Errors;

namespace MetaBridge.RInterop.Embedding;

/// <summary>The one thread that owns R, and the queue of what it is asked to do.</summary>
internal sealed class RThread
{
    // R's own stack check turns runaway recursion into an R error only when the stack is large enough for R to reach its limit of
    // nested expressions, or knows the true size. Both hold with 64 MB.
    internal const int StackBytes = 64 << 20;

    // Looks this often for work before it sleeps: an answer is often followed at once by the next question.
    private const int SpinsBeforeSleep = 20;

    private readonly object gate = new();
    private readonly Queue<RJob> queue = new();
    private readonly Thread thread;
    private volatile int waiting;
    private bool closed;

    internal RThread(int stackBytes)
    {
        thread = new Thread(Loop, stackBytes) { IsBackground = true, Name = "R" };
        thread.Start();
    }

    /// <summary>Called on the R thread before each job that was taken from the queue.</summary>
    internal Action BeforeJob { get; set; } = static () => { };

    internal bool IsCurrent => Environment.CurrentManagedThreadId == thread.ManagedThreadId;

    /// <summary>Guards every function that touches an R value.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RWrongThread"/>.</exception>
    internal void Assert()
    {
        if (!IsCurrent)
        {
            throw new MetaBridgeException(
                ErrorCode.RWrongThread,
                $"R was called from thread {Environment.CurrentManagedThreadId}, but thread {thread.ManagedThreadId} owns it.");
        }
    }

    internal void Post(RJob job)
    {
        lock (gate)
        {
            if (closed)
            {
                throw new MetaBridgeException(ErrorCode.RStartFailed, "R has ended in this process and cannot be started again.");
            }

            queue.Enqueue(job);
            waiting = queue.Count;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Lets the thread end after what is queued.</summary>
    internal void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }
    }

    private void Loop()
    {
        while (Next() is { } job)
        {
            BeforeJob();
            job.Execute();
            RProtection.Restore(0); // what a failure left behind
        }
    }

    private RJob? Next()
    {
        var spinner = default(SpinWait);
        for (var i = 0; i < SpinsBeforeSleep && waiting == 0; i++)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        lock (gate)
        {
            while (queue.Count == 0)
            {
                if (closed)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            var job = queue.Dequeue();
            waiting = queue.Count;
            return job;
        }
    }
}
