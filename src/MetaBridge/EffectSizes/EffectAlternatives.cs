using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>Other columns from which a column can be had: totals, test statistics, p-values.</summary>
/// <remarks>
/// A value that is missing in the column itself is filled row by row. A p-value is two-sided and carries the sign of the effect.
/// t = d / √(1/n1 + 1/n2); r = t / √(t² + n − 2), r = t / √(t² + n − m − 1) for a partial one and t √(1 − R²) / √(n − m − 1) for a
/// semi-partial one; R² = mF / (mF + n − m − 1). (Rosenthal, 1994; Aloe &amp; Thompson, 2013.)
/// </remarks>
internal static class EffectAlternatives
{
    private const int BisectionSteps = 200;

    /// <summary>The column of a role, and whether it is a new array; null when nothing gives it.</summary>
    public static (double[]? Column, bool IsNew) Column(EffectFamily family, EffectMeasure measure, EffectRole role, EffectInputs inputs)
    {
        var given = inputs[role];
        if (role == EffectRole.Vi && given is null && inputs[EffectRole.Sei] is { } errors)
        {
            return (Array.ConvertAll(errors, s => s * s), true);
        }

        if (TotalAndPart(family, role) is ({ } total, { } part) && inputs[total] is { } totals && inputs[part] is { } parts)
        {
            return (Fill(given, totals.Length, i => totals[i] - parts[i]), true);
        }

        if (From(family, measure, role, inputs) is not { } from)
        {
            return (given, false);
        }

        // A row's d stands in for its means and standard deviations together or not at all.
        return family == EffectFamily.TwoMeans
            ? (Fill(null, inputs.Count, i => HasMeans(inputs, i) ? At(inputs, role, i) : from(i)), true)
            : (Fill(given, inputs.Count, from), true);
    }

    /// <summary>Which other roles give the same information: a total and the other part of it.</summary>
    public static (EffectRole? Total, EffectRole? Part) TotalAndPart(EffectFamily family, EffectRole role) => (family, role) switch
    {
        (EffectFamily.TwoByTwo or EffectFamily.Matched or EffectFamily.MatchedMargins, EffectRole.Bi) => (EffectRole.N1i, EffectRole.Ai),
        (EffectFamily.TwoByTwo or EffectFamily.Matched or EffectFamily.MatchedMargins, EffectRole.Di) => (EffectRole.N2i, EffectRole.Ci),
        (EffectFamily.Proportion, EffectRole.Mi) => (EffectRole.Ni, EffectRole.Xi),
        _ => (null, null),
    };

    /// <summary>The alternatives in words, for the message that a column is missing.</summary>
    public static string Describe(EffectFamily family, EffectMeasure measure, EffectRole role)
    {
        if (role == EffectRole.Vi)
        {
            return " (or 'sei')";
        }

        if (TotalAndPart(family, role) is ({ } total, { } part))
        {
            return $" (or '{EffectInputs.Word(total)}' with '{EffectInputs.Word(part)}')";
        }

        var others = Others(family, measure, role);
        return others.Length == 0 ? "" : $" (or '{string.Join("' or '", others.Select(EffectInputs.Word))}')";
    }

    /// <summary>The name of the column that is to blame for a missing value.</summary>
    public static string NameOfMissing(EffectFamily family, EffectMeasure measure, EffectRole role, EffectInputs inputs, int row)
    {
        if (TotalAndPart(family, role) is ({ } total, { } part) && inputs[total] is { } totals)
        {
            return double.IsNaN(totals[row]) ? inputs.NameOf(total) : inputs.NameOf(part);
        }

        if (inputs[role] is not null)
        {
            return inputs.NameOf(role);
        }

        foreach (var other in Others(family, measure, role))
        {
            if (inputs[other] is not null)
            {
                return inputs.NameOf(other);
            }
        }

        return inputs.NameOf(role == EffectRole.Vi ? EffectRole.Sei : role);
    }

    private static EffectRole[] Others(EffectFamily family, EffectMeasure measure, EffectRole role) => (family, role) switch
    {
        (EffectFamily.Correlation or EffectFamily.PartialCorrelation, EffectRole.Ri) => [EffectRole.Ti, EffectRole.Pi],
        (EffectFamily.MatchedMargins, EffectRole.Ri) => [EffectRole.Pi],
        (EffectFamily.Determination, EffectRole.R2i) => [EffectRole.Fi, EffectRole.Pi],
        (EffectFamily.TwoMeans, EffectRole.M1i or EffectRole.M2i or EffectRole.Sd1i or EffectRole.Sd2i)
            when EffectFamilies.TakesSmd(measure) => [EffectRole.Di, EffectRole.Ti, EffectRole.Pi],
        _ => [],
    };

    private static Func<int, double>? From(EffectFamily family, EffectMeasure measure, EffectRole role, EffectInputs inputs)
    {
        if (!Array.Exists(Others(family, measure, role), other => inputs[other] is not null))
        {
            return null;
        }

        return (family, role) switch
        {
            (EffectFamily.MatchedMargins, _) => i => PhiOfMargins(inputs, i),
            (EffectFamily.Correlation, _) => i => OfT(Statistic(inputs, i, At(inputs, EffectRole.Ni, i) - 2), At(inputs, EffectRole.Ni, i) - 2),
            (EffectFamily.PartialCorrelation, _) => i => Partial(measure, inputs, i),
            (EffectFamily.Determination, _) => i => RSquared(inputs, i),
            (_, EffectRole.M1i) => i => Smd(inputs, i),
            (_, EffectRole.M2i) => i => double.IsNaN(Smd(inputs, i)) ? double.NaN : 0,
            _ => i => double.IsNaN(Smd(inputs, i)) ? double.NaN : 1,
        };
    }

    private static double[] Fill(double[]? given, int count, Func<int, double> value)
    {
        var column = new double[count];
        for (var i = 0; i < count; i++)
        {
            column[i] = given is null || double.IsNaN(given[i]) ? value(i) : given[i];
        }

        return column;
    }

    private static double At(EffectInputs inputs, EffectRole role, int row) => inputs[role]?[row] ?? double.NaN;

    /// <summary>The t statistic of a row, from its p-value where it is not given.</summary>
    private static double Statistic(EffectInputs inputs, int row, double df)
    {
        var t = At(inputs, EffectRole.Ti, row);
        var p = At(inputs, EffectRole.Pi, row);
        return !double.IsNaN(t) || !(df > 0) || !(Math.Abs(p) is > 0 and <= 1)
            ? t
            : Math.Sign(p) * (Math.Abs(p) == 1 ? 0 : Distributions.StudentUpperQuantile(Math.Abs(p) / 2, df));
    }

    private static double OfT(double t, double df) => t / Math.Sqrt((t * t) + df);

    private static double Partial(EffectMeasure measure, EffectInputs inputs, int row)
    {
        var df = At(inputs, EffectRole.Ni, row) - At(inputs, EffectRole.Mi, row) - 1;
        var t = Statistic(inputs, row, df);
        return EffectFamilies.IsSemiPartial(measure)
            ? t * Math.Sqrt(1 - At(inputs, EffectRole.R2i, row)) / Math.Sqrt(df)
            : OfT(t, df);
    }

    private static double RSquared(EffectInputs inputs, int row)
    {
        double m = At(inputs, EffectRole.Mi, row), df = At(inputs, EffectRole.Ni, row) - m - 1;
        var f = At(inputs, EffectRole.Fi, row);
        if (double.IsNaN(f) && At(inputs, EffectRole.Pi, row) is > 0 and <= 1 and var p && df > 0)
        {
            return ShareOfP(p, m, df);
        }

        return m * f / ((m * f) + df);
    }

    /// <summary>The R² whose F statistic has the upper tail p, by bisection.</summary>
    private static double ShareOfP(double p, double m, double df)
    {
        double low = 0, high = 1;
        for (var step = 0; step < BisectionSteps && high - low > 1e-16 * high; step++)
        {
            var middle = (low + high) / 2;
            var f = middle / m / ((1 - middle) / df);
            (low, high) = Distributions.FUpper(f, m, df) > p ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static bool HasMeans(EffectInputs inputs, int row) => !(double.IsNaN(At(inputs, EffectRole.M1i, row))
        || double.IsNaN(At(inputs, EffectRole.M2i, row)) || double.IsNaN(At(inputs, EffectRole.Sd1i, row))
        || double.IsNaN(At(inputs, EffectRole.Sd2i, row)));

    private static double Smd(EffectInputs inputs, int row)
    {
        var d = At(inputs, EffectRole.Di, row);
        if (!double.IsNaN(d))
        {
            return d;
        }

        double n1 = At(inputs, EffectRole.N1i, row), n2 = At(inputs, EffectRole.N2i, row);
        return Statistic(inputs, row, n1 + n2 - 2) * Math.Sqrt((1 / n1) + (1 / n2));
    }

    /// <summary>The phi coefficient of the paired table with given margins and a given share of pairs with outcome 1 twice.</summary>
    private static double PhiOfMargins(EffectInputs inputs, int row)
    {
        double a = At(inputs, EffectRole.Ai, row), c = At(inputs, EffectRole.Ci, row), both = At(inputs, EffectRole.Pi, row);
        var n1 = inputs[EffectRole.N1i] is null ? a + At(inputs, EffectRole.Bi, row) : At(inputs, EffectRole.N1i, row);
        var n2 = inputs[EffectRole.N2i] is null ? c + At(inputs, EffectRole.Di, row) : At(inputs, EffectRole.N2i, row);
        double p1 = a / n1, p2 = c / n2;
        return (both - (p1 * p2)) / Math.Sqrt(p1 * (1 - p1) * p2 * (1 - p2));
    }
}
