using MetaBridge.Multilevel.Shapes;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>
/// Compound symmetry with a correlation that is not negative is two variances, τ²ρ between and τ²(1 − ρ) within the outer groups. With
/// independent sampling errors they are found at the cost of a nested model, and the model itself is then searched from there.
/// </summary>
internal static class DisguisedVariances
{
    /// <summary>The nested model that does the same; null where there is none or where it is not cheaper.</summary>
    public static GaussianProblem? Of(GaussianProblem problem)
    {
        var input = problem.Input;
        if (input.Sampling.Blocks.Count > 0
            || !Array.Exists(input.Terms, IsCompound)
            || !Array.TrueForAll(input.Terms, term => IsCompound(term) || term.Term is InterceptTerm { HasKnownCorrelation: false })
            || Array.Exists(problem.Layout.Fixed, value => value is not null))
        {
            return null;
        }

        var parts = input.Terms.SelectMany(term => IsCompound(term)
            ? new[] { Variance(term, term.Outer), Variance(term, Grouping.Within(term.Outer, term.Inner!)) }
            : [Variance(term, term.Outer)]).ToArray();
        var nested = new GaussianProblem(input with { Terms = parts });
        return nested.Shape is NestedShape ? nested : null;
    }

    /// <summary>The natural parameters of the model at given variances of the nested one.</summary>
    public static double[] Natural(GaussianProblem problem, double[] variances)
    {
        var natural = new List<double>();
        var at = 0;
        foreach (var term in problem.Input.Terms)
        {
            if (!IsCompound(term))
            {
                natural.Add(variances[at++]);
                continue;
            }

            var (between, within) = (variances[at++], variances[at++]);
            natural.Add(between + within);
            natural.Add(between + within > 0 ? between / (between + within) : 0);
        }

        return [.. natural];
    }

    private static bool IsCompound(BoundTerm term) =>
        term is { Inner: not null, Term: CorrelatedTerm { Structure: CovarianceStructure.CompoundSymmetry } };

    private static BoundTerm Variance(BoundTerm of, Grouping grouping) => new()
    {
        Term = new InterceptTerm((int[])grouping.Codes.Clone(), grouping.Levels.Count),
        Role = TermRole.Sigma,
        Name = of.Name,
        Outer = grouping,
        Fixed = [null],
    };
}
