namespace MetaBridge.Numerics;

/// <summary>The lowest point of a smooth function of one number on an interval: a grid, then golden sections around its best point.</summary>
internal static class ScalarMinimum
{
    private const double Golden = 0.6180339887498949;

    /// <summary>Finds it; an end when the function is lowest there. Points without a value count as high.</summary>
    /// <param name="function">The function.</param>
    /// <param name="low">The left end.</param>
    /// <param name="high">The right end.</param>
    /// <param name="steps">Steps of the grid.</param>
    /// <param name="tolerance">Width at which it is done.</param>
    public static double Find(Func<double, double> function, double low, double high, int steps, double tolerance)
    {
        var width = (high - low) / steps;
        var best = 0;
        var lowest = double.PositiveInfinity;
        for (var i = 0; i <= steps; i++)
        {
            var value = function(low + (i * width));
            if (value < lowest)
            {
                (best, lowest) = (i, value);
            }
        }

        double left = low + (Math.Max(0, best - 1) * width), right = low + (Math.Min(steps, best + 1) * width);
        var found = Sections(function, left, right, tolerance);
        var end = best == 0 ? low : best == steps ? high : low + (best * width);
        return function(found) <= function(end) ? found : end;
    }

    private static double Sections(Func<double, double> function, double left, double right, double tolerance)
    {
        double a = right - (Golden * (right - left)), b = left + (Golden * (right - left));
        double atA = function(a), atB = function(b);
        while (right - left > tolerance)
        {
            if (!(atA > atB))
            {
                (right, b, atB) = (b, a, atA);
                a = right - (Golden * (right - left));
                atA = function(a);
            }
            else
            {
                (left, a, atA) = (a, b, atB);
                b = left + (Golden * (right - left));
                atB = function(b);
            }
        }

        return (left + right) / 2;
    }
}
