using MetaBridge.Specs;

namespace MetaBridge.EffectSizes;

/// <summary>metafor's rules for zero cells: what is added to which rows, and which rows are dropped.</summary>
internal static class ZeroCells
{
    /// <summary>Half, the usual continuity correction.</summary>
    private const double DefaultAddition = 0.5;

    /// <summary>Adds in place to the given columns; a row has a zero when any of them is 0.</summary>
    public static void Add(EffectSpec options, params double[][] columns)
    {
        var amount = options.Add ?? (EffectFamilies.NeedsNoAddition(options.Measure) ? 0 : DefaultAddition);
        if (amount == 0 || options.AddTo == AddRule.None)
        {
            return;
        }

        var rows = columns[0].Length;
        var hasZero = new bool[rows];
        var any = false;
        for (var i = 0; i < rows; i++)
        {
            hasZero[i] = Array.Exists(columns, column => column[i] == 0);
            any |= hasZero[i];
        }

        for (var i = 0; i < rows; i++)
        {
            var applies = options.AddTo == AddRule.All || (options.AddTo == AddRule.AllIfAnyZero ? any : hasZero[i]);
            foreach (var column in columns)
            {
                column[i] += applies ? amount : 0;
            }
        }
    }

    /// <summary>Marks the rows in which both of two columns are 0.</summary>
    public static void Drop(string?[] missing, double[] first, double[] second, string reason)
    {
        for (var i = 0; i < missing.Length; i++)
        {
            if (first[i] == 0 && second[i] == 0)
            {
                missing[i] ??= reason;
            }
        }
    }
}
