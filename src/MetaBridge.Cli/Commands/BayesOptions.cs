using System.CommandLine;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options of Bayesian models: the arguments of RoBMA's <c>brma()</c> that the other models do not have.</summary>
internal sealed class BayesOptions(Option<string?> cluster)
{
    private static readonly string[] PriorNames = ["effect", "heterogeneity", "heterogeneity_allocation", "mods", "scale"];

    private readonly Option<bool> bayes = new("--bayes") { Description = "A Bayesian model, as metabridge brma fits it." };
    private readonly Option<string?> scale = ModelOptions.Text("--scale", "Bayesian models: moderators of ln tau.", "FORMULA");
    private readonly Option<string[]> prior = new("--prior")
    {
        Description = $"A prior: NAME=PRIOR with NAME one of {string.Join(", ", PriorNames)} or a coefficient, such as \"effect=normal(0, 0.5)\" or \"heterogeneity=half-t(0.5, 3)\"; may be repeated.",
        HelpName = "NAME=PRIOR",
    };

    private readonly Option<string?> informed = ModelOptions.Text("--prior-informed", "Empirical priors of a field: medicine, Oral Health, ..., psychology.", "FIELD");
    private readonly Option<double?> unit = Number("--prior-unit-information-sd", "The unit-information standard deviation behind the default priors.");
    private readonly Option<double?> rescale = Number("--rescale-priors", "A factor on the scales of all priors.");
    private readonly Option<string?> contrast = ModelOptions.Text(
        "--contrast", $"Coding of factors in Bayesian models: {string.Join(", ", Keywords<FactorContrast>.All.Values.Select(k => k.Word))}.", "NAME");

    private readonly Option<bool> raw = new("--no-standardize") { Description = "Bayesian models: priors apply to moderators on their own scale." };

    private Option[] Own => [scale, prior, informed, unit, rescale, contrast, raw];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="asChoice">Whether the command has other models, so that <c>--bayes</c> chooses this one.</param>
    public void AddTo(Command command, bool asChoice)
    {
        if (asChoice)
        {
            command.Options.Add(bayes);
        }

        Array.ForEach(Own, command.Options.Add);
    }

    /// <summary>Whether the command line asks for a Bayesian model.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: one of the options stands without <c>--bayes</c>.</exception>
    public bool IsAskedFor(ParseResult parsed) => parsed.GetValue(bayes) || (Array.Find(Own, option => option != cluster && parsed.GetResult(option) is { Implicit: false }) is { } alone
        ? throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"{alone.Name} needs --bayes, which makes the model a Bayesian one.",
            new Dictionary<string, object?> { ["option"] = alone.Name })
        : false);

    /// <summary>The specification with these options put in.</summary>
    public BayesSpec Read(ParseResult parsed, BayesSpec spec) => WithPriors(parsed.GetValue(prior) ?? [], spec with
    {
        ClusterColumn = parsed.GetValue(cluster),
        ScaleModerators = parsed.GetValue(scale),
        InformedPriors = parsed.GetValue(informed),
        UnitInformationSd = parsed.GetValue(unit),
        RescalePriors = parsed.GetValue(rescale) ?? spec.RescalePriors,
        FactorContrast = parsed.GetValue(contrast) is { } word ? Keywords<FactorContrast>.Parse(word, "contrast") : spec.FactorContrast,
        StandardizeContinuous = !parsed.GetValue(raw),
    });

    private static BayesSpec WithPriors(string[] texts, BayesSpec spec)
    {
        var coefficients = new Dictionary<string, Prior>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            // A coefficient's name may hold an equals sign, a prior's first word none.
            var at = text.LastIndexOf('=', Math.Max(text.IndexOf('(', StringComparison.Ordinal), 0));
            var name = at > 0 ? text[..at].Trim() : throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"--prior is '{text}'; it takes NAME=PRIOR, such as effect=normal(0, 0.5).",
                new Dictionary<string, object?> { ["option"] = "--prior", ["value"] = text });
            var parsed = PriorText.Parse(text[(at + 1)..], $"--prior {name}");
            spec = name switch
            {
                "effect" or "mu" => spec with { PriorEffect = parsed },
                "heterogeneity" or "tau" => spec with { PriorHeterogeneity = parsed },
                "heterogeneity_allocation" or "rho" => spec with { PriorAllocation = parsed },
                "mods" => spec with { PriorModerators = parsed },
                "scale" => spec with { PriorScale = parsed },
                _ => spec,
            };
            if (!PriorNames.Contains(name) && name is not ("mu" or "tau" or "rho"))
            {
                coefficients[name] = parsed;
            }
        }

        return coefficients.Count > 0 ? spec with { PriorCoefficients = coefficients } : spec;
    }

    private static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = InvariantNumber.Parse,
    };
}
