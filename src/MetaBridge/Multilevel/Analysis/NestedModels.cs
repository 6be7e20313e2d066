using MetaBridge.Errors;
using MetaBridge.Inference;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <summary>Whether one model is a special case of another, and what of it lies on the boundary of the parameters.</summary>
internal static class NestedModels
{
    // Columns count as the same space when what is left of one after projection on the other is rounding.
    private const double SpaceTolerance = 1e-8;

    /// <summary>The reference that the likelihood-ratio statistic has.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: the reduced model has a term that the full one lacks.</exception>
    public static LikelihoodRatioReference Reference(BoundTerm[] full, BoundTerm[] reduced)
    {
        foreach (var term in reduced.Where(term => HasEffect(term) && !full.Any(other => IsSame(other, term))))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The models are not nested: the random term '{Describe(term)}' of the smaller one is not in the larger one.",
                new Dictionary<string, object?> { ["term"] = Describe(term) });
        }

        var onBoundary = 0;
        var isSimple = true;
        foreach (var term in full.Where(HasEffect))
        {
            var (variances, simple) = Tested(term, reduced.FirstOrDefault(other => IsSame(term, other) && HasEffect(other)));
            onBoundary += variances;
            isSimple &= simple;
        }

        return onBoundary == 0 && isSimple ? LikelihoodRatioReference.ChiSquare
            : onBoundary == 1 && isSimple ? LikelihoodRatioReference.Mixture
            : LikelihoodRatioReference.UpperBound;
    }

    /// <summary>Whether two designs span the same space.</summary>
    public static bool SameSpace(MultilevelInput a, MultilevelInput b) =>
        a.Design.Columns == b.Design.Columns && Contains(a, b);

    /// <summary>Whether the columns of the second design lie in the space of the first.</summary>
    public static bool Contains(MultilevelInput outer, MultilevelInput inner)
    {
        var (k, p) = (outer.RowCount, outer.Design.Columns);
        for (var j = 0; j < inner.Design.Columns; j++)
        {
            var rest = inner.Design.X.AsSpan(j * k, k).ToArray();
            var size = Math.Sqrt(Numerics.VectorKernels.Dot(rest, rest));
            for (var c = 0; c < p; c++)
            {
                var q = outer.Design.Qr.Q.AsSpan(c * k, k);
                Numerics.VectorKernels.AddScaled(-Numerics.VectorKernels.Dot(q, rest), q, rest);
            }

            if (Math.Sqrt(Numerics.VectorKernels.Dot(rest, rest)) > SpaceTolerance * size)
            {
                return false;
            }
        }

        return true;
    }

    // How many variances of a term are tested to be 0, and whether that is a case with a known mixture.
    private static (int Variances, bool IsSimple) Tested(BoundTerm full, BoundTerm? reduced)
    {
        var free = FreeVariances(full);
        if (reduced is null)
        {
            return (free, free <= 1 && FreeCorrelations(full) == 0);
        }

        var isFixedAtZero = Enumerable.Range(0, full.Term.ParameterCount)
            .Count(i => full.Term.IsVariance(i) && full.Fixed[i] is null && FixedAtZero(reduced, i, full));
        var lost = IsHeteroscedastic(full) && (IsHeteroscedastic(reduced) || reduced.InnerName is null) ? Math.Max(0, Effects(full) - Effects(reduced)) : 0;
        return (isFixedAtZero + lost, isFixedAtZero + lost <= 1 && (isFixedAtZero == 0 || FreeCorrelations(full) == FreeCorrelations(reduced)));
    }

    private static bool FixedAtZero(BoundTerm reduced, int parameter, BoundTerm full) =>
        reduced.Term.ParameterCount == full.Term.ParameterCount && reduced.Fixed[parameter] == 0;

    private static bool HasEffect(BoundTerm term) =>
        Enumerable.Range(0, term.Term.ParameterCount).Any(i => term.Term.IsVariance(i) && term.Fixed[i] != 0);

    // A random intercept is a special case of random slopes with an intercept.
    private static bool IsSame(BoundTerm full, BoundTerm reduced) => full.Name == reduced.Name
        && ((full.InnerName is null) == (reduced.InnerName is null)
            || (reduced.InnerName is null && IsSlopes(full) && full.EffectNames.Contains("intrcpt")));

    private static bool IsSlopes(BoundTerm term) => term.Structure is CovarianceStructure.General or CovarianceStructure.GeneralDiagonal;

    private static int Effects(BoundTerm term) => Math.Max(1, term.EffectNames.Count);

    private static bool IsHeteroscedastic(BoundTerm term) => term.Structure is CovarianceStructure.Unstructured or CovarianceStructure.General
        or CovarianceStructure.GeneralDiagonal or CovarianceStructure.Diagonal or CovarianceStructure.HeteroscedasticCompoundSymmetry;

    private static int FreeVariances(BoundTerm term) =>
        Enumerable.Range(0, term.Term.ParameterCount).Count(i => term.Term.IsVariance(i) && term.Fixed[i] is null);

    private static int FreeCorrelations(BoundTerm term) =>
        Enumerable.Range(0, term.Term.ParameterCount).Count(i => !term.Term.IsVariance(i) && term.Fixed[i] is null);

    private static string Describe(BoundTerm term) => $"~ {term.InnerName ?? "1"} | {term.Name}";
}
