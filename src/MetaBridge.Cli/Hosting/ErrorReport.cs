using System.Text;
using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Hosting;

/// <summary>Prints errors: <c>error MB0103: what, where</c> and what to try on the next line; as JSON where JSON was asked for.</summary>
internal static class ErrorReport
{
    /// <summary>Prints an exception and says how to exit.</summary>
    public static int Print(CommandHost host, Exception exception, bool asJson)
    {
        if (exception is OperationCanceledException)
        {
            host.Error.WriteLine("interrupted");
            return ExitCode.Interrupted;
        }

        var known = exception as MetaBridgeException ?? new MetaBridgeException(
            ErrorCode.Internal, $"{exception.GetType().Name}: {exception.Message}", innerException: exception);
        host.Error.WriteLine(asJson ? ToJson(known) : ToText(known));
        if (exception is not MetaBridgeException && !asJson)
        {
            host.Error.WriteLine(exception.StackTrace);
        }

        return ExitCode.Of(known.Code);
    }

    /// <summary>Prints what is wrong with the command line.</summary>
    public static int PrintUsage(CommandHost host, IEnumerable<string> messages, string command)
    {
        foreach (var message in messages)
        {
            host.Error.WriteLine($"error: {message}");
        }

        host.Error.WriteLine($"Try '{command} --help'.");
        return ExitCode.Usage;
    }

    private static string ToText(MetaBridgeException exception) =>
        $"error {exception.Code.ToLabel()}: {exception.Message}\n  {exception.Remedy}";

    private static string ToJson(MetaBridgeException exception)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("code", exception.Code.ToLabel());
            writer.WriteString("name", exception.Code.ToString());
            writer.WriteString("message", exception.Message);
            writer.WriteString("remedy", exception.Remedy);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
