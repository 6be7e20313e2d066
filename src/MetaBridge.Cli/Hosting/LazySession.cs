using MetaBridge.RInterop.Sessions;

namespace MetaBridge.Cli.Hosting;

/// <summary>R, started when it is first needed and ended with the command.</summary>
/// <param name="host">How to start it.</param>
internal sealed class LazySession(CommandHost host) : IDisposable
{
    private IRSession? session;

    public async Task<IRSession> OpenAsync(CancellationToken cancellation) =>
        session ??= await host.OpenSession(cancellation).ConfigureAwait(false);

    public void Dispose() => session?.Dispose();
}
