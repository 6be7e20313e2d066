using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>metafor's rules for zero cells, decided for a whole table: what is added to the cells of a row.</summary>
/// <param name="Amount">What is added.</param>
/// <param name="Everywhere">Whether it is added to all rows; else to those with a zero.</param>
/// <param name="FirstOutcomeOnly">Whether it is added to the cells of the first outcome only (<c>onlyo1</c>).</param>
internal readonly record struct ZeroCells(double Amount, bool Everywhere, bool FirstOutcomeOnly)
{
    /// <summary>Half, the usual continuity correction.</summary>
    private const double DefaultAddition = 0.5;

    /// <summary>Nothing is added.</summary>
    public static ZeroCells None => default;

    /// <summary>The rule that the options ask for.</summary>
    public static ZeroCells For(EffectSpec options, EffectColumns columns, params ReadOnlySpan<EffectRole> cells)
    {
        var amount = options.Add ?? (EffectFamilies.NeedsNoAddition(options.Measure) ? 0 : DefaultAddition);
        if (amount == 0 || options.AddTo == AddRule.None)
        {
            return None;
        }

        var everywhere = options.AddTo == AddRule.All;
        foreach (var cell in cells)
        {
            everywhere |= options.AddTo == AddRule.AllIfAnyZero && columns[cell].AsSpan().Contains(0);
        }

        return new ZeroCells(amount, everywhere, options.AddToFirstOutcomeOnly);
    }

    /// <summary>What is added to the first outcome's cells of a table.</summary>
    public double At(double a, double b, double c, double d) => Everywhere || a == 0 || b == 0 || c == 0 || d == 0 ? Amount : 0;

    /// <summary>What is added to a pair of counts.</summary>
    public double At(double x, double y) => Everywhere || x == 0 || y == 0 ? Amount : 0;

    /// <summary>What is added to one count.</summary>
    public double At(double x) => Everywhere || x == 0 ? Amount : 0;

    /// <summary>Takes out the rows in which both of two columns are 0.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="first">One of the two.</param>
    /// <param name="second">The other.</param>
    /// <param name="reason">Why such rows are missing.</param>
    /// <param name="counts">The columns that become missing in them.</param>
    public static void Drop(
        EffectColumns columns, EffectRole first, EffectRole second, string reason, params ReadOnlySpan<EffectRole> counts)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[first][i] == 0 && columns[second][i] == 0)
            {
                columns.Drop(i, reason, counts);
            }
        }
    }
}
