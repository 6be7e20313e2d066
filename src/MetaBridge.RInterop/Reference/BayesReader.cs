using MetaBridge.Bayes;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Evaluates a generated call of <c>brma_reference</c> or <c>brma_sampled</c> and reads what it returns into our shape.</summary>
internal static class BayesReader
{
    /// <summary>The program that computed the reference.</summary>
    public const string Program = "brma-reference.R";

    /// <summary>The program that computed the reference of a sampled model.</summary>
    public const string SampledProgram = "brma-sampled.R";

    private static readonly string[] Scripts = ["brma-rules.R", Program, SampledProgram];

    private const string Extract =
        """
        list(estimates.error = as.numeric(fit$estimates.error), heterogeneity.error = as.numeric(fit$heterogeneity.error), chains = fit$chains, draws = fit$draws,
             estimates = as.numeric(fit$estimates), estimates.names = rownames(fit$estimates), heterogeneity = as.numeric(fit$heterogeneity),
             heterogeneity.names = rownames(fit$heterogeneity), logml = fit$logml, yi = as.numeric(fit$yi), vi = as.numeric(fit$vi))
        """;

    /// <summary>The code that defines the reference, evaluates a call and takes its result apart.</summary>
    public static string CodeFor(string call) => $"fit <- (function() {{\n{RSnippets.FixedCollation}\n{string.Join('\n', Scripts.Select(Script))}\n{call}\n}})()\n{Extract}";

    /// <summary>Reads the result of that code; where it reports no errors, they are zero.</summary>
    public static BayesFit Read(RList value, BayesSpec spec, string engine, bool isSampled)
    {
        var fit = new Fields(value);
        var yi = fit.Numbers("yi");
        var nothing = Prior.Point(0);
        return new BayesFit
        {
            Engine = engine,
            Measure = spec.Measure ?? BayesMeasure.General,
            Level = spec.Level,
            Priors = new PriorSet(nothing, nothing, nothing, nothing, nothing, double.NaN),
            Estimates = Table(fit, "estimates"),
            Heterogeneity = Table(fit, "heterogeneity"),
            LogMarginalLikelihood = new Estimate(fit.Number("logml"), 0),
            TypicalVariance = double.NaN,
            Quadrature = null,
            Sampling = isSampled ? new SamplingReport((int)fit.Number("chains"), 0, (int)fit.Number("draws"), 1, true, []) : null,
            ClusterNames = [],
            Studies = new StudyTable(yi, fit.Numbers("vi"), [], [], []),
        };
    }

    private static PosteriorRow[] Table(Fields fit, string name)
    {
        var names = fit.Texts(name + ".names");
        var values = fit.Numbers(name);
        var errors = fit.Numbers(name + ".error");
        Estimate At(int row, int column) => new(values[(column * names.Length) + row], errors.Length == 0 ? 0 : errors[(column * names.Length) + row]);
        return [.. names.Select((row, r) => new PosteriorRow(row, At(r, 0), At(r, 1), At(r, 2), At(r, 3), At(r, 4)))];
    }

    private static string Script(string name)
    {
        using var stream = typeof(BayesReader).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
