using System.Runtime.ExceptionServices;

namespace MetaBridge.Native;

/// <summary>Long work that the caller can stop: it runs beside the calling thread, which asks the caller meanwhile.</summary>
internal static class Interruptible
{
    private const int AskEveryMilliseconds = 25;

    // How long a cancelled search may take to its next look at the token. Work that takes longer holds no memory of the caller,
    // so that it can be left to end by itself.
    private const int PatienceMilliseconds = 1000;

    /// <summary>Runs the work and returns its result.</summary>
    /// <param name="work">Must not touch memory of the caller.</param>
    /// <param name="poll">Asked on the calling thread, as a host's interrupt check demands.</param>
    /// <exception cref="Errors.MetaBridgeException"><see cref="Errors.ErrorCode.Cancelled"/>, or what the work throws.</exception>
    public static T Run<T>(Func<CancellationToken, T> work, Poll poll)
    {
        poll.ThrowIfCancelled();
        if (!poll.CanCancel)
        {
            return work(CancellationToken.None);
        }

        var cancellation = new CancellationTokenSource();
        var (result, failure) = (default(T), default(ExceptionDispatchInfo));
        var worker = new Thread(() =>
        {
            try
            {
                result = work(cancellation.Token);
            }
#pragma warning disable CA1031 // Carried to the calling thread and thrown there.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }) { IsBackground = true };
        worker.Start();
        while (!worker.Join(AskEveryMilliseconds))
        {
            if (poll.IsCancelled())
            {
                cancellation.Cancel();
                worker.Join(PatienceMilliseconds);
                throw Poll.Cancelled();
            }
        }

        failure?.Throw();
        return result!;
    }
}
