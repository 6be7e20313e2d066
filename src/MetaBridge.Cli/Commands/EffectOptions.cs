using System.CommandLine;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options that say where effect sizes come from: <c>--measure</c>, the column roles, and the zero-cell rules.</summary>
internal sealed class EffectOptions
{
    private readonly Option<string?> measure = ModelOptions.Text(
        "--measure", $"Effect size: {string.Join(", ", Keywords<EffectMeasure>.All.Values.Select(k => k.Word))}.", "NAME");

    private readonly List<(ColumnRole Role, Option<string?> Option)> roles =
        [.. ColumnRole.All.Select(role => (role, ModelOptions.Text("--" + role.Name, $"Column: {role.Description}.", "COLUMN")))];

    private readonly Option<double?> add = new("--add")
    {
        Description = "What is added to the cells of tables with a zero (default 1/2).",
        HelpName = "NUMBER",
        CustomParser = InvariantNumber.Parse,
    };

    private readonly Option<string?> to = ModelOptions.Text(
        "--to", $"To which tables: {string.Join(", ", Keywords<AddRule>.All.Values.Select(k => k.Word))}.", "RULE");

    private readonly Option<bool> drop00 = new("--drop00") { Description = "Leave out studies without events in both groups." };
    private readonly Option<string?> vtype = ModelOptions.Text("--vtype", "Which sampling variance (LS, UB, ...).", "NAME");

    private readonly Option<bool> noCorrect = new("--no-correct")
    {
        Description = "Leave out the bias correction of ROM, ROMC and CVR, as metafor before 5.0 does.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(measure);
        foreach (var (_, option) in roles)
        {
            command.Options.Add(option);
        }

        Option[] rules = [add, to, drop00, vtype, noCorrect];
        foreach (var option in rules)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>
    /// The same where given effect sizes have a measure too: then <c>--measure</c> is their scale and <c>--ni</c> the column of sample sizes.
    /// </summary>
    public (EffectSpec Effect, BayesMeasure? Scale, string? SampleSizes) ReadWithScale(ParseResult parsed)
    {
        if (roles.Find(role => role.Role.Name == "yi").Option is not { } yi || parsed.GetValue(yi) is null)
        {
            return (Read(parsed), null, null);
        }

        var given = Read(parsed, EffectMeasure.Given);
        return (given with { Ni = null }, parsed.GetValue(measure) is { } word ? Keywords<BayesMeasure>.Parse(word, "measure") : null, given.Ni);
    }

    /// <summary>The effect specification that the command line asks for.</summary>
    public EffectSpec Read(ParseResult parsed) =>
        Read(parsed, parsed.GetValue(measure) is { } word ? Keywords<EffectMeasure>.Parse(word, "measure") : new EffectSpec().Measure);

    private EffectSpec Read(ParseResult parsed, EffectMeasure effectMeasure)
    {
        var defaults = new EffectSpec();
        var effect = defaults with
        {
            Measure = effectMeasure,
            Add = parsed.GetValue(add),
            AddTo = parsed.GetValue(to) is { } rule ? Keywords<AddRule>.Parse(rule, "to") : defaults.AddTo,
            Drop00 = parsed.GetValue(drop00),
            Vtype = parsed.GetValue(vtype),
            Correct = !parsed.GetValue(noCorrect),
        };
        return roles.Aggregate(effect, (current, role) => role.Role.Set(current, parsed.GetValue(role.Option)));
    }
}
