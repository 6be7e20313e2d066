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
    private readonly Option<string?> vtypeColumn = ModelOptions.Text("--vtype-column", "Column with the variance type of each row.", "COLUMN");
    private readonly Option<bool> onlyFirst = new("--onlyo1") { Description = "Add to the cells of the first outcome only." };
    private readonly Option<bool> noAddYi = new("--no-addyi") { Description = "Keep the addition out of the effect sizes." };
    private readonly Option<bool> noAddVi = new("--no-addvi") { Description = "Keep the addition out of the variances." };
    private readonly Option<bool> flip = new("--flip") { Description = "Turn the signs of all effect sizes." };
    private readonly Option<string?> flipColumn = ModelOptions.Text("--flip-column", "Column that turns single signs (TRUE or -1).", "COLUMN");

    private readonly Option<bool> noCorrect = new("--no-correct")
    {
        Description = "Leave out the bias correction of ROM, ROMC, CVR and CVRC, as metafor before 5.0 does.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(measure);
        foreach (var (_, option) in roles)
        {
            command.Options.Add(option);
        }

        Option[] rules = [add, to, drop00, onlyFirst, noAddYi, noAddVi, vtype, vtypeColumn, noCorrect, flip, flipColumn];
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

    /// <summary>The same where nothing is added to cells unless <c>--to</c> says so.</summary>
    public EffectSpec ReadAddingNothing(ParseResult parsed) =>
        Read(parsed) is var effect && parsed.GetValue(to) is null ? effect with { AddTo = AddRule.None } : effect;

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
            VtypeColumn = parsed.GetValue(vtypeColumn),
            Correct = !parsed.GetValue(noCorrect),
            AddToFirstOutcomeOnly = parsed.GetValue(onlyFirst),
            AddToEffect = !parsed.GetValue(noAddYi),
            AddToVariance = !parsed.GetValue(noAddVi),
            Flip = parsed.GetValue(flip),
            FlipColumn = parsed.GetValue(flipColumn),
        };
        return roles.Aggregate(effect, (current, role) => role.Role.Set(current, parsed.GetValue(role.Option)));
    }
}
