using System.CommandLine;
using System.Globalization;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;
using MetaBridge.IndividualData;
using MetaBridge.Reporting;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge ipd</c>, <c>ecological</c> and <c>control-rate</c>: what people, and not studies, say about the effect of a covariate.</summary>
internal static class IndividualCommands
{
    private const double DefaultLevel = 95;

    private const string IpdDescription =
        """
        Two-stage meta-analysis of individual data: a regression in every study, then a random-effects model.

        Examples:
          metabridge ipd people.csv --study trial --treatment arm --outcome bp --type continuous --covariates age,sex
          metabridge ipd people.csv --study trial --treatment arm --outcome died --type binary --modifier age --separation firth
          metabridge ipd people.csv --study trial --treatment arm --outcome days --event died --type time --ties efron
        """;

    private const string EcologicalDescription =
        """
        Slopes of a moderator within and between studies, and whether they agree; several rows per study.

        Example:
          metabridge ecological subgroups.csv --yi yi --vi vi --study trial --covariate age --size n
        """;

    private const string ControlRateDescription =
        """
        The log odds ratio as a function of the true risk of the control group (baseline risk), by a bivariate normal model.

        Example:
          metabridge control-rate dat.bcg --ai tpos --bi tneg --ci cpos --di cneg
        """;

    public static Command CreateIpd(CommandHost host)
    {
        var (source, json) = (new DataArgument(), JsonOption());
        var study = ModelOptions.Text("--study", "Column of studies.", "COLUMN");
        var treatment = ModelOptions.Text("--treatment", "Column of treatments: 0 and 1, or two levels of which the first is the control.", "COLUMN");
        var outcome = ModelOptions.Text("--outcome", "Column of outcomes.", "COLUMN");
        var type = ModelOptions.Text("--type", $"What the outcome is: {Words<OutcomeType>()}.", "NAME");
        var happened = ModelOptions.Text("--event", "For times: column that is 1 where the event happened.", "COLUMN");
        var covariates = ModelOptions.Text("--covariates", "Columns that every study adjusts for.", "LIST");
        var modifier = ModelOptions.Text("--modifier", "Column by which the effect may differ between people.", "COLUMN");
        var frequency = ModelOptions.Text("--frequency", "Column that says how many people a row stands for.", "COLUMN");
        var hazard = ModelOptions.Text("--hazard", $"Model of times: {Words<HazardModel>()}.", "NAME");
        var ties = ModelOptions.Text("--ties", $"Equal times: {Words<TieMethod>()}.", "NAME");
        var separation = ModelOptions.Text("--separation", $"Studies without a finite estimate: {Words<SeparationRule>()}.", "NAME");
        var method = ModelOptions.Text("--method", "Estimator of the heterogeneity.", "NAME");
        var test = ModelOptions.Text("--test", "Tests and intervals.", "NAME");
        var level = LevelOption();
        var command = new Command("ipd", IpdDescription);
        source.AddTo(command);
        foreach (var option in (Option[])[study, treatment, outcome, type, happened, covariates, modifier, frequency, hazard, ties, separation, method, test, level, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var spec = new IndividualSpec
            {
                Study = Needed(parsed, study),
                Treatment = Needed(parsed, treatment),
                Outcome = Needed(parsed, outcome),
                Type = Keywords<OutcomeType>.Parse(Needed(parsed, type), "type"),
                Event = parsed.GetValue(happened),
                Covariates = parsed.GetValue(covariates)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                Modifier = parsed.GetValue(modifier),
                Frequency = parsed.GetValue(frequency),
                Hazard = Word(parsed, hazard, HazardModel.Cox),
                Ties = Word(parsed, ties, TieMethod.Efron),
                Separation = Word(parsed, separation, SeparationRule.Error),
                Method = Word(parsed, method, HeterogeneityMethod.Reml),
                Test = Word(parsed, test, CoefficientTest.Normal),
                Level = parsed.GetValue(level) ?? DefaultLevel,
            };
            return await RunAsync(host, parsed, spec, source, json, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    public static Command CreateEcological(CommandHost host)
    {
        var (source, effect, json) = (new DataArgument(), new EffectOptions(), JsonOption());
        var study = ModelOptions.Text("--study", "Column of studies.", "COLUMN");
        var covariate = ModelOptions.Text("--covariate", "The moderator, different in the rows of a study.", "COLUMN");
        var size = ModelOptions.Text("--size", "Column of group sizes by which a study's mean is weighted.", "COLUMN");
        var method = ModelOptions.Text("--method", "Estimator of the variance between studies: REML, ML, EE.", "NAME");
        var test = ModelOptions.Text("--test", "Tests and intervals.", "NAME");
        var level = LevelOption();
        var command = new Command("ecological", EcologicalDescription);
        source.AddTo(command);
        effect.AddTo(command);
        foreach (var option in (Option[])[study, covariate, size, method, test, level, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var spec = new WithinBetweenSpec
            {
                Effect = effect.Read(parsed),
                Study = Needed(parsed, study),
                Covariate = Needed(parsed, covariate),
                Size = parsed.GetValue(size),
                Method = Word(parsed, method, HeterogeneityMethod.Reml),
                Test = Word(parsed, test, CoefficientTest.StudentT),
                Level = parsed.GetValue(level) ?? DefaultLevel,
            };
            return await RunAsync(host, parsed, spec, source, json, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    public static Command CreateControlRate(CommandHost host)
    {
        var (source, effect, json) = (new DataArgument(), new EffectOptions(), JsonOption());
        var level = LevelOption();
        var command = new Command("control-rate", ControlRateDescription);
        source.AddTo(command);
        effect.AddTo(command);
        command.Options.Add(level);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            var spec = new ControlRateSpec { Effect = effect.Read(parsed), Level = parsed.GetValue(level) ?? DefaultLevel };
            return await RunAsync(host, parsed, spec, source, json, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, ParseResult parsed, ModelSpec spec, DataArgument source, Option<bool> json, CancellationToken cancellation)
    {
        using var session = new LazySession(host);
        var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
        var fit = PeopleModels.Fit(spec, data, new FitOptions { CancellationToken = cancellation });
        foreach (var row in fit.Dropped)
        {
            host.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"note: row {row.Row + 1} was left out: {row.Reason}"));
        }

        host.Out.WriteLine((parsed.GetValue(json) ? NamedTablesReport.ToJson(fit.Further, fit.Notes) : NamedTablesReport.ToText(fit.Further, fit.Notes)).TrimEnd());
        return ExitCode.Ok;
    }

    private static Option<double?> LevelOption() =>
        new("--level") { Description = "Confidence level in percent.", HelpName = "NUMBER", CustomParser = InvariantNumber.Parse };

    private static Option<bool> JsonOption() => new("--json") { Description = "Print every number as JSON." };

    private static string Needed(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) ?? throw new MetaBridgeException(
        ErrorCode.SpecificationInvalid, $"{option.Name} is needed.", new Dictionary<string, object?> { ["option"] = option.Name });

    private static T Word<T>(ParseResult parsed, Option<string?> option, T otherwise)
        where T : struct, Enum => parsed.GetValue(option) is { } word ? Keywords<T>.Parse(word, option.Name.TrimStart('-')) : otherwise;

    private static string Words<T>()
        where T : struct, Enum => string.Join(", ", Keywords<T>.All.Values.Select(k => k.Word));
}
