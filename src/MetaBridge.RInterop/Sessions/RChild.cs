using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MetaBridge.Errors;
using MetaBridge.RInterop.Embedding;

namespace MetaBridge.RInterop.Sessions;

/// <summary>The child process and the connection to it. One exchange at a time.</summary>
internal sealed class RChild : IDisposable
{
    private const int StartSeconds = 60;
    private const int TokenBytes = 16;
    private const int TailCharacters = 2000;
    private const int ExitMilliseconds = 1000; // for the process to end, and for its last output to come

    // The child proves by the token that it is the child; then it takes the rest of its program from the connection.
    private const string Bootstrap =
        "local({connection <- socketConnection('127.0.0.1', as.integer(Sys.getenv('METABRIDGE_PORT')), blocking = TRUE, " +
        "open = 'r+b', timeout = 30000000L);" +
        "writeBin(charToRaw(Sys.getenv('METABRIDGE_TOKEN')), connection);" +
        "Sys.unsetenv(c('METABRIDGE_PORT', 'METABRIDGE_TOKEN'));" +
        "size <- readBin(connection, 'double', endian = 'little');" +
        "text <- rawToChar(readBin(connection, 'raw', size)); Encoding(text) <- 'UTF-8';" +
        "home <- new.env(parent = baseenv());" +
        "eval(parse(text = text, keep.source = FALSE), home);" +
        "home$metabridge$forbid_quit();" +
        "home$metabridge$serve(connection)})";

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly StringBuilder tail = new();
    private readonly TaskCompletionSource outputEnded = new();
    private readonly TaskCompletionSource errorsEnded = new();
    private Socket? socket;
    private long exchanges;
    private bool isBusy;
    private bool wasKilled;

    private RChild(Process process) => this.process = process;

    internal int ProcessId => process.Id;

    internal static RChild Start(RHome home)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var child = new RChild(Launch(home, ((IPEndPoint)listener.LocalEndPoint!).Port, token));
        try
        {
            child.Connect(listener, token);
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    internal byte[] Exchange(ReadOnlyMemory<byte> request, Func<string> reason, CancellationToken limited)
    {
        try
        {
            lock (gate)
            {
                limited.ThrowIfCancellationRequested();
                ObjectDisposedException.ThrowIf(socket is null, this);
                isBusy = true;
                exchanges++;
            }

            Send(request.Span);
            var header = Receive(sizeof(double));
            lock (gate)
            {
                isBusy = false; // from here on an interrupt would hit the next evaluation
            }

            _ = Connection().Send([1]); // says so to the child
            return Receive((long)BinaryPrimitives.ReadDoubleLittleEndian(header));
        }
        catch (OperationCanceledException)
        {
            throw new RInterruptedException(reason());
        }
        catch (Exception exception) when (exception is SocketException or EndOfStreamException)
        {
            throw TakeKilled() ? new RInterruptedException(reason() + " The R process did not stop and was killed.") : Lost(exception);
        }
    }

    /// <summary>Interrupts what runs; kills the process when it does not stop in time.</summary>
    internal void Interrupt(TimeSpan grace)
    {
        lock (gate)
        {
            if (!isBusy)
            {
                return;
            }

            ProcessEnvironment.Interrupt(process.Id);
            var interrupted = exchanges;
            _ = Task.Delay(grace).ContinueWith(_ => KillIfBusyWith(interrupted), TaskScheduler.Default);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            socket?.Dispose(); // the child's loop ends at the end of its input
            socket = null;
        }

        const int EndMilliseconds = 2000;
        if (!process.HasExited && !process.WaitForExit(EndMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(EndMilliseconds);
        }

        process.Dispose();
    }

    private static Process Launch(RHome home, int port, string token)
    {
        string[] arguments = ["--no-echo", "--no-save", "--no-restore", "--no-init-file", "--no-site-file", "-e", Bootstrap];
        var start = new ProcessStartInfo(home.Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["METABRIDGE_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["METABRIDGE_TOKEN"] = token;
        start.Environment.Remove("R_HOME"); // the start script sets its own, and complains about another
        if (ProcessEnvironment.Utf8LocaleToForce() is { } locale)
        {
            start.Environment["LC_ALL"] = locale;
        }

        return Process.Start(start) ?? throw RStart.Failed($"{home.Executable} did not start.");
    }

    private void Connect(Socket listener, string token)
    {
        process.OutputDataReceived += (_, line) => Keep(line.Data, outputEnded);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, errorsEnded);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        for (var waited = Stopwatch.StartNew(); !listener.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead);)
        {
            if (process.HasExited || waited.Elapsed.TotalSeconds > StartSeconds)
            {
                throw RStart.Failed($"The R process did not start. {Tail()}");
            }
        }

        socket = listener.Accept();
        socket.NoDelay = true;
        if (Encoding.ASCII.GetString(Receive(token.Length)) != token)
        {
            throw RStart.Failed("Another program connected in place of the R process.");
        }

        Send(Encoding.UTF8.GetBytes(RHarnessText.Read("harness.R") + "\n" + RHarnessText.Read("child.R")));
    }

    // In one write: two would wait for each other's acknowledgement.
    private void Send(ReadOnlySpan<byte> body)
    {
        var frame = new byte[sizeof(double) + body.Length];
        BinaryPrimitives.WriteDoubleLittleEndian(frame, body.Length);
        body.CopyTo(frame.AsSpan(sizeof(double)));
        for (var rest = frame.AsSpan(); rest.Length > 0;)
        {
            rest = rest[Connection().Send(rest)..];
        }
    }

    private byte[] Receive(long count)
    {
        if (count > Array.MaxLength)
        {
            throw Values.RValueLimits.Failed($"The value has {count} bytes, more than can be received.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)count);
        for (var have = 0; have < bytes.Length;)
        {
            var part = Connection().Receive(bytes.AsSpan(have));
            have += part > 0 ? part : throw new EndOfStreamException();
        }

        return bytes;
    }

    private Socket Connection() => socket ?? throw new EndOfStreamException();

    // True once: only the exchange that was killed for was interrupted, later ones meet a lost process.
    private bool TakeKilled()
    {
        lock (gate)
        {
            var killed = wasKilled;
            (wasKilled, isBusy) = (false, false);
            return killed;
        }
    }

    private void KillIfBusyWith(long interrupted)
    {
        lock (gate)
        {
            if (isBusy && exchanges == interrupted && socket is not null)
            {
                wasKilled = true;
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private MetaBridgeException Lost(Exception cause)
    {
        var ending = process.WaitForExit(ExitMilliseconds)
            ? string.Create(CultureInfo.InvariantCulture, $"with exit code {process.ExitCode}")
            : "but its process lives";
        return new MetaBridgeException(
            ErrorCode.RProcessLost, $"The R process ended its connection, {ending}. {Tail()}", null, cause);
    }

    // The line after the last one is null.
    private void Keep(string? line, TaskCompletionSource ended)
    {
        if (line is null)
        {
            ended.TrySetResult();
            return;
        }

        lock (tail)
        {
            _ = tail.AppendLine(line);
            if (tail.Length > 2 * TailCharacters)
            {
                _ = tail.Remove(0, tail.Length - TailCharacters);
            }
        }
    }

    private string Tail()
    {
        // What the process wrote may still be under way when it has ended; what it started may hold its output open.
        _ = process.HasExited && Task.WaitAll([outputEnded.Task, errorsEnded.Task], ExitMilliseconds);
        lock (tail)
        {
            var text = tail.ToString().Trim();
            return text.Length == 0 ? "It printed nothing." : $"Its last output: {text}";
        }
    }
}
