using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge brma</c>: a Bayesian model on a user's data or a published dataset.</summary>
internal static class BrmaCommand
{
    private const string Description =
        """
        Fit a Bayesian (multilevel) meta-analysis and print RoBMA's two tables, or JSON. The posterior is integrated, not sampled, wherever it can be.

        Examples:
          metabridge brma dat.konstantopoulos2011 --yi yi --vi vi --measure SMD --cluster district
          metabridge brma dat.konstantopoulos2011 --yi yi --vi vi --measure SMD --cluster district --svg posterior.svg --parameter tau --parameter rho
          metabridge brma studies.csv --yi yi --sei se --measure OR --mods "~ year" --prior "effect=cauchy(0, 0.7)" --prior "heterogeneity=invgamma(1, 0.15)"
          metabridge brma dat.bcg --measure RR --ai tpos --bi tneg --ci cpos --di cneg --average --loo
          metabridge brma studies.csv --yi yi --vi vi --measure SMD --sampler --seed 7 --json
        """;

    public static Command Create(CommandHost host)
    {
        var source = new DataArgument();
        var model = new ModelOptions(isBayesian: true);
        var output = new BayesOutputs();
        var json = new Option<bool>("--json") { Description = "Print every number with its error as JSON." };
        var digits = new Option<int?>("--digits") { Description = "Decimals of the text.", HelpName = "NUMBER" };
        digits.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 15)
            {
                result.AddError("--digits takes a whole number from 0 to 15.");
            }
        });
        var command = new Command("brma", Description);
        source.AddTo(command);
        model.AddTo(command);
        output.AddTo(command);
        command.Options.Add(digits);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var spec = model.Read(parsed) as BayesSpec ?? throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid, "metabridge brma takes specifications of the family 'bayes'; metabridge fit takes the others.");
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            return output.Run(host, parsed, spec, data, parsed.GetValue(json), parsed.GetValue(digits), cancellation);
        });
        return command;
    }
}
