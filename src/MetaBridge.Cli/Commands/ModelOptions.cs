using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options that make up a model specification, metafor's names with two dashes.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string?> spec = Text("--spec", "Read the specification from a JSON file instead of options.", "FILE");
    private readonly Option<string?> mods = Text("--mods", "Moderators, such as \"~ ablat + factor(alloc)\".", "FORMULA");
    private readonly Option<string?> method = Text("--method", $"Estimator of the heterogeneity, or several in turn with commas: {WordsOf<HeterogeneityMethod>()}; or how tables are pooled: {WordsOf<PoolingMethod>()}.", "NAME");
    private readonly Option<string?> test = Text("--test", $"Tests and intervals: {WordsOf<CoefficientTest>()}.", "NAME");
    private readonly Option<double?> level = Number("--level", "Confidence level in percent.");
    private readonly Option<string?> tau2 = Text("--tau2", "Fix the heterogeneity variance instead of estimating it.", "NUMBER");
    private readonly Option<string?> btt = Text("--btt", "Coefficients in the omnibus test, counted from 1: 2,3 or 2:4.", "LIST");
    private readonly Option<string?> subset = Text("--subset", "Rows to use, such as \"year > 1950\".", "CONDITION");
    private readonly Option<string?> slab = Text("--slab", "Column with study labels.", "COLUMN");
    private readonly Option<string?> weights = Text("--weights", "Column with custom weights.", "COLUMN");
    private readonly Option<bool> unweighted = new("--unweighted") { Description = "Estimate the coefficients without weights." };
    private readonly Option<bool> predict = new("--predict") { Description = "Also predicted values with intervals." };
    private readonly Option<bool> confint = new("--confint") { Description = "Also intervals of the heterogeneity: by Q-profile, of multilevel components by profile likelihood." };
    private readonly Option<string[]> also = new("--also")
    {
        Description = $"Also tables beside the fit: {WordsOf<FurtherResult>()}; several with commas, options in brackets: \"gosh(subsets=1000)\".",
        HelpName = "WORDS",
    };

    private readonly EffectOptions effect = new();
    private readonly Option<string?> cluster = Text(
        "--cluster", "Column with clusters: those of a Bayesian model's studies, or of what --also and --robust compute by cluster.", "COLUMN");

    private readonly MultilevelOptions multilevel;
    private readonly BayesOptions bayes;
    private readonly StratifiedOptions stratified = new();
    private readonly bool isBayesian;

    /// <param name="isBayesian">Whether the command fits Bayesian models alone.</param>
    public ModelOptions(bool isBayesian = false)
    {
        this.isBayesian = isBayesian;
        multilevel = new MultilevelOptions(cluster);
        bayes = new BayesOptions(cluster);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        effect.AddTo(command);
        bayes.AddTo(command, asChoice: !isBayesian);
        Option[] own = isBayesian ? [cluster, spec, mods, level, subset, slab, weights] : [cluster, spec, mods, method, test, level, tau2, btt, subset, slab, weights, unweighted, predict, confint, also];
        foreach (var option in own)
        {
            command.Options.Add(option);
        }

        if (!isBayesian)
        {
            multilevel.AddTo(command);
            stratified.AddTo(command);
        }
    }

    /// <summary>The specification that the command line asks for.</summary>
    /// <exception cref="MetaBridgeException">It contradicts itself, or names what nobody knows.</exception>
    public ModelSpec Read(ParseResult parsed) => parsed.GetValue(spec) is { } path
        ? SpecJson.Read(Files.ReadText(path), path)
        : isBayesian || bayes.IsAskedFor(parsed) ? ReadBayes(parsed)
        : StratifiedOptions.MethodOf(parsed.GetValue(method)) is { } pooling ? ReadStratified(parsed, pooling)
        : stratified.RequireNone(parsed) || multilevel.IsAskedFor(parsed) ? ReadMultilevel(parsed) : ReadUnivariate(parsed);

    /// <summary>The dataset with the matrices of the files that the options name.</summary>
    public Data.Dataset Attach(ParseResult parsed, Data.Dataset data) => multilevel.Attach(parsed, data);

    private UnivariateSpec ReadUnivariate(ParseResult parsed)
    {
        var defaults = new UnivariateSpec { Effect = effect.Read(parsed) };
        var methods = parsed.GetValue(method) is { } m ? MethodSequence.Parse(m) : [defaults.Method];
        return defaults with
        {
            Moderators = parsed.GetValue(mods),
            Method = methods[0],
            Fallbacks = methods.Count > 1 ? [.. methods.Skip(1)] : null,
            Test = parsed.GetValue(test) is { } t ? Keywords<CoefficientTest>.Parse(t, "test") : defaults.Test,
            Level = parsed.GetValue(level) ?? defaults.Level,
            TauSquared = NumberList.Single(parsed.GetValue(tau2), "--tau2"),
            TestedCoefficients = IntegerList.Parse(parsed.GetValue(btt), "--btt"),
            Subset = parsed.GetValue(subset),
            LabelColumn = parsed.GetValue(slab),
            WeightColumn = parsed.GetValue(weights),
            Weighted = !parsed.GetValue(unweighted),
            Also = multilevel.UnivariateRobust(parsed) is { } robust ? [.. AlsoOf(parsed) ?? [], robust] : AlsoOf(parsed),
        };
    }

    private BayesSpec ReadBayes(ParseResult parsed)
    {
        var (given, measure, sampleSizes) = effect.ReadWithScale(parsed);
        return bayes.Read(parsed, new BayesSpec
        {
            Effect = given,
            Measure = measure,
            SampleSizeColumn = sampleSizes,
            Moderators = parsed.GetValue(mods),
            Level = parsed.GetValue(level) ?? new BayesSpec { Effect = given }.Level,
            Subset = parsed.GetValue(subset),
            LabelColumn = parsed.GetValue(slab),
            WeightColumn = parsed.GetValue(weights),
        });
    }

    private StratifiedSpec ReadStratified(ParseResult parsed, PoolingMethod pooling)
    {
        Option[] foreign = [mods, test, tau2, btt, weights, unweighted, predict, confint];
        StratifiedOptions.Refuse(Array.Find(foreign, option => parsed.GetResult(option) is { Implicit: false }) ?? multilevel.FirstGiven(parsed), pooling);
        var defaults = new StratifiedSpec { Effect = new EffectSpec() };
        return stratified.Read(parsed, effect.Read(parsed), defaults with
        {
            Method = pooling,
            Level = parsed.GetValue(level) ?? defaults.Level,
            Subset = parsed.GetValue(subset),
            LabelColumn = parsed.GetValue(slab),
            Also = AlsoOf(parsed),
        });
    }

    private MultilevelSpec ReadMultilevel(ParseResult parsed)
    {
        if (parsed.GetValue(unweighted))
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                "--unweighted does not exist for models with --random.",
                new Dictionary<string, object?> { ["option"] = "--unweighted" });
        }

        var defaults = new MultilevelSpec { Effect = effect.Read(parsed) };
        return multilevel.Read(parsed, defaults with
        {
            Moderators = parsed.GetValue(mods),
            Method = parsed.GetValue(method) is { } m ? Keywords<HeterogeneityMethod>.Parse(m, "method") : defaults.Method,
            Test = parsed.GetValue(test) is { } t ? Keywords<CoefficientTest>.Parse(t, "test") : defaults.Test,
            Level = parsed.GetValue(level) ?? defaults.Level,
            TauSquared = NumberList.Parse(parsed.GetValue(tau2), "--tau2"),
            TestedCoefficients = IntegerList.Parse(parsed.GetValue(btt), "--btt"),
            Subset = parsed.GetValue(subset),
            LabelColumn = parsed.GetValue(slab),
            WeightColumn = parsed.GetValue(weights),
            Also = AlsoOf(parsed),
        });
    }

    internal static Option<string?> Text(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };

    private static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = InvariantNumber.Parse,
    };

    private static string WordsOf<T>()
        where T : struct, Enum => string.Join(", ", Keywords<T>.All.Values.Select(k => k.Word));

    private List<FurtherRequest>? AlsoOf(ParseResult parsed)
    {
        List<FurtherRequest> requests = [.. (parsed.GetValue(also) ?? []).SelectMany(FurtherRequest.ParseList).Distinct()];
        if (parsed.GetValue(confint))
        {
            requests.Insert(0, FurtherResult.HeterogeneityIntervals);
        }

        if (parsed.GetValue(predict))
        {
            requests.Insert(0, FurtherResult.Predictions);
        }

        return requests.Count > 0 ? requests : null;
    }
}
