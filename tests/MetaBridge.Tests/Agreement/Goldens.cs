using System.Collections.Concurrent;
using MetaBridge.Agreement;
using MetaBridge.Data;

namespace MetaBridge.Tests.Agreement;

/// <summary>The project's recorded cases.</summary>
internal static class Goldens
{
    private static readonly ConcurrentDictionary<string, Dataset> Datasets = new();

    public static string Folder { get; } = FindFolder();

    public static IReadOnlyList<string> Paths { get; } =
        [.. Directory.EnumerateFiles(Folder, "*" + AgreementCase.CaseSuffix, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public static Golden Load(string path)
    {
        var theCase = AgreementCase.Load(path);
        var data = Datasets.GetOrAdd(DatasetPath(theCase), Dataset.ReadJson);
        return new(theCase, data, RecordedResult.Load(theCase.VerifiedPath));
    }

    // Beside the case, or where those of all cases are.
    private static string DatasetPath(AgreementCase theCase)
    {
        var own = Path.Combine(theCase.Folder, "datasets", theCase.Data + ".json");
        return File.Exists(own) ? own : Path.Combine(Folder, "datasets", theCase.Data + ".json");
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "golden", "datasets")))
            {
                return Path.Combine(folder.FullName, "golden");
            }
        }

        throw new DirectoryNotFoundException("golden");
    }
}

/// <summary>A case with its data and R's result.</summary>
internal sealed record Golden(AgreementCase Case, Dataset Data, RecordedResult Recorded)
{
    public FitResult Fit() => MetaAnalysis.Fit(Case.Spec, Data);

    /// <summary>The fits with centred effect sizes; null for a model with a constant.</summary>
    public CentredFits? Centred() => Fit().SpansConstant
        ? null
        : AgreementCheck.Centred(Case.Spec, Data, Recorded.Result, FitOptions.Default);

    /// <summary>Our fit at R's own components; null where none were searched for.</summary>
    public FitResult? FitAtTheirs() => AgreementCheck.ComponentsOf(Fit(), Recorded.Result) is { } components
        ? MetaAnalysis.Fit(Case.Spec, Data, new FitOptions { EvaluateAt = components })
        : null;
}
