using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge explain</c>: what an error code means.</summary>
internal static class ExplainCommand
{
    private const string Description =
        """
        Explain an error code; all of them without one.

        Examples:
          metabridge explain MB0103
          metabridge explain NonPositiveVariance
        """;

    public static Command Create(CommandHost host)
    {
        var code = new Argument<string?>("CODE") { Description = "The code, such as MB0103.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", Description) { code };
        command.SetAction(parsed => Run(host, parsed.GetValue(code)));
        return command;
    }

    private static int Run(CommandHost host, string? text)
    {
        if (text is null)
        {
            foreach (var each in Enum.GetValues<ErrorCode>())
            {
                host.Out.WriteLine($"{each.ToLabel()}  {each}: {each.Explain().Cause}");
            }

            return ExitCode.Ok;
        }

        if (ErrorCodes.TryParse(text) is not { } code)
        {
            throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"There is no error code '{text}'; 'metabridge explain' lists them.",
                new Dictionary<string, object?> { ["code"] = text });
        }

        host.Out.WriteLine($"{code.ToLabel()} {code}");
        host.Out.WriteLine(code.Explain().Cause);
        host.Out.WriteLine(code.Explain().Remedy);
        return ExitCode.Ok;
    }
}
