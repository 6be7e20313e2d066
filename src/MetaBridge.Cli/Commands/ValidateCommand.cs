using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Cli.Validation;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge validate</c>: every case through both engines.</summary>
internal static class ValidateCommand
{
    private const string Description =
        """
        Fit every case with MetaBridge and with R's metafor, and compare quantity by quantity.

        Runs R where it is installed or can be installed; otherwise the recorded results of R are used. One line a case; the last
        line is 'N passed, M failed'. The exit status is 0 only when nothing failed.

        Examples:
          metabridge validate
          metabridge validate --recorded
          metabridge validate --live --case "bcg-*" --json certificates.json
          metabridge validate --cases my-analyses --record
          metabridge validate --cases my-analyses --recorded
        """;

    public static Command Create(CommandHost host)
    {
        var recorded = new Option<bool>("--recorded") { Description = "Use the recorded results of R; needs no R." };
        var live = new Option<bool>("--live") { Description = "Insist on R: fail when it is not there." };
        var record = new Option<bool>("--record") { Description = "Write what R finds now as the recorded results (implies --live)." };
        var quiet = new Option<bool>("--quiet") { Description = "Print failures and the last line only." };
        var family = ModelOptions.Text("--family", "Only cases of this model family.", "NAME");
        var glob = ModelOptions.Text("--case", "Only cases whose id matches (* and ? as in file names).", "GLOB");
        var json = ModelOptions.Text("--json", "Write the certificates to a file.", "FILE");
        var cases = ModelOptions.Text("--cases", "Run the cases of this folder instead of the project's own.", "DIR");
        var command = new Command("validate", Description) { recorded, live, record, family, glob, json, cases, quiet };
        command.Validators.Add(result =>
        {
            if (result.GetValue(recorded) && (result.GetValue(live) || result.GetValue(record)))
            {
                result.AddError("--recorded cannot be combined with --live or --record.");
            }
        });
        command.SetAction((parsed, cancellation) => new ValidationRun(host, new ValidationRequest
        {
            Mode = parsed.GetValue(recorded) ? ReferenceMode.Recorded
                : parsed.GetValue(live) || parsed.GetValue(record) ? ReferenceMode.Live : ReferenceMode.LiveIfPossible,
            Record = parsed.GetValue(record),
            Family = parsed.GetValue(family),
            Glob = parsed.GetValue(glob),
            JsonPath = parsed.GetValue(json),
            CaseFolder = parsed.GetValue(cases),
            Quiet = parsed.GetValue(quiet),
        }).RunAsync(cancellation));
        return command;
    }
}
