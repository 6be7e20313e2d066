using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Natural parameters as the components that users know.</summary>
internal static class ComponentTable
{
    /// <summary>Every term with its components.</summary>
    public static RandomTermFit[] Of(BoundTerm[] terms, ParameterLayout layout, double[] natural)
    {
        var list = new RandomTermFit[terms.Length];
        for (var t = 0; t < terms.Length; t++)
        {
            var term = terms[t];
            var n = term.Term.ParameterCount;
            var components = new List<VarianceComponent>(n + 1);
            for (var i = 0; i < n; i++)
            {
                components.Add(new VarianceComponent(
                    Kind(term, i), Label(term, i), natural[layout.FirstOf(t) + i], term.Fixed[i] is not null));
            }

            if (term.ListsZeroCorrelation)
            {
                components.Add(new VarianceComponent(
                    term.Role == TermRole.Tau ? ComponentKind.Rho : ComponentKind.Phi, term.InnerName!, 0, true));
            }

            list[t] = new RandomTermFit(
                term.Name,
                term.InnerName,
                term.Structure,
                term.Outer.Levels.Count,
                term.EffectNames,
                term.Term is Terms.InterceptTerm { HasKnownCorrelation: true },
                components) { RemovedLevels = term.LostLevels };
        }

        return list;
    }

    /// <summary>Natural parameters from the components by the name of their vector: what <see cref="Of"/> takes apart, put together.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/>.</exception>
    public static double[] Natural(BoundTerm[] terms, ParameterLayout layout, IReadOnlyDictionary<string, double[]> components)
    {
        var natural = new double[layout.Count];
        var taken = new Dictionary<ComponentKind, int>();
        for (var t = 0; t < terms.Length; t++)
        {
            for (var i = 0; i < terms[t].Term.ParameterCount; i++)
            {
                var kind = Kind(terms[t], i);
                var at = taken.GetValueOrDefault(kind);
                taken[kind] = at + 1;
                natural[layout.FirstOf(t) + i] = components.GetValueOrDefault(Keywords<ComponentKind>.Of(kind)) is { } values && at < values.Length
                    ? values[at]
                    : throw new MetaBridgeException(
                        ErrorCode.LengthMismatch,
                        $"The model has more components '{Keywords<ComponentKind>.Of(kind)}' than the {at} given.",
                        new Dictionary<string, object?> { ["component"] = Keywords<ComponentKind>.Of(kind), ["length"] = at });
            }
        }

        return natural;
    }

    private static ComponentKind Kind(BoundTerm term, int parameter) => (term.Role, term.Term.IsVariance(parameter)) switch
    {
        (TermRole.Sigma, _) => ComponentKind.SigmaSquared,
        (TermRole.Tau, true) => ComponentKind.TauSquared,
        (TermRole.Tau, false) => ComponentKind.Rho,
        (_, true) => ComponentKind.GammaSquared,
        _ => ComponentKind.Phi,
    };

    private static string Label(BoundTerm term, int parameter)
    {
        if (term.Role == TermRole.Sigma)
        {
            return term.Name;
        }

        var q = term.EffectNames.Count;
        var isPerLevel = term.Fixed.Length > 2 || term.Structure is CovarianceStructure.Diagonal or CovarianceStructure.GeneralDiagonal;
        if (term.Term.IsVariance(parameter))
        {
            return isPerLevel && q > 1 ? term.EffectNames[parameter] : term.InnerName!;
        }

        if (term.Structure is not (CovarianceStructure.Unstructured or CovarianceStructure.General))
        {
            return term.InnerName!;
        }

        var at = parameter - q;
        for (var a = 0; a < q; a++)
        {
            for (var b = a + 1; b < q; b++)
            {
                if (at-- == 0)
                {
                    return term.EffectNames[a] + "-" + term.EffectNames[b];
                }
            }
        }

        return term.InnerName!;
    }
}
