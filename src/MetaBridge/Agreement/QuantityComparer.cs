namespace MetaBridge.Agreement;

/// <summary>Compares quantities by name, element by element.</summary>
internal static class QuantityComparer
{
    // Below 2^-1022 a double loses its digits one by one; p-values so small differ by what is left of them.
    private const double SmallestNormal = 2.2250738585072014e-308;

    private static readonly double[] Nothing = [];

    /// <summary>Compares every quantity that either side has.</summary>
    /// <param name="ours">MetaBridge's quantities, which say in which class each is compared.</param>
    /// <param name="reference">The reference's.</param>
    /// <param name="half">Which question is asked; <see cref="ComparisonHalf.Given"/> leaves out what is not compared then.</param>
    public static List<QuantityComparison> Compare(
        IReadOnlyList<Quantity> ours, IReadOnlyList<ReferenceQuantity> reference, ComparisonHalf half)
    {
        var comparisons = new List<QuantityComparison>(ours.Count);
        foreach (var quantity in ours)
        {
            var tolerance = half == ComparisonHalf.EndToEnd ? quantity.EndToEnd : quantity.Given;
            var theirs = reference.FirstOrDefault(r => r.Name == quantity.Name);
            var isUnreported = quantity.IsNewInReference && theirs is not null
                && theirs.Values.Length == quantity.Values.Length && theirs.Values.All(double.IsNaN);
            if (tolerance is { } known && !isUnreported)
            {
                comparisons.Add(Compare(quantity, theirs, known, half));
            }
        }

        // What only the reference has misses in the end-to-end half; once is enough.
        if (half == ComparisonHalf.EndToEnd)
        {
            comparisons.AddRange(reference.Where(r => ours.All(q => q.Name != r.Name)).Select(MissingHere));
        }

        return comparisons;
    }

    private static QuantityComparison Compare(
        Quantity ours, ReferenceQuantity? reference, ToleranceClass tolerance, ComparisonHalf half)
    {
        var shape = ShapeOf(ours, reference);
        return shape == MissReason.None
            ? CompareValues(ours, reference!, tolerance, half)
            : new QuantityComparison(
                ours.Name, half, tolerance, ours.Values, reference?.Values ?? Nothing, Nothing, Nothing, Verdict.Misses, shape, -1, ours.Labels);
    }

    private static MissReason ShapeOf(Quantity ours, ReferenceQuantity? reference)
    {
        if (reference is null)
        {
            return MissReason.MissingInReference;
        }

        if (ours.Values.Length != reference.Values.Length)
        {
            return MissReason.LengthDiffers;
        }

        return (ours.Labels ?? []).SequenceEqual(reference.Labels ?? []) ? MissReason.None : MissReason.LabelsDiffer;
    }

    private static QuantityComparison CompareValues(
        Quantity ours, ReferenceQuantity reference, ToleranceClass tolerance, ComparisonHalf half)
    {
        var count = ours.Values.Length;
        var absolute = new double[count];
        var relative = new double[count];
        var bound = Tolerance.BoundOf(tolerance);
        var (worst, reason) = (-1, MissReason.None);
        var worstDifference = 0.0;
        for (var i = 0; i < count; i++)
        {
            (absolute[i], relative[i]) = tolerance == ToleranceClass.MonteCarlo
                ? InStandardErrors(ours.Values[i], reference.Values[i], ErrorAt(ours.Errors, i), ErrorAt(reference.Errors, i))
                : Difference(ours.Values[i], reference.Values[i], ours.Scale?[i] ?? 0);
            var difference = Tolerance.IsAbsolute(tolerance) ? absolute[i] : relative[i];
            if (double.IsNaN(difference))
            {
                (worst, reason, worstDifference) = (i, MissReason.UndefinedOnOneSide, double.PositiveInfinity);
            }
            else if (difference > worstDifference)
            {
                (worst, worstDifference) = (i, difference);
                reason = difference > bound ? MissReason.ValueDiffers : MissReason.None;
            }
        }

        var verdict = reason == MissReason.None ? Verdict.Agrees : Verdict.Misses;
        return new(ours.Name, half, tolerance, ours.Values, reference.Values, absolute, relative, verdict, reason, worst, ours.Labels)
        {
            Scale = ours.Scale,
        };
    }

    /// <summary>Absolute difference, and the difference over the standard error of two independent simulations.</summary>
    private static (double Absolute, double Relative) InStandardErrors(double ours, double reference, double error, double referenceError)
    {
        var absolute = ours.Equals(reference) ? 0 : Math.Abs(ours - reference);
        return (absolute, absolute == 0 ? 0 : absolute / Math.Sqrt((error * error) + (referenceError * referenceError)));
    }

    private static double ErrorAt(double[]? errors, int element) => errors is null ? 0 : errors[element];

    /// <summary>Absolute and relative difference; zero when both are undefined or the same infinity, NaN when only one is.</summary>
    private static (double Absolute, double Relative) Difference(double ours, double reference, double scale)
    {
        if (ours.Equals(reference))
        {
            return (0, 0);
        }

        if (!double.IsFinite(ours) || !double.IsFinite(reference))
        {
            return (double.NaN, double.NaN);
        }

        var absolute = Math.Abs(ours - reference);
        var size = Math.Max(Math.Max(scale, SmallestNormal), Math.Max(Math.Abs(ours), Math.Abs(reference)));
        return (absolute, absolute == 0 ? 0 : absolute / size);
    }

    private static QuantityComparison MissingHere(ReferenceQuantity reference) => new(
        reference.Name,
        ComparisonHalf.EndToEnd,
        ToleranceClass.Exact,
        Nothing,
        reference.Values,
        Nothing,
        Nothing,
        Verdict.Misses,
        MissReason.MissingHere,
        -1,
        reference.Labels);
}
