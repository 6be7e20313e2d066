using System.CommandLine;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary>The options of models with several random terms; one of <c>--random</c> makes a model one of these.</summary>
/// <param name="cluster">The column of clusters, an option that the command has already.</param>
internal sealed class MultilevelOptions(Option<string?> cluster)
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
        "--dist",
        $"Distances of spatial structures: {string.Join(", ", Keywords<DistanceMetric>.All.Values.Select(k => k.Word))}, or a file with a matrix (CSV, JSON).",
        "NAME|FILE");

    private readonly Option<string?> covariance = ModelOptions.Text(
        "--V", "Sampling covariance: a file with a matrix over the rows (CSV, JSON), or the name of a matrix of the dataset.", "FILE|NAME");

    private readonly Option<string[]> correlations = Repeated(
        "--R", "Known correlation of a 1 | id term: a file with a matrix whose header are the levels, or a matrix of the dataset; may be repeated.", "id=FILE|NAME");

    private readonly Option<string?> scaling = ModelOptions.Text(
        "--Rscale", $"Scaling of known correlations: {string.Join(", ", Keywords<CorrelationScaling>.All.Values.Select(k => k.Word))}.", "NAME");

    private readonly Option<string?> robust = ModelOptions.Text(
        "--robust", $"Cluster-robust tests with this sandwich: {string.Join(", ", Keywords<ClusterRobustEstimator>.All.Values.Select(k => k.Word))}.", "NAME");

    private readonly Option<string?> calculated = ModelOptions.Text(
        "--vcalc", "Sampling covariance by columns, such as \"cluster=study; obs=esid; rho=0.6\", or as JSON.", "TEXT");

    private Option[] All => [random, structure, dfs, sigma2, rho, gamma2, phi, metric, covariance, calculated, correlations, scaling, robust];

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

        // Cluster-robust tests are univariate models' too.
        return Array.Find(All.Except([robust]).ToArray(), option => parsed.GetResult(option) is { Implicit: false }) is { } alone
            ? throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"{alone.Name} needs --random, which says what varies.",
                new Dictionary<string, object?> { ["option"] = alone.Name })
            : false;
    }

    /// <summary>The first of these options that is given; null for none.</summary>
    public Option? FirstGiven(ParseResult parsed) =>
        Array.Find([.. All, cluster], option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The cluster-robust tests that a univariate model is asked for; null for none.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: clusters without a use.</exception>
    public FurtherRequest? UnivariateRobust(ParseResult parsed)
    {
        if (parsed.GetValue(robust) is { } estimator)
        {
            var options = new Dictionary<string, IReadOnlyList<string>> { ["estimator"] = [Keywords<ClusterRobustEstimator>.Of(Keywords<ClusterRobustEstimator>.Parse(estimator, "robust"))] };
            if (parsed.GetValue(cluster) is { } column)
            {
                options["cluster"] = [column];
            }

            return new FurtherRequest(FurtherResult.Robust, options);
        }

        return parsed.GetResult(cluster) is { Implicit: false } ? throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            "--cluster needs --robust, --random or --bayes.",
            new Dictionary<string, object?> { ["option"] = cluster.Name }) : null;
    }

    /// <summary>The specification with these options put in.</summary>
    public MultilevelSpec Read(ParseResult parsed, MultilevelSpec spec) => spec with
    {
        Random = parsed.GetValue(random) ?? [],
        Structures = parsed.GetValue(structure) is { Length: > 0 } names
            ? [.. names.Select(word => Keywords<CovarianceStructure>.Parse(word, "struct"))]
            : spec.Structures,
        DegreesOfFreedom = parsed.GetValue(dfs) is { } d ? Keywords<DegreesOfFreedomMethod>.Parse(d, "dfs") : spec.DegreesOfFreedom,
        SigmaSquared = NumberList.Parse(parsed.GetValue(sigma2), "--sigma2"),
        Rho = NumberList.Parse(parsed.GetValue(rho), "--rho"),
        GammaSquared = NumberList.Parse(parsed.GetValue(gamma2), "--gamma2"),
        Phi = NumberList.Parse(parsed.GetValue(phi), "--phi"),
        Metric = parsed.GetValue(metric) is { } m && !MatrixArgument.IsFile(m) ? Keywords<DistanceMetric>.Parse(m, "dist") : spec.Metric,
        DistanceMatrices = parsed.GetValue(metric) is { } d1 && MatrixArgument.IsFile(d1) ? [MatrixArgument.NameOf(d1)] : null,
        CovarianceMatrix = parsed.GetValue(covariance) is { } v ? MatrixArgument.NameOf(v) : null,
        KnownCorrelations = parsed.GetValue(correlations) is { Length: > 0 } known
            ? known.Select(MatrixArgument.Split).ToDictionary(pair => pair.Term, pair => MatrixArgument.NameOf(pair.File), StringComparer.Ordinal)
            : null,
        Scaling = parsed.GetValue(scaling) is { } r ? Keywords<CorrelationScaling>.Parse(r, "Rscale") : spec.Scaling,
        Covariance = VcalcText.Parse(parsed.GetValue(calculated)) ?? spec.Covariance,
        ClusterColumn = parsed.GetValue(cluster),
        Robust = parsed.GetValue(robust) is { } sandwich ? Keywords<ClusterRobustEstimator>.Parse(sandwich, "robust") : null,
        Also = parsed.GetValue(robust) is null ? spec.Also : [.. (spec.Also ?? []).Append(FurtherResult.Robust).Distinct()],
    };

    /// <summary>The dataset with the matrices of the files that the options name.</summary>
    /// <exception cref="MetaBridgeException">What is wrong with a file.</exception>
    public Dataset Attach(ParseResult parsed, Dataset data)
    {
        data = MatrixArgument.Attach(data, parsed.GetValue(covariance), isNamed: false);
        data = MatrixArgument.Attach(data, parsed.GetValue(metric), isNamed: true);
        return (parsed.GetValue(correlations) ?? []).Select(MatrixArgument.Split)
            .Aggregate(data, (current, pair) => MatrixArgument.Attach(current, pair.File, isNamed: true));
    }

    private static Option<string[]> Repeated(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };
}
