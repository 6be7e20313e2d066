namespace MetaBridge.Bayes;

/// <summary>Combinations of coefficients that are all axes: known at every point, so their distribution comes from lines along one of the axes.</summary>
internal static class GriddedCombination
{
    /// <summary>The combination as a function of the axes, or null where it has a normal part or is no combination of coefficients that are axes.</summary>
    public static MonotoneQuantity? Find(PosteriorView view, NormalLoads loads, double[] variances)
    {
        var model = view.Target.Coefficients;
        var c = loads.Multipliers(0).ToArray();
        var constant = loads.Constants[0];
        var used = model.Gridded.Where(gridded => c[gridded.Coefficient] != 0).ToArray();
        if (used.Length == 0 || !Array.TrueForAll(variances, v => v == 0))
        {
            return null;
        }

        for (var i = 1; i < variances.Length; i++)
        {
            if (loads.Constants[i] != constant || !loads.Multipliers(i).SequenceEqual(c))
            {
                return null;
            }
        }

        var main = used.MaxBy(gridded => Math.Abs(c[gridded.Coefficient]) * Math.Sqrt(view.Moments(slot => view.Target.Mean(slot)[gridded.Coefficient]).Variance))!;
        var (j, factor) = (main.Coefficient, c[main.Coefficient]);
        return new MonotoneQuantity(
            AxisOf(main),
            [.. used.Where(gridded => gridded != main).Select(AxisOf)],
            Value,
            (slot, x) => main.Centre + ((x - Value(slot) + (factor * view.Target.Mean(slot)[j])) / factor),
            factor < 0,
            (End(used, upper: false), End(used, upper: true)));

        int AxisOf(GriddedCoefficient gridded) => view.Target.Axes.IndexOf(AxisRole.Coefficient, IndexOf(gridded));

        int IndexOf(GriddedCoefficient gridded) => Enumerable.Range(0, model.Gridded.Count).First(g => model.Gridded[g] == gridded);

        double Value(int slot)
        {
            var sum = constant;
            foreach (var gridded in used)
            {
                sum += c[gridded.Coefficient] * view.Target.Mean(slot)[gridded.Coefficient];
            }

            return sum;
        }

        double End(GriddedCoefficient[] parts, bool upper) => Exact(parts.Sum(
            part => c[part.Coefficient] * ((c[part.Coefficient] > 0 == upper ? part.Prior.Upper : part.Prior.Lower) - part.Centre)) + constant);

        // A bound of a single coefficient comes back as it was given, not with the rounding of centring.
        double Exact(double end) => used is [var only] && factor == 1 && constant == only.Centre
            ? end < view.Moments(Value).Mean ? only.Prior.Lower : only.Prior.Upper
            : end;
    }
}
