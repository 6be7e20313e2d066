using System.Globalization;
using MetaBridge.Multilevel.Terms;

namespace MetaBridge.Multilevel;

/// <summary>Where an optimum lies on the border of the parameter space, in words.</summary>
internal static class BoundaryFindings
{
    /// <summary>One sentence for each estimated component on a bound and for each singular unstructured covariance.</summary>
    public static string[] Of(GaussianProblem problem, double[] point, bool[] isFree)
    {
        var layout = problem.Layout;
        var terms = problem.Input.Terms;
        var components = ComponentTable.Of(terms, layout, layout.ToNatural(point));
        var list = new List<string>();
        for (var t = 0; t < terms.Length; t++)
        {
            if (terms[t].Term is FactoredUnstructuredTerm term)
            {
                var rank = Enumerable.Range(0, term.Size).Count(k => isFree[layout.FirstOf(t) + term.IndexOf(k, k)]);
                if (rank < term.Size)
                {
                    list.Add(string.Create(CultureInfo.InvariantCulture, $"the covariance of '{terms[t].InnerName} | {terms[t].Name}' is singular: rank {rank} of {term.Size}"));
                }
            }

            for (var i = 0; i < terms[t].Term.ParameterCount; i++)
            {
                var at = layout.FirstOf(t) + i;
                if (layout.Fixed[at] is null && (point[at] <= layout.Lower[at] || point[at] >= layout.Upper[at]))
                {
                    var component = components[t].Components[i];
                    list.Add(string.Create(CultureInfo.InvariantCulture, $"{Specs.Keywords<ComponentKind>.Of(component.Kind)} of '{component.Label}' is at its limit {component.Value:G6}"));
                }
            }
        }

        return [.. list];
    }
}
