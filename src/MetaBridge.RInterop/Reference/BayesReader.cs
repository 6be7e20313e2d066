using MetaBridge.Bayes;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Evaluates a generated call of <c>brma_reference</c> and reads what it returns into our shape.</summary>
internal static class BayesReader
{
    /// <summary>The program that computed the reference.</summary>
    public const string Program = "brma-reference.R";

    private const string Extract =
        """
        list(estimates = as.numeric(fit$estimates), estimates.names = rownames(fit$estimates), heterogeneity = as.numeric(fit$heterogeneity),
             heterogeneity.names = rownames(fit$heterogeneity), logml = fit$logml, yi = as.numeric(fit$yi), vi = as.numeric(fit$vi))
        """;

    /// <summary>The code that defines the reference, evaluates a call and takes its result apart.</summary>
    public static string CodeFor(string call) => $"fit <- (function() {{\n{RSnippets.FixedCollation}\n{Script()}\n{call}\n}})()\n{Extract}";

    /// <summary>Reads the result of that code; where it reports no errors, they are zero.</summary>
    public static BayesFit Read(RList value, BayesSpec spec, string engine)
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
            ClusterNames = [],
            Studies = new StudyTable(yi, fit.Numbers("vi"), [], [], []),
        };
    }

    private static PosteriorRow[] Table(Fields fit, string name)
    {
        var names = fit.Texts(name + ".names");
        var values = fit.Numbers(name);
        Estimate At(int row, int column) => new(values[(column * names.Length) + row], 0);
        return [.. names.Select((row, r) => new PosteriorRow(row, At(r, 0), At(r, 1), At(r, 2), At(r, 3), At(r, 4)))];
    }

    private static string Script()
    {
        using var stream = typeof(BayesReader).Assembly.GetManifestResourceStream(Program)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
