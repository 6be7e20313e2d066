namespace MetaBridge.Numerics;

/// <summary>A root of an increasing or decreasing function between two points of different sign.</summary>
/// <remarks>The false position with Illinois's halving (Dowell &amp; Jarratt, 1971), and a bisection whenever three steps did not halve the bracket: it never leaves the bracket.</remarks>
internal static class BracketedRoot
{
    private const int MaxSteps = 200;
    private const int Patience = 3;

    /// <summary>Finds it; NaN when the function has no value on the way.</summary>
    /// <param name="function">The function.</param>
    /// <param name="low">The left end.</param>
    /// <param name="atLow">The value there.</param>
    /// <param name="high">The right end.</param>
    /// <param name="atHigh">The value there, of the other sign.</param>
    /// <param name="tolerance">The width of the bracket, relative to its right end, at which it is done.</param>
    public static double Find(Func<double, double> function, double low, double atLow, double high, double atHigh, double tolerance)
    {
        var (width, stuck, side) = (high - low, 0, 0);
        for (var step = 0; step < MaxSteps && high - low > tolerance * high; step++)
        {
            var x = stuck >= Patience ? (low + high) / 2 : high - (atHigh * (high - low) / (atHigh - atLow));
            // Where the function is infinite at an end there is no false position.
            x = double.IsFinite(x) ? x : (low + high) / 2;
            // Not closer to an end than the tolerance, so that the bracket closes from both sides.
            var margin = tolerance * high / 2;
            x = Math.Clamp(x, low + margin, high - margin);
            if (!(x > low && x < high))
            {
                break;
            }

            var value = function(x);
            if (value == 0 || double.IsNaN(value))
            {
                return value == 0 ? x : double.NaN;
            }

            // An end that stays twice counts half, which moves the next point past the root.
            if (value > 0 == atHigh > 0)
            {
                (high, atHigh, atLow, side) = (x, value, side == 1 ? atLow / 2 : atLow, 1);
            }
            else
            {
                (low, atLow, atHigh, side) = (x, value, side == -1 ? atHigh / 2 : atHigh, -1);
            }

            (width, stuck) = high - low <= width / 2 ? (high - low, 0) : stuck >= Patience ? (high - low, 0) : (width, stuck + 1);
        }

        return (low + high) / 2;
    }
}
