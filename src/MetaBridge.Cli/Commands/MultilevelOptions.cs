using System.CommandLine;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options of models with several random terms; one of <c>--random</c> makes a model one of these.</summary>
internal sealed class MultilevelOptions
{
    private readonly Option<string[]> random = Repeated(
        "--random", "A random term, such as \"~ 1 | district/school\" or \"~ outcome | study\"; may be repeated.", "FORMULA");

    private readonly Option<string[]> structure = Repeated(
        "--struct",
        $"Structure of each inner | outer term: {string.Join(", ", Keywords<CovarianceStructure>.All.Values.Select(k => k.Word))}; may be repeated.",
        "NAME");

    private readonly Option<string?> dfs = ModelOptions.Text(
        "--dfs", $"Degrees of freedom: {string.Join(", ", Keywords<DegreesOfFreedomMethod>.All.Values.Select(k => k.Word))}.", "NAME");

    private readonly Option<string?> sigma2 = ModelOptions.Text("--sigma2", "Fix variances of 1 | outer terms, such as 0.1,NA.", "LIST");
    private readonly Option<string?> rho = ModelOptions.Text("--rho", "Fix correlations of the first inner | outer term.", "LIST");
    private readonly Option<string?> gamma2 = ModelOptions.Text("--gamma2", "Fix variances of the second inner | outer term.", "LIST");
    private readonly Option<string?> phi = ModelOptions.Text("--phi", "Fix correlations of the second inner | outer term.", "LIST");
    private readonly Option<string?> metric = ModelOptions.Text(
        "--dist", $"Distances of spatial structures: {string.Join(", ", Keywords<DistanceMetric>.All.Values.Select(k => k.Word))}.", "NAME");

    private readonly Option<string?> cluster = ModelOptions.Text(
        "--cluster", "Column with the cases of what --also computes by cluster: residuals, influence, leave1out.", "COLUMN");

    private readonly Option<string[]> also = Repeated(
        "--also", $"Also tables beside the fit: {string.Join(", ", Keywords<FurtherResult>.All.Values.Select(k => k.Word))}; several with commas.", "WORDS");

    private Option[] All => [random, structure, dfs, sigma2, rho, gamma2, phi, metric, cluster, also];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether the command line asks for such a model.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: one of the options stands without <c>--random</c>.</exception>
    public bool IsAskedFor(ParseResult parsed)
    {
        if (parsed.GetResult(random) is { Implicit: false })
        {
            return true;
        }

        return Array.Find(All, option => parsed.GetResult(option) is { Implicit: false }) is { } alone
            ? throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"{alone.Name} needs --random, which says what varies.",
                new Dictionary<string, object?> { ["option"] = alone.Name })
            : false;
    }

    /// <summary>The specification with these options put in.</summary>
    public MultilevelSpec Read(ParseResult parsed, MultilevelSpec spec) => spec with
    {
        Random = parsed.GetValue(random) ?? [],
        Structures = parsed.GetValue(structure) is { Length: > 0 } words
            ? [.. words.Select(word => Keywords<CovarianceStructure>.Parse(word, "struct"))]
            : spec.Structures,
        DegreesOfFreedom = parsed.GetValue(dfs) is { } d ? Keywords<DegreesOfFreedomMethod>.Parse(d, "dfs") : spec.DegreesOfFreedom,
        SigmaSquared = NumberList.Parse(parsed.GetValue(sigma2), "--sigma2"),
        Rho = NumberList.Parse(parsed.GetValue(rho), "--rho"),
        GammaSquared = NumberList.Parse(parsed.GetValue(gamma2), "--gamma2"),
        Phi = NumberList.Parse(parsed.GetValue(phi), "--phi"),
        Metric = parsed.GetValue(metric) is { } m ? Keywords<DistanceMetric>.Parse(m, "dist") : spec.Metric,
        ClusterColumn = parsed.GetValue(cluster),
        Also = parsed.GetValue(also) is { Length: > 0 } lists ? [.. (spec.Also ?? []).Union(lists.SelectMany(WordsIn))] : spec.Also,
    };

    private static IEnumerable<FurtherResult> WordsIn(string list) => list
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(word => Keywords<FurtherResult>.Parse(word, "result"));

    private static Option<string[]> Repeated(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };
}
