using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Numerics;

/// <summary>What one pass over some numbers tells.</summary>
/// <param name="IsFinite">Whether none is infinite or NaN; the rest means nothing otherwise.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of their squared deviations from it, to a few digits less than a sum about the mean itself.</param>
/// <param name="Smallest">The smallest.</param>
/// <param name="Largest">The largest.</param>
internal readonly record struct SampleSummary(bool IsFinite, double Mean, double Squares, double Smallest, double Largest)
{
    /// <summary>Takes the summary.</summary>
    public static SampleSummary Of(ReadOnlySpan<double> x)
    {
        if (x.IsEmpty)
        {
            return new SampleSummary(true, double.NaN, 0, double.PositiveInfinity, double.NegativeInfinity);
        }

        var vx = MemoryMarshal.Cast<double, Vector512<double>>(x);
        Vector512<double> first = Vector512.Create(x[0]), low = first, high = first;
        // Two of each sum, since an addition waits for the one before.
        Vector512<double> sum = default, squares = default, otherSum = default, otherSquares = default;
        var i = 0;
        for (; i < vx.Length - 1; i += 2)
        {
            var (a, b) = (vx[i], vx[i + 1]);
            var (da, db) = (a - first, b - first);
            sum += da;
            otherSum += db;
            squares = Vector512.MultiplyAddEstimate(da, da, squares);
            otherSquares = Vector512.MultiplyAddEstimate(db, db, otherSquares);
            low = Vector512.MinNative(low, Vector512.MinNative(a, b));
            high = Vector512.MaxNative(high, Vector512.MaxNative(a, b));
        }

        return Finish(x, i * Vector512<double>.Count, Vector512.Sum(sum + otherSum), Vector512.Sum(squares + otherSquares), low, high);
    }

    private static SampleSummary Finish(
        ReadOnlySpan<double> x, int done, double sum, double squares, Vector512<double> low, Vector512<double> high)
    {
        double smallest = x[0], largest = x[0];
        for (var i = 0; i < Vector512<double>.Count && done > 0; i++)
        {
            smallest = Math.Min(smallest, low[i]);
            largest = Math.Max(largest, high[i]);
        }

        foreach (var value in x[done..])
        {
            var deviation = value - x[0];
            sum += deviation;
            squares += deviation * deviation;
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }

        // What is infinite or NaN shows in the squares, and so may differences of finite numbers.
        var isFinite = double.IsFinite(squares) || VectorKernels.AllFinite(x);
        var offset = sum / x.Length;
        return new SampleSummary(isFinite, MeanOf(x, offset), Math.Max(0, squares - (offset * sum)), smallest, largest);
    }

    private static double MeanOf(ReadOnlySpan<double> x, double offset)
    {
        if (double.IsFinite(offset))
        {
            return x[0] + offset;
        }

        // Differences of the largest numbers leave the range.
        var mean = 0.0;
        foreach (var value in x)
        {
            mean += value / x.Length;
        }

        return mean;
    }
}
