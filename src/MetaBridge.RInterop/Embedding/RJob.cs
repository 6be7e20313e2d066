using MetaBridge.RInterop.Sessions;

namespace MetaBridge.RInterop.Embedding;

/// <summary>A piece of work for the R thread.</summary>
internal abstract class RJob
{
    internal abstract void Execute();
}

/// <summary>A piece of work with a result, which can be interrupted while it runs.</summary>
/// <param name="work">What to do on the R thread.</param>
/// <param name="setInterrupt">Raises R's flag for a pending interrupt, for a reason, or clears it.</param>
internal sealed class RJob<T>(Func<T> work, Action<string?> setInterrupt) : RJob
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object gate = new();
    private State state;

    private enum State
    {
        Queued,
        Running,
        Done,
    }

    internal Task<T> Task => completion.Task;

    internal override void Execute()
    {
        lock (gate)
        {
            if (state == State.Done)
            {
                return;
            }

            state = State.Running;
        }

        T? result = default;
        Exception? error = null;
        try
        {
            result = work();
        }
#pragma warning disable CA1031 // whatever happens belongs to the caller who waits, not to the R thread
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;
        }

        lock (gate)
        {
            state = State.Done; // a late interrupt must not hit the next job
            setInterrupt(null);
        }

        Complete(result!, error);
    }

    /// <summary>Interrupts the work if it runs, drops it if it waits, does nothing if it is done.</summary>
    internal void Cancel(string reason)
    {
        lock (gate)
        {
            if (state == State.Running)
            {
                setInterrupt(reason);
                return;
            }

            if (state == State.Done)
            {
                return;
            }

            state = State.Done;
        }

        completion.TrySetException(new RInterruptedException(reason));
    }

    private void Complete(T result, Exception? error)
    {
        if (error is null)
        {
            completion.TrySetResult(result);
        }
        else
        {
            completion.TrySetException(error);
        }
    }
}
