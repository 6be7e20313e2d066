using System.CommandLine;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options of pooled tables; <c>--method MH</c> or <c>PETO</c> makes a model one of these.</summary>
/// <remarks>
/// <c>--add</c>, <c>--to</c> and <c>--drop00</c> are the rules for the effect sizes of single tables, whose default leaves tables without events
/// out; what is pooled has rules of its own.
/// </remarks>
internal sealed class StratifiedOptions
{
    private readonly Option<double?> add = new("--pool-add")
    {
        Description = "With --method MH or PETO: what is added to cells before pooling (default 0).",
        HelpName = "NUMBER",
        CustomParser = InvariantNumber.Parse,
    };

    private readonly Option<string?> to = ModelOptions.Text("--pool-to", "To which tables before pooling (default none).", "RULE");

    private readonly Option<bool> drop00 = new("--pool-drop00") { Description = "Pool no studies without events in both groups." };

    private readonly Option<bool> keep00 = new("--keep00")
    {
        Description = "With --method MH or PETO: effect sizes for studies without events in both groups too.",
    };

    private Option[] All => [add, to, drop00, keep00];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The pooling method that <c>--method</c> names, or null when it names none.</summary>
    public static PoolingMethod? MethodOf(string? word) => Array.Find(
        [.. Keywords<PoolingMethod>.All], pair => pair.Value.Word.Equals(word, StringComparison.OrdinalIgnoreCase)) is { Value: not null } found ? found.Key : null;

    /// <summary>Refuses these options where no tables are pooled.</summary>
    /// <returns>False, so that conditions can be chained.</returns>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public bool RequireNone(ParseResult parsed) => Array.Find(All, option => parsed.GetResult(option) is { Implicit: false }) is { } alone
        ? throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"{alone.Name} needs --method MH or --method PETO.",
            new Dictionary<string, object?> { ["option"] = alone.Name })
        : false;

    /// <summary>Refuses an option that pooled tables don't have.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static void Refuse(Option? option, PoolingMethod method)
    {
        if (option is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"{option.Name} does not exist with --method {Keywords<PoolingMethod>.Of(method)}, which pools tables to one common effect.",
                new Dictionary<string, object?> { ["option"] = option.Name });
        }
    }

    /// <summary>The specification with these options and the rules for zero cells put in.</summary>
    public StratifiedSpec Read(ParseResult parsed, EffectSpec effect, StratifiedSpec spec) => spec with
    {
        Effect = effect with { Add = null, AddTo = new EffectSpec().AddTo, Drop00 = false, Correct = true },
        Observed = new(effect.Add ?? spec.Observed.Add, effect.AddTo, !parsed.GetValue(keep00)),
        Pooling = new(
            parsed.GetValue(add) ?? spec.Pooling.Add,
            parsed.GetValue(to) is { } rule ? Keywords<AddRule>.Parse(rule, "to") : spec.Pooling.To,
            parsed.GetValue(drop00)),
        ContinuityCorrection = effect.Correct,
    };
}
