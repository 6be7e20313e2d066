using System.Text;
using MetaBridge.Errors;
using MetaBridge.RInterop.ProbeHost;

// Runs one probe that may end the process, so that a test can look at how it ended.
// Exit codes: 0 the probe saw what it should, 1 it saw something else, 2 there is no such probe; anything else is a crash.
Console.OutputEncoding = new UTF8Encoding(false);
if (args.Length != 1 || !Probes.All.TryGetValue(args[0], out var probe))
{
    Console.Error.WriteLine($"Probes: {string.Join(", ", Probes.All.Keys)}");
    return 2;
}

try
{
    Console.WriteLine(probe());
    return 0;
}
catch (MetaBridgeException exception)
{
    Console.WriteLine(exception.ToUserMessage());
    return 1;
}
