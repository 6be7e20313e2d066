using System.Globalization;
using System.Text;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.Reporting;

/// <summary>The variance components of a multilevel fit in the layout of metafor's <c>print</c>.</summary>
/// <remarks>Counts of rows by inner level (k.lvl) are not part of a fit and left out.</remarks>
internal static class ComponentText
{
    // "sigma^2.1": metafor's names of components are padded to this.
    private const int NameWidth = 9;

    /// <summary>Writes the intercept terms as one table, then each structured term under its factors.</summary>
    public static void Write(StringBuilder text, MultilevelFit fit, int digits)
    {
        if (fit.Terms.Count == 0)
        {
            text.Append("Variance Components: none\n\n");
            return;
        }

        text.Append("Variance Components:\n\n");
        var intercepts = fit.Terms.Where(term => term.Structure is null).ToArray();
        if (intercepts.Length > 0)
        {
            WriteIntercepts(text, intercepts, digits);
        }

        foreach (var term in fit.Terms.Where(term => term.Structure is not null))
        {
            WriteStructured(text, term, digits);
        }
    }

    private static void WriteIntercepts(StringBuilder text, RandomTermFit[] terms, int digits)
    {
        var hasKnown = terms.Any(term => term.HasKnownCorrelation);
        string[] known = hasKnown ? ["R"] : [];
        List<string[]> rows = [["", "estim", "sqrt", "nlvls", "fixed", "factor", .. known]];
        for (var i = 0; i < terms.Length; i++)
        {
            var component = terms[i].Components[0];
            string[] mark = hasKnown ? [YesOrNo(terms[i].HasKnownCorrelation)] : [];
            rows.Add(
            [
                terms.Length == 1 ? "sigma^2" : string.Create(CultureInfo.InvariantCulture, $"sigma^2.{i + 1}"),
                .. Numbers(component, digits),
                terms[i].LevelCount.ToString(CultureInfo.InvariantCulture),
                YesOrNo(component.IsFixed),
                terms[i].Name,
                .. mark,
            ]);
        }

        TextRows.Write(text, rows, NameWidth);
    }

    private static void WriteStructured(StringBuilder text, RandomTermFit term, int digits)
    {
        var hasSlopes = term.Structure is CovarianceStructure.General or CovarianceStructure.GeneralDiagonal;
        var inner = hasSlopes ? $"~{term.InnerName}" : term.InnerName!;
        var width = Math.Max(term.Name.Length, inner.Length);
        text.Append(CultureInfo.InvariantCulture, $"outer factor: {term.Name.PadRight(width)} (nlvls = {term.LevelCount})\n");
        text.Append(hasSlopes
            ? $"inner term:   {inner}\n\n"
            : string.Create(CultureInfo.InvariantCulture, $"inner factor: {inner.PadRight(width)} (nlvls = {term.InnerLevels.Count})\n\n"));
        var isPaired = term.Structure is CovarianceStructure.Unstructured or CovarianceStructure.General;
        if (hasSlopes)
        {
            WriteSlopes(text, term, isPaired, digits);
            return;
        }

        var variances = term.Components.Where(IsVariance).ToArray();
        var listsZero = term.Structure is CovarianceStructure.Identity or CovarianceStructure.Diagonal;
        var others = isPaired || listsZero ? [] : term.Components.Where(c => !IsVariance(c)).ToArray();
        var hasLevels = variances.Length > 1;
        string[] level = hasLevels ? ["level"] : [];
        List<string[]> rows = [["", "estim", "sqrt", "fixed", .. level]];
        for (var i = 0; i < variances.Length; i++)
        {
            string[] own = hasLevels ? [variances[i].Label] : [];
            rows.Add([Name(variances[i].Kind, hasLevels ? i + 1 : 0), .. Numbers(variances[i], digits), YesOrNo(variances[i].IsFixed), .. own]);
        }

        string[] blank = hasLevels ? [""] : [];
        rows.AddRange(others.Select(c => (string[])[Name(c.Kind, 0), RNumbers.Fixed(c.Value, digits), "", YesOrNo(c.IsFixed), .. blank]));
        TextRows.Write(text, rows, NameWidth);
        if (isPaired && variances.Length > 1)
        {
            WritePairs(text, term, [.. variances.Select(c => c.Label)], digits);
        }

        if (term.RemovedLevels.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"levels of {term.InnerName} without a complete row: {string.Join(", ", term.RemovedLevels)}\n\n");
        }
    }

    // Variances of intercept and slopes by name; of GEN with their correlations above the diagonal and what is fixed below.
    private static void WriteSlopes(StringBuilder text, RandomTermFit term, bool isPaired, int digits)
    {
        var variances = term.Components.Where(IsVariance).ToArray();
        var correlations = isPaired ? Correlations(term, variances.Length) : null;
        string[] names = [.. variances.Select(c => c.Label)];
        string[] header = correlations is null ? [] : ["rho:", .. names];
        List<string[]> rows = [["", "estim", "sqrt", "fixed", .. header]];
        for (var i = 0; i < variances.Length; i++)
        {
            var row = i;
            string[] own = correlations is null ? [] :
            [
                "",
                .. names.Select((_, j) => j == row ? "-" : j > row
                    ? RNumbers.Fixed(correlations[row, j].Value, digits)
                    : YesOrNo(correlations[j, row].IsFixed)),
            ];
            rows.Add([names[i], .. Numbers(variances[i], digits), YesOrNo(variances[i].IsFixed), .. own]);
        }

        TextRows.Write(text, rows, 0);
    }

    // metafor's two triangles of UN: correlations below, what is fixed above.
    private static void WritePairs(StringBuilder text, RandomTermFit term, string[] levels, int digits)
    {
        var correlations = Correlations(term, levels.Length);
        var kind = term.Components.First(c => !IsVariance(c)).Kind;
        List<string[]> rows = [["", .. levels.Select(level => $"{Name(kind, 0)}.{level}")]];
        for (var i = 0; i < levels.Length; i++)
        {
            var row = i;
            rows.Add(
            [
                levels[i],
                .. levels.Select((_, j) => j == row ? "1" : j < row
                    ? RNumbers.Fixed(correlations[j, row].Value, digits)
                    : correlations[row, j].IsFixed ? "fixed" : ""),
            ]);
        }

        TextRows.Write(text, rows, 0);
    }

    private static VarianceComponent[,] Correlations(RandomTermFit term, int count)
    {
        var pairs = new VarianceComponent[count, count];
        var list = term.Components.Where(c => !IsVariance(c)).ToArray();
        for (int i = 0, at = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                pairs[i, j] = list[at++];
            }
        }

        return pairs;
    }

    private static string[] Numbers(VarianceComponent component, int digits) =>
        [RNumbers.Fixed(component.Value, digits), RNumbers.Fixed(Math.Sqrt(component.Value), digits)];

    private static string Name(ComponentKind kind, int number) => kind switch
    {
        ComponentKind.TauSquared => "tau^2",
        ComponentKind.GammaSquared => "gamma^2",
        ComponentKind.SigmaSquared => "sigma^2",
        ComponentKind.Rho => "rho",
        _ => "phi",
    } + (number > 0 ? string.Create(CultureInfo.InvariantCulture, $".{number}") : "");

    private static bool IsVariance(VarianceComponent component) => component.Kind is not (ComponentKind.Rho or ComponentKind.Phi);

    private static string YesOrNo(bool value) => value ? "yes" : "no";
}
