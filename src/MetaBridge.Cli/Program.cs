using MetaBridge.Cli.Commands;
using MetaBridge.Cli.Hosting;

return await CommandLine.RunAsync(args, CommandHost.ForConsole());
